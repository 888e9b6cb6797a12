"""Read the library files and look up their entries by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from deposition.common.errors import LibraryError
from deposition.common.suggest import did_you_mean, listing
from deposition.common.validation import describe, joined
from deposition.library.schema import Component, Electrolyte, GrowthParameters, Metal, Solvent

FOLDER = Path(__file__).resolve().parent
Entry = TypeVar("Entry", bound=BaseModel)


@dataclass(frozen=True)
class Library:
    """Entries of the library.

    components, electrolytes  by name
    growth                    parameters of SEI growth, by name
    lithium                   the metal
    solvent                   that the SEI consumes
    """

    components: Mapping[str, Component]
    growth: Mapping[str, GrowthParameters]
    electrolytes: Mapping[str, Electrolyte]
    lithium: Metal
    solvent: Solvent

    def component(self, name: str) -> Component:
        """The film component of this name; raises LibraryError with the nearest match."""
        return _find(self.components, name, "film component")

    def growth_parameters(self, name: str) -> GrowthParameters:
        """The parameters of SEI growth of this name; raises LibraryError with the nearest match."""
        return _find(self.growth, name, "set of parameters of SEI growth")

    def electrolyte(self, name: str) -> Electrolyte:
        """The electrolyte of this name; raises LibraryError with the nearest match."""
        return _find(self.electrolytes, name, "electrolyte")


@cache
def library() -> Library:
    """The library that is shipped with the package."""
    return read_library(FOLDER)


def names(kind: str) -> list[str]:
    """Names in ``components.toml`` or ``electrolytes.toml``, without validation of the values."""
    return list(_tables(FOLDER / f"{kind}.toml"))


def read_library(folder: Path) -> Library:
    """The library in ``folder``; raises LibraryError that lists all errors in a file."""
    return Library(
        components=_entries(folder / "components.toml", Component),
        growth=_entries(folder / "sei_growth.toml", GrowthParameters),
        electrolytes=_entries(folder / "electrolytes.toml", Electrolyte),
        lithium=_single(folder, "lithium", Metal),
        solvent=_single(folder, "solvent", Solvent),
    )


def _single(folder: Path, name: str, model: type[Entry]) -> Entry:
    """The only entry [NAME] of a file NAME.toml."""
    found = _entries(folder / f"{name}.toml", model)
    if list(found) != [name]:
        raise LibraryError(
            f"{folder / name}.toml: has the tables {listing(found)}. State one table, "
            f"[{name}] [E060]"
        )
    return found[name]


def _entries(path: Path, model: type[Entry]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    lines: list[str] = []
    for name, table in _tables(path).items():
        try:
            entries[name] = model.model_validate(table)
        except ValidationError as error:
            lines += describe(error, model, partial(_place, path, name))
    if lines:
        raise LibraryError(joined(lines, str(path)))
    return entries


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise LibraryError(f"cannot read {path}: {error}. Correct the file. [E061]") from None


def _place(path: Path, name: str, _key: object) -> str:
    return f"{path}: [{name}]"


def _find(entries: Mapping[str, Entry], name: str, kind: str) -> Entry:
    if name in entries:
        return entries[name]
    raise LibraryError(
        f'there is no {kind} "{name}" in the library.{did_you_mean(name, entries)} '
        f"It has {listing(entries)}."
        " [E062]"
    )
