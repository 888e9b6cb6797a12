"""The page of laws is that of the code; every law has a source, a scenario and a check."""

from __future__ import annotations

import inspect

import pytest
from helpers import laws

from deposition.laws import butler_volmer, concentrated, electrolyte, kinetics, marcus
from deposition.verification.catalogue import all_cases

ALL = [law for group in laws.GROUPS.values() for law in group]


def titled(law: laws.Law) -> str:
    return law.title


def test_the_page_is_made_from_the_docstrings() -> None:
    assert laws.PAGE.read_text(encoding="utf-8") == laws.page(), (
        "write it anew: python tests/helpers/laws.py"
    )


@pytest.mark.parametrize("law", ALL, ids=titled)
def test_a_law_says_where_it_comes_from(law: laws.Law) -> None:
    assert "Source" in law.account


@pytest.mark.parametrize("law", ALL, ids=titled)
def test_a_law_is_shown_by_a_scenario(law: laws.Law) -> None:
    assert laws.shown_by(law)


@pytest.mark.parametrize("law", ALL, ids=titled)
def test_a_law_is_checked_by_cases_that_there_are(law: laws.Law) -> None:
    assert law.checks
    assert set(law.checks) <= {case.name for case in all_cases()}


def test_no_law_of_ions_or_electrons_is_left_out() -> None:
    """Every class that can rule a run is on the page, or what it inherits its formula from is."""
    known = tuple(law.home for law in ALL if inspect.isclass(law.home))
    found = {
        thing
        for home in (butler_volmer, concentrated, electrolyte, kinetics, marcus)
        for thing in vars(home).values()
        if inspect.isclass(thing) and not inspect.isabstract(thing)
        if hasattr(thing, "residual") or hasattr(thing, "anion_flux")
    }
    protocols = {electrolyte.ElectrolyteLaw, kinetics.KineticsLaw}
    assert len(found - protocols) >= 10
    for thing in found - protocols:
        assert issubclass(thing, known), thing
