"""Base class and types of the tables of a scenario file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Strict

from deposition.common.errors import ScenarioError

Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Whole = Annotated[int, Strict()]
Text = Annotated[str, Field(min_length=1)]


class Section(BaseModel):
    """An immutable table of a scenario file that allows known keys only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy.  Raises ScenarioError for an ``update``, which pydantic would not validate."""
        if update:
            raise ScenarioError(
                f"a copy with an update does not check its values ({', '.join(update)}). Change a "
                'scenario with scenario.with_({"key": value}), which does.'
                " [E862]"
            )
        return super().model_copy(deep=deep)

    def copy(self, **values: Any) -> Self:
        """A copy, as ``model_copy``: pydantic's older name would take values unchecked."""
        deep = bool(values.pop("deep", False))
        return self.model_copy(update=values.get("update") or values, deep=deep)

    def with_valid(self, **values: Any) -> Self:
        """The same section with values that the program itself has computed, in SI."""
        return super().model_copy(update=values)


def chosen_by(
    key: str, default: str, *, otherwise: str | None = None, known: Iterable[str] = ()
) -> Discriminator:
    """The discriminator of a table that is one of several, chosen by the text of a key.

    default    the choice of a table without the key
    otherwise  the choice for a text that is none of ``known``: a class from outside the package;
               None if there is no such choice
    """
    own = frozenset(known)

    def choice(value: Any) -> Any:
        chosen = value.get(key, default) if isinstance(value, dict) else getattr(value, key, None)
        text = chosen if isinstance(chosen, str) else str(chosen)
        return text if otherwise is None or text in own else otherwise

    return Discriminator(
        choice,
        custom_error_type="choice",
        custom_error_message=key,
        custom_error_context={"key": key},
    )
