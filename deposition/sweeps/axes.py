"""What a sweep varies: ``key=value,value`` as axes, and their grid as members."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from deposition.common.errors import SweepError

_CLOSING = {"[": "]", "{": "}", "(": ")"}
_LONGEST_NAME = 120
"""Characters of a member's folder; file systems allow 255."""


@dataclass(frozen=True)
class Axis:
    """One setting and the values it takes.

    key     dotted, ``electrolyte.t_plus``
    values  as they stand after ``--set key=``
    """

    key: str
    values: tuple[str, ...]

    @property
    def short(self) -> str:
        """The last part of the key."""
        return self.key.rpartition(".")[2]


@dataclass(frozen=True)
class Member:
    """One run of a sweep.

    name    of its folder, made of the values, so that it stays when the sweep grows
    values  one of each axis
    """

    name: str
    axes: tuple[Axis, ...]
    values: tuple[str, ...]

    @property
    def shown(self) -> list[str]:
        """The values without the quotes of TOML."""
        return [unquoted(value) for value in self.values]

    @property
    def overrides(self) -> list[str]:
        """The settings that make it, its name among them."""
        settings = [f"{a.key}={value}" for a, value in zip(self.axes, self.values, strict=True)]
        return [*settings, f"name={self.name}"]


def parse_settings(texts: Iterable[str]) -> tuple[list[Axis], list[str]]:
    """Axes, and the settings of one value, which all members share.

    texts: ``key=value`` or ``key=value,value``.  Raises SweepError if a setting is not of this
    form, a key comes twice, or a value comes twice or is empty.
    """
    axes: list[Axis] = []
    shared: list[str] = []
    seen: set[str] = set()
    for text in texts:
        key, equals, values = text.partition("=")
        key = key.strip()
        if not key or not equals:
            raise SweepError(f"--set {text}: must be key=value,value with a dotted key [E750]")
        if key in seen:
            raise SweepError(
                f"--set {text}: {key} is set twice; put all its values into one --set [E751]"
            )
        seen.add(key)
        parts = split_values(values, text)
        if len(parts) == 1:
            shared.append(text)
        else:
            axes.append(Axis(key, tuple(parts)))
    return axes, shared


def split_values(text: str, said: str) -> list[str]:
    """The values between commas; those inside quotes, brackets and braces do not separate.

    A value that is one quoted text keeps its quotes.  SweepError (with what was ``said``) for a
    quote or a bracket that is left open, and for values that are empty or come twice.
    """
    parts, start = [], 0
    for place in _separators(text, said):
        parts.append(text[start:place].strip())
        start = place + 1
    parts.append(text[start:].strip())
    if "" in parts:
        raise SweepError(f"--set {said}: a value is missing [E752]")
    twice = [part for number, part in enumerate(parts) if part in parts[:number]]
    if twice:
        raise SweepError(f"--set {said}: the value {twice[0]} comes twice [E753]")
    return parts


def _separators(text: str, said: str) -> Iterator[int]:
    """Places of the commas that separate values."""
    quote, open_brackets = "", []
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in _CLOSING:
            open_brackets.append(_CLOSING[character])
        elif open_brackets and character == open_brackets[-1]:
            open_brackets.pop()
        elif character == "," and not open_brackets:
            yield place
    if quote or open_brackets:
        raise SweepError(f"--set {said}: {quote or open_brackets[-1]} is missing [E754]")


def members_of(axes: Sequence[Axis]) -> list[Member]:
    """The grid, the last axis varying fastest.

    Raises SweepError if there is nothing to vary, or two members would get the same folder.
    """
    if not axes:
        raise SweepError(
            "a sweep needs at least one --set with several values, with commas between them and no "
            "brackets around them, such as --set electrolyte.t_plus=0.3,0.5"
            " [E755]"
        )
    members = [
        Member(_name(axes, values), tuple(axes), values)
        for values in itertools.product(*(axis.values for axis in axes))
    ]
    names = [member.name for member in members]
    twice = [name for number, name in enumerate(names) if name in names[:number]]
    if twice:
        raise SweepError(
            f"two runs would both be called {twice[0]}: write their values apart [E756]"
        )
    return members


def _name(axes: Sequence[Axis], values: Sequence[str]) -> str:
    """``t_plus=0.3,current_density=0.2mA_per_cm2``."""
    shorts = [axis.short for axis in axes]
    parts = [
        f"{axis.short if shorts.count(axis.short) == 1 else axis.key}={_plain(value)}"
        for axis, value in zip(axes, values, strict=True)
    ]
    name = ",".join(parts)
    if len(name) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256("\n".join(values).encode()).hexdigest()[:8]
    return f"{name[: _LONGEST_NAME - 9]}-{digest}"


def unquoted(value: str) -> str:
    """The inside of a text in quotes; anything else as it is."""
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _plain(value: str) -> str:
    """A value in characters that need no quoting anywhere."""
    joined = re.sub(r"\s+", "", value).replace("/", "_per_").replace(",", "+")
    return re.sub(r"[^\w.+=-]", "", joined)
