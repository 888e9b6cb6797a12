"""Tables whose law is a class from outside the package, ``package.module:Class``."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import field_validator

from deposition.common.plugins import load_plugin, made
from deposition.scenario.section import Section, Text

OWN = "package.module:Class"
"""Tag of these tables among those of the program's laws."""


class OwnClass(Section):
    """A law that is a class of your own.

    kind   of ``common.plugins.KINDS``
    known  names of the laws of the program, for messages
    """

    kind: ClassVar[str]
    known: ClassVar[tuple[str, ...]]

    law: Text

    @field_validator("law")
    @classmethod
    def _can_be_loaded(cls, value: str) -> str:
        load_plugin(value, cls.kind, cls.known)
        return value

    @property
    def plugin(self) -> str | None:
        """The name of the class."""
        return self.law

    def made(self, settings: dict[str, Any]) -> Any:
        """An instance of the class; raises PluginError if it refuses its settings."""
        return made(load_plugin(self.law, self.kind), self.law, settings)
