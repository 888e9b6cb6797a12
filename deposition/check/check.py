"""Checks of a scenario together with its mesh, before a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from deposition.check.iodine import iodine_lines, too_little_iodine
from deposition.check.measured_sei import measured_sei_lines
from deposition.check.patches import patch_warnings
from deposition.check.porous_lithium import porous_lithium_lines, too_little_for_the_layer
from deposition.check.strippable_lithium import too_little_lithium
from deposition.check.temperature import temperature_lines
from deposition.check.travelling_film import travelling_film_line, travelling_film_warnings
from deposition.check.wagner import (
    charge_transfer_resistance,
    largest_current_density,
    polarization_length,
    wagner_line,
)
from deposition.common.constants import LITRE, MA_PER_CM2, MICROMETRE
from deposition.common.suggest import listing
from deposition.laws.concentrated import Fitted
from deposition.laws.film import film_resistance
from deposition.laws.sand import (
    Layers,
    limiting_density,
    limiting_density_over,
    sand_time,
)
from deposition.mesh.cell import (
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    SEPARATOR,
    Mask,
    region_kind,
)
from deposition.mesh.footprint import projected_area
from deposition.protocol import ConstantCurrent, OnEvent, StopReason
from deposition.scenario import NO_FILM, Scenario
from deposition.scenario.plan import plan_of
from deposition.scenario.protocol_words import protocol_line
from deposition.scenario.reactions import FirstOrderReaction
from deposition.sei.patches import named_films
from deposition.simulation.initial import Start, begin
from deposition.simulation.negative_electrode import n_to_p_text

DECAY_LENGTH = 4.0
"""Length, in facets of the counter electrode, over which current variations between them decay."""


@dataclass(frozen=True)
class Report:
    """Result of the checks: facts about the run, and warnings about its accuracy."""

    facts: tuple[str, ...]
    warnings: tuple[str, ...]


def check_scenario(scenario: Scenario) -> Report:
    """Mesh the geometry, set the initial SEI, and check both against the scenario.

    Raises GeometryError and ScenarioError as ``begin`` does.
    """
    start = begin(scenario)
    scenario = scenario.with_current_densities(start.cell)
    warnings = [
        *_beyond_measurements(scenario),
        *_unused_films(scenario, start),
        *_unresolved_films(scenario.at_working_electrode(start.cell, start.surface), start),
        *_unresolved_counter(scenario, start),
        *_unresolved_reactions(scenario, start),
        *too_little_iodine(scenario, start),
        *too_little_for_the_layer(scenario, start),
        *travelling_film_warnings(scenario, start),
        *patch_warnings(scenario),
    ]
    if start.surface.working.any():
        warnings += [
            *_kinetic_limit(scenario, start),
            *too_little_lithium(scenario, start),
        ]
    if _is_flat(start):
        warnings += _depletion(scenario, start, expected=False)
    return Report((*_of_the_cell(scenario, start), *_of_the_run(scenario, start)), tuple(warnings))


def _is_flat(start: Start) -> bool:
    """True if the electrodes face each other, so that the limiting current of a gap applies."""
    return start.cell.growth.is_defined and bool(start.surface.working.any())


def _of_the_cell(scenario: Scenario, start: Start) -> tuple[str, ...]:
    cell = start.cell
    box = " x ".join(f"{size:g}" for size in np.ptp(cell.points, axis=0))
    unit = "µm²" if cell.dim == 2 else "µm³"
    facets = np.count_nonzero(start.surface.working)
    dead = sum(region_kind(name) == DEAD_LITHIUM for name in cell.regions)
    metals = {
        "working electrode": start.surface.working,
        "dead lithium": start.surface.on(DEAD_LITHIUM) & ~start.surface.working.any(),
        "counter electrode": start.surface.on(COUNTER),
    }
    return (
        *_growth_axis(start),
        f"{cell.dim}D box of {box} µm, {cell.volume(ELECTROLYTE):.5g} {unit} of electrolyte, "
        f"bodies of dead lithium: {dead}{f' ({scenario.dead_lithium.kind})' if dead else ''}",
        *_separator(scenario, start),
        f"{len(cell.points)} vertices, {len(cell.simplices)} mesh elements, "
        f"{facets} surface elements on the working electrode",
        *(
            f"film on the {metal}: {listing(_film_shares(start, on))}"
            for metal, on in metals.items()
            if on.any()
        ),
    )


def _separator(scenario: Scenario, start: Start) -> Iterator[str]:
    """The separator that is a region of the geometry."""
    cell, unit = start.cell, "µm²" if start.cell.dim == 2 else "µm³"
    volume = cell.volume(SEPARATOR)
    if volume > 0.0:
        content = cell.electrolyte_fraction @ cell.volumes
        yield (
            f"separator of {volume:.5g} {unit}, porosity {cell.porosity:g}, with "
            f"{cell.porosity * volume / content:.3g} of the salt; conductivity in it "
            f"{scenario.conductivity:.3g} S/m"
        )


def _growth_axis(start: Start) -> Iterator[str]:
    """The growth axis, unless it is the last coordinate."""
    growth, unit = start.cell.growth, "µm" if start.cell.dim == 2 else "µm²"
    if not start.surface.working.any() or (growth.is_upwards and growth.is_defined):
        return
    if growth.is_defined:
        area = projected_area(start.cell)
        yield f"the deposit grows along {growth.name}; projected area {area:.5g} {unit}"
        return
    yield (
        "no growth axis: the working electrode does not face a planar counter electrode. There "
        "are no heights; current density and areal charge are per area of the initial working "
        f"electrode, {growth.electrode_area:.5g} {unit}; geometry.growth_axis can state an axis"
    )


def _film_shares(start: Start, on: Mask) -> Iterator[str]:
    area = start.surface.area[on]
    shares = area @ start.film.fractions[on] / area.sum()
    for name, share in zip(start.film.films, shares, strict=True):
        if share > 0.0:
            yield f"{share:.3g} {name}"


def _of_the_run(scenario: Scenario, start: Start) -> tuple[str, ...]:
    return (
        protocol_line(scenario),
        *filter(None, [n_to_p_text(scenario, start.cell)]),
        *_reactions(scenario),
        *iodine_lines(scenario, start),
        *porous_lithium_lines(scenario, start),
        *_growth(scenario),
        *temperature_lines(scenario),
        *measured_sei_lines(scenario, start),
        wagner_line(scenario, start),
        *travelling_film_line(scenario, start),
        *(_depletion(scenario, start, expected=True) if _is_flat(start) else ()),
    )


def _reactions(scenario: Scenario) -> Iterator[str]:
    """One line for each chemical reaction: law, species, electrodes."""
    for entry in scenario.reactions:
        of = f" of {listing(entry.needs)}" if entry.needs else ""
        kinds = listing(kind.replace("_", " ") for kind in entry.reaction.on)
        yield f"chemical reaction{of} on {kinds}: {entry.law}"


def _growth(scenario: Scenario) -> Iterator[str]:
    """One line for each law of SEI growth: component, electrodes, law."""
    for entry in scenario.sei.growth:
        kinds = listing(kind.replace("_", " ") for kind in entry.on)
        yield f"growth of {entry.component} on {kinds}: {entry.law}"


def _used_films(scenario: Scenario, start: Start) -> set[str]:
    """Films of the initial surface and of new surface."""
    sei = scenario.sei
    named = {*named_films(start.cell), sei.default_film, *(sei.area_fractions or {})}
    named |= {patch.film for patch in sei.patch}
    return named - {NO_FILM}


def _beyond_measurements(scenario: Scenario) -> Iterator[str]:
    """Concentration or temperature outside the measured range of the electrolyte."""
    law, c = scenario.electrolyte_law, scenario.electrolyte.concentration
    if not isinstance(law, Fitted):
        return
    (lowest, highest), (coldest, warmest) = law.measured.concentration, law.measured.temperature
    if not lowest <= c <= highest:
        yield (
            f"the electrolyte was measured {law.measured.concentrations}, and starts at "
            f"{c * LITRE:g} mol/L: its properties are extrapolated; choose a concentration in "
            "this range"
        )
    if not coldest <= scenario.temperature <= warmest:
        yield (
            f"the electrolyte was measured {law.measured.temperatures}, and the temperature is "
            f"{scenario.temperature:g} K: its properties are extrapolated; choose a temperature "
            "in this range"
        )


def _unused_films(scenario: Scenario, start: Start) -> Iterator[str]:
    """Stated films that cover nothing; those of a base are not meant by an SEI of one's own."""
    formed = {law.component for law in scenario.sei.growth}
    formed |= {name for one in scenario.reactions for name in one.films}
    used = _used_films(scenario, start) | formed
    for name in scenario.sei.films:
        if name not in used and not scenario.brings_sei_above(name):
            yield (
                f'the film "{name}" of [sei.films] lies on no surface: the geometry names '
                f"{listing(named_films(start.cell)) or 'none'}, the default film is "
                f"{scenario.sei.default_film}; name it in the geometry or in sei.composition, or "
                "remove it"
            )


