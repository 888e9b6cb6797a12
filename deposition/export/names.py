"""Array names for formats in which a slash separates groups."""

from __future__ import annotations

import re

_UNIT = re.compile(r"\[([^\]]*)\]$")
_BELOW = re.compile(r"/(\w+)(?:\^(\d+))?")


def without_slash(name: str) -> str:
    """Write the unit of a name in negative powers: ``Flux [mol m^-2 s^-1]`` for ``[mol/m^2/s]``.

    HDF5 reads ``mol/m^2`` as ``m^2`` in the group ``mol``.  A slash outside the unit becomes an
    underscore.
    """
    powers = _UNIT.sub(lambda unit: _BELOW.sub(_power, unit[0]), name)
    return powers.replace("/", "_")


def _power(below: re.Match[str]) -> str:
    return f" {below[1]}^-{below[2] or 1}"
