"""What every table of a scenario file has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Strict

Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Whole = Annotated[int, Strict()]
Text = Annotated[str, Field(min_length=1)]


class Section(BaseModel):
    """A table of a scenario file: known keys only, never changed once read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