def _unresolved_films(scenario: Scenario, start: Start) -> Iterator[str]:
    """Films whose polarization length κ(R+R_ct) is below the facet size h.

    A facet-wise constant current density is stable only for κ(R+R_ct) > h.
    """
    size = scenario.mesh.surface_size
    for name in sorted(_used_films(scenario, start)):
        conductivity = start.films.conductivity[start.films.index(name)]
        length = polarization_length(scenario, scenario.sei.thickness / conductivity)
        if length < size:
            yield (
                f"κ(R+R_ct) of the film {name} is {length / MICROMETRE:.3g} µm, less than "
                f"mesh.surface_size ({size / MICROMETRE:.3g} µm): the current on it will not be "
                "resolved; refine the mesh or raise the resistance"
            )


def _kinetic_limit(scenario: Scenario, start: Start) -> Iterator[str]:
    """Applied current above the kinetic limit of charge transfer on the initial surface."""
    largest = largest_current_density(scenario) * projected_area(start.cell)
    concentration = np.array([scenario.electrolyte.concentration])
    limit = float(scenario.kinetics_law.limit(concentration)[0])
    area = float(start.surface.area[start.surface.working].sum())
    if largest > limit * area:
        yield (
            f"charge transfer can drive {limit:.4g} A/m² at any potential, less than the "
            f"{largest / area:.4g} A/m² of the protocol: the run will end there; lower the current "
            "density, or raise kinetics.exchange_current_density"
        )


