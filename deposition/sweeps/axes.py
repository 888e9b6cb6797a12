"""Axes of a sweep, from ``key=value,value``, and the members of their grid."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from deposition.common.errors import SweepError

_CLOSING = {"[": "]", "{": "}", "(": ")"}
_LONGEST_NAME = 120
"""Maximum length of a member's folder name; file systems allow 255."""


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

    Raises SweepError for another form, and for duplicate keys, duplicate values and empty values.
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
        parts = split_values(values, text)
        if len(parts) == 1:
            shared.append(text)
        else:
            axes.append(Axis(key, tuple(parts)))
    return axes, shared


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


def members_of(axes: Sequence[Axis]) -> list[Member]:
    """All combinations of the values, the last axis varying fastest.

    Raises SweepError if there is no axis, or if two members have the same folder name.
    """
    if not axes:
        raise SweepError(
            "the sweep has no setting with several values. Separate them by commas, without "
            "brackets, such as --set electrolyte.t_plus=0.3,0.5."
            " [E755]"
        )
    members = [
        Member(_name(axes, values), tuple(axes), values)
        for values in itertools.product(*(axis.values for axis in axes))
    ]
    names = [member.name for member in members]
    duplicates = [name for index, name in enumerate(names) if name in names[:index]]
    if duplicates:
        raise SweepError(
            f"two runs of the sweep have the same name, {duplicates[0]}. "
            "Remove one of the values, or write them differently."
            " [E756]"
        )
    return members


def _name(axes: Sequence[Axis], values: Sequence[str]) -> str:
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


def _plain(value: str) -> str:
    """A value without characters that a shell or file system treats specially."""
    joined = re.sub(r"\s+", "", value).replace("/", "_per_").replace(",", "+")
    return re.sub(r"[^\w.+=-]", "", joined)
