"""Atoms in the formula of a species or a film component."""

from __future__ import annotations

import re

SYMBOLS = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se "
    "Br Kr Rb Sr Y Zr Nb Mo Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce W Pt Au Hg Tl Pb Bi"
)
"""Elements that may stand in a formula."""

FORMULA = re.compile(r"((?:[A-Z][a-z]?\d*)+)(?:\d*[+-])?")
"""Elements with their numbers, then perhaps a charge: Li2O, I3-, NO3-, Li+."""

FOLLOWED = {"I": "iodine", "N": "nitrogen"}
"""Elements whose atoms a run balances, by symbol."""


def atoms(name: str) -> dict[str, int]:
    """Atoms of each element in a formula; empty for a name that is none.

    >>> atoms("IO3-"), atoms("Li3N"), atoms("oxidant")
    ({'I': 1, 'O': 3}, {'Li': 3, 'N': 1}, {})
    """
    found = FORMULA.fullmatch(name)
    if found is None:
        return {}
    counted: dict[str, int] = {}
    for symbol, number in re.findall(r"([A-Z][a-z]?)(\d*)", found.group(1)):
        if symbol not in SYMBOLS.split():
            return {}
        counted[symbol] = counted.get(symbol, 0) + int(number or 1)
    return counted