def _depletion(scenario: Scenario, start: Start, *, expected: bool) -> Iterator[str]:
    """Protocol steps above the limiting current density for longer than Sand's time (flat surface).

    expected: select the steps whose ``on_event.depletion`` is set, so that the run goes on or ends
    there; else those in which the run would fail.
    """
    law, c = scenario.electrolyte_law, scenario.electrolyte.concentration
    gap = start.cell.volume(ELECTROLYTE) / projected_area(start.cell)
    limits = {plates: _limit(scenario, start, plates=plates) for plates in (True, False)}
    pores = scenario.pores.at_working_electrode(start.cell, start.surface)
    for step in dict.fromkeys(plan_of(scenario.protocol).protocol_steps):
        density = step.applied.density if isinstance(step.applied, ConstantCurrent) else 0.0
        sand, limit = sand_time(law, c, density, pores), limits[density > 0.0]
        fails = step.after(StopReason.DEPLETION) is OnEvent.ERROR
        depletes = abs(density) > limit and step.left(0.0, 0.0, density) > sand
        if depletes and fails != expected:
            yield (
                f"{abs(density) / MA_PER_CM2:.4g} mA/cm² exceeds the limiting current density of "
                f"{limit / MA_PER_CM2:.3g} mA/cm² across {gap:.3g} µm: the salt is depleted near "
                f"Sand's time, {sand:.3g} s, and earlier where the current is not uniform; "
                "protocol.on_event.depletion sets the action"
            )


def _limit(scenario: Scenario, start: Start, *, plates: bool) -> float:
    """Limiting current density of the gap, A/m², with its layers if a separator is a region.

    plates: the working electrode is the cathode; else the counter electrode is.
    """
    law, c, cell = scenario.electrolyte_law, scenario.electrolyte.concentration, start.cell
    from_reservoir = scenario.counter.kind == "reservoir"
    if not cell.in_region(SEPARATOR).any():
        gap = cell.volume(ELECTROLYTE) / projected_area(cell)
        limit = limiting_density(law, c, gap * MICROMETRE, scenario.pores)
        # From a reservoir c falls from c0 to 0, instead of from 2 c0.
        return 0.5 * limit if from_reservoir else limit
    wet = np.flatnonzero(cell.in_region(ELECTROLYTE))
    height = cell.growth.turned(cell.points[cell.simplices[wet]].mean(axis=1))[:, -1]
    order = wet[np.argsort(height if plates else -height)]
    thickness = cell.volumes[order] / projected_area(cell) * MICROMETRE
    layers = Layers(thickness, scenario.pores.in_cell(cell).among(order))
    path = float(layers.paths.sum()) if from_reservoir else layers.mean_path
    return limiting_density_over(law, c, path)


def _unresolved_counter(scenario: Scenario, start: Start) -> Iterator[str]:
    """Coarse facets of the counter electrode whose non-uniform current reaches the lithium.

    The counter electrode recedes as a whole, and current variations between its facets decay in the
    electrolyte within ``DECAY_LENGTH`` facets.  A reservoir has a given potential.
    """
    counter = start.surface.on(COUNTER)
    if scenario.counter.kind == "reservoir":
        return
    size = (start.surface.area[counter] ** (1.0 / (start.cell.dim - 1))).max()
    transfer = charge_transfer_resistance(scenario)
    film = film_resistance(start.film, start.films.conductivity, transfer)[counter]
    length = polarization_length(scenario, float(film.min())) / MICROMETRE
    metal = cKDTree(start.surface.midpoint[~counter])
    gap = float(metal.query(start.surface.midpoint[counter])[0].min())
    if length < size and gap < DECAY_LENGTH * size:
        yield (
            f"the counter electrode has facets of {size:.3g} µm and κ(R+R_ct) = {length:.3g} µm, "
            f"{gap:.3g} µm from the lithium: its current will vary from facet to facet and disturb "
            "the current on the lithium; set a smaller mesh.counter_size"
        )


def _unresolved_reactions(scenario: Scenario, start: Start) -> Iterator[str]:
    """First-order reactions whose species diffuses less far than a surface cell, D/k < h: the flux
    would vary from facet to facet."""
    size = scenario.mesh.surface_size
    for reaction in scenario.reactions:
        if isinstance(reaction, FirstOrderReaction):
            species = scenario.electrolyte.dissolved[reaction.species]
            length = species.diffusivity / reaction.rate_constant
            if length < size:
                yield (
                    f"the reaction of {reaction.species} has D/k = {length / MICROMETRE:.3g} µm, "
                    f"less than mesh.surface_size = {size / MICROMETRE:.3g} µm: its flux will vary "
                    f"from facet to facet; reduce rate_constant to "
                    f"{species.diffusivity / size:.2g} m/s, where diffusion still controls, or "
                    "refine the mesh"
                )
