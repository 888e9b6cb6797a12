"""Axes of a sweep, from ``key=value,value``, and its members."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from deposition.common.errors import SweepError
from deposition.mesh.cell import Floats

_CLOSING = {"[": "]", "{": "}", "(": ")"}
_LONGEST_NAME = 120
"""Maximum length of a member's folder name; file systems allow 255."""

MOST_MEMBERS = 10_000
"""Maximum number of runs of a sweep."""

SEED = "seed"
"""Last part of the keys over whose values statistics are taken."""

_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)")
_INTEGERS = re.compile(r"\s*(\d+):(\d+)\s*")


@dataclass(frozen=True)
class Axis:
    """One setting that a sweep varies.

    key     dotted key, ``electrolyte.t_plus``
    values  its values, as written after ``--set key=``
    """

    key: str
    values: tuple[str, ...]

    @property
    def short(self) -> str:
        """Last part of the key."""
        return self.key.rpartition(".")[2]

    @property
    def is_seed(self) -> bool:
        """True for a seed of random numbers: its values are repetitions of one experiment."""
        return self.short == SEED


@dataclass(frozen=True)
class Member:
    """One run of a sweep.

    name    name of its folder, from the values: it does not change when the sweep is extended
    axes    axes of the sweep
    values  one value of each axis
    """

    name: str
    axes: tuple[Axis, ...]
    values: tuple[str, ...]

    @property
    def shown(self) -> list[str]:
        """Values without TOML quotes."""
        return [unquoted(value) for value in self.values]

    @property
    def overrides(self) -> list[str]:
        """Settings of the member, including its name."""
        settings = [f"{a.key}={value}" for a, value in zip(self.axes, self.values, strict=True)]
        return [*settings, f"name={self.name}"]


def parse_settings(texts: Iterable[str]) -> tuple[list[Axis], list[str]]:
    """Parse ``key=value,value`` as axes and ``key=value`` as settings of all members.

    ``key=1:50`` has the integers from 1 to 50.  Raises SweepError for another form, and for
    duplicate keys, duplicate values and empty values.
    """
    axes: list[Axis] = []
    shared: list[str] = []
    seen: set[str] = set()
    for text in texts:
        key, equals, values = text.partition("=")
        key = key.strip()
        if not key or not equals:
            raise SweepError(
                f"--set {text} is not of the form key=value,value. "
                "Write a dotted key and its values, such as electrolyte.t_plus=0.3,0.5."
                " [E750]"
            )
        if key in seen:
            raise SweepError(
                f"--set {text}: {key} is set twice. Put all its values into one --set. [E751]"
            )
        seen.add(key)
        parts = _integers(values, text) or split_values(values, text)
        if len(parts) == 1:
            shared.append(f"{key}={parts[0]}")
        else:
            axes.append(Axis(key, tuple(parts)))
    return axes, shared


def _integers(values: str, setting: str) -> list[str]:
    """Integers of ``first:last``; empty for other values."""
    match = _INTEGERS.fullmatch(values)
    if match is None:
        return []
    first, last = int(match[1]), int(match[2])
    if not first <= last < first + MOST_MEMBERS:
        raise SweepError(
            f"--set {setting}: the integers must increase, and be at most {MOST_MEMBERS}. Write "
            "the first and the last one, such as sei.seed=1:50. [E774]"
        )
    return [str(number) for number in range(first, last + 1)]


def split_values(text: str, setting: str) -> list[str]:
    """Split values at the commas outside quotes, brackets and braces; quotes are kept.

    setting: the whole setting, for messages.  Raises SweepError for an open quote or bracket, and
    for empty and duplicate values.
    """
    parts, start = [], 0
    for comma in _separators(text, setting):
        parts.append(text[start:comma].strip())
        start = comma + 1
    parts.append(text[start:].strip())
    if "" in parts:
        raise SweepError(
            f"--set {setting}: a value is missing. "
            "Write a value before and after each comma. [E752]"
        )
    duplicates = [part for index, part in enumerate(parts) if part in parts[:index]]
    if duplicates:
        raise SweepError(
            f"--set {setting}: the value {duplicates[0]} occurs twice. Remove one of them. [E753]"
        )
    return parts


def _separators(text: str, setting: str) -> Iterator[int]:
    """Indices of the commas that separate values."""
    quote, open_brackets = "", []
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in _CLOSING:
            open_brackets.append(_CLOSING[character])
        elif open_brackets and character == open_brackets[-1]:
            open_brackets.pop()
        elif character == "," and not open_brackets:
            yield index
    if quote or open_brackets:
        raise SweepError(
            f"--set {setting}: {quote or open_brackets[-1]} is missing. "
            "Close all quotes and brackets."
            " [E754]"
        )


def member_name(axes: Sequence[Axis], values: Sequence[str]) -> str:
    """Folder name of a member: ``t_plus=0.3,current_density=0.2mA_per_cm2``."""
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
    """Remove the quotes around a value."""
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def numbers_of(axis: Axis) -> tuple[Floats, str] | None:
    """Values as numbers with their common unit; None for other values."""
    matched = [_NUMBER.fullmatch(unquoted(value)) for value in axis.values]
    units = {match[2] for match in matched if match}
    if None in matched or len(units) != 1:
        return None
    return np.array([float(match[1]) for match in matched if match]), units.pop()


def _plain(value: str) -> str:
    """A value without characters that a shell or file system treats specially."""
    joined = re.sub(r"\s+", "", value).replace("/", "_per_").replace(",", "+")
    return re.sub(r"[^\w.+=-]", "", joined)
