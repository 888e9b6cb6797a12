"""Catalogue of the cases: the modules in ``cases``, in the order of their names."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from importlib import import_module

from deposition.common.errors import VerificationError
from deposition.common.suggest import did_you_mean, listing
from deposition.verification import cases
from deposition.verification.case import Case, Family


def all_cases() -> list[Case]:
    """All cases, family by family."""
    modules = sorted(module.name for module in pkgutil.iter_modules(cases.__path__))
    found = [import_module(f"{cases.__name__}.{name}").CASE for name in modules]
    return sorted(found, key=lambda case: list(Family).index(case.family))


def chosen(names: Sequence[str], full: bool) -> list[Case]:
    """Cases of these names; without names all cases, the long ones only if ``full``.

    Raises VerificationError for an unknown name.
    """
    known = {case.name: case for case in all_cases()}
    for name in names:
        if name not in known:
            raise VerificationError(
                f'Unknown case "{name}".{did_you_mean(name, known)} Cases: {listing(known)}. [E802]'
            )
    if names:
        return [known[name] for name in dict.fromkeys(names)]
    return [case for case in known.values() if full or not case.long]
