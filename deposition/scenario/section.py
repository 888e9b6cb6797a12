"""Base class and types of the tables of a scenario file."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Strict

Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Whole = Annotated[int, Strict()]
Text = Annotated[str, Field(min_length=1)]


class Section(BaseModel):
    """An immutable table of a scenario file that allows known keys only."""

    model_config = ConfigDict(frozen=True, extra="forbid")
