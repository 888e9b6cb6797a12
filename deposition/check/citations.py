"""References of a scenario: what its values and laws come from."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deposition.common.version import VERSION
from deposition.laws import film
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE
from deposition.library import Named, Stated, library
from deposition.library.references import cited_in

if TYPE_CHECKING:
    from deposition.scenario import Scenario

SOFTWARE = """\
@software{{deposition,
  title = {{deposition: finite-element simulation of lithium electrodeposition}},
  author = {{{{The deposition developers}}}},
  version = {{{version}}},
}}"""


def bibtex(scenario: Scenario) -> str:
    """The references of a scenario as text of a .bib file, the software first.

    They are those that the sources of its values name: films and electrolyte of the library,
    lithium, reasons and measurements that the scenario states, and the laws that it chooses.
    """
    entries = [reference.bibtex for reference in cited_in(_sources(scenario))]
    return "\n\n".join([SOFTWARE.format(version=VERSION), *entries])


def _sources(scenario: Scenario) -> Iterator[str]:
    yield "Wang et al., Sci. Bull. 2025" if scenario.figure else ""
    yield scenario.description
    yield from scenario.film_table().sources
    yield scenario.measured.source if scenario.measured is not None else ""
    yield from _of_library(scenario)
    for law in (scenario.kinetics_law, scenario.electrolyte_law):
        yield inspect.getdoc(type(law)) or ""
    yield film.__doc__ or ""


def _of_library(scenario: Scenario) -> Iterator[str]:
    """Sources of the values that the scenario takes from the library."""
    known, sei = library(), scenario.sei
    electrolyte = known.electrolytes.get(scenario.electrolyte.name)
    warm = scenario.temperature != REFERENCE_TEMPERATURE
    for key, value in (*known.lithium, *(electrolyte or ())):
        if isinstance(value, Stated | Named) and (warm or "activation_energy" not in key):
            yield value.source
    names = {sei.default_film, *(sei.area_fractions or {}), *(patch.film for patch in sei.patch)}
    for name in sorted(names & set(known.components) - set(sei.films)):
        component = known.components[name]
        used = [component.density, component.molar_mass] if sei.xps or sei.growth else []
        used += [component.activation_energy] if warm else []
        yield from (value.source for value in used if value is not None)
