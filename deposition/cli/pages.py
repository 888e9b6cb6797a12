"""Output of ``deposition list`` and ``deposition show``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from deposition.check.measured_sei import measured_sei_lines
from deposition.check.temperature import temperature_lines
from deposition.check.wagner import charge_transfer_resistance, polarization_length
from deposition.common import package_data as shipped
from deposition.common import units
from deposition.common.constants import LITRE, MA_PER_CM2, MICROMETRE, MILLIVOLT, OHM_CM2
from deposition.common.errors import ScenarioError
from deposition.common.suggest import did_you_mean, listing
from deposition.common.validation import Path, dotted
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE
from deposition.library import Component, Electrolyte, Metal, Named, Stated, library
from deposition.library.load import names
from deposition.mesh.cell import LITHIUM

if TYPE_CHECKING:
    from deposition.scenario import Scenario


NO_WRAP = ("Scenario", "Key", "Film", "Status", "S/m")


def scenario_list() -> RenderableType:
    """All shipped scenarios, electrolytes and film components."""
    from deposition.scenario.load import outline

    table = _table("Scenario", "Figure", "Electrolyte", "Title")
    for name, path in shipped.scenarios().items():
        stated = outline(path)
        electrolyte = stated.get("electrolyte", {}).get("name", "")
        table.add_row(name, stated.get("figure", ""), electrolyte, stated.get("title", ""))
    return Group(
        table,
        Text(f"\nElectrolytes: {listing(names('electrolytes'))}"),
        Text(f"Film components: {listing(names('components'))}"),
        Text(f"Metal: {LITHIUM}"),
        Text("Figures are those of Wang et al. 2025, doi 10.1016/j.scib.2025.04.016."),
        Text("Details of any of these names: deposition show NAME"),
    )


def scenario_page(scenario: Scenario) -> RenderableType:
    """A resolved scenario: all values with their origin, the films, and the control length."""
    figure = f" (Fig. {scenario.figure})" if scenario.figure else ""
    label = f"\nin pictures: {scenario.label}" if scenario.label else ""
    heading = Text(f"{scenario.name}: {scenario.title}{figure}{label}", style="bold")
    return Group(
        heading,
        Text(scenario.description.strip()),
        _settings(scenario),
        Text(),
        _films(scenario),
        Text(),
        _film_sources(scenario),
        Text(_control(scenario)),
        Text("\n".join([*temperature_lines(scenario), *measured_sei_lines(scenario)])),
        *map(Text, _measured(scenario)),
    )


def library_page(name: str) -> RenderableType | None:
    """Library entry of a film component, an electrolyte or lithium; None if there is none."""
    known = library()
    entries: dict[str, Component | Electrolyte | Metal] = {
        **known.components,
        **known.electrolytes,
        LITHIUM: known.lithium,
    }
    entry = entries.get(name)
    if entry is None:
        return None
    table = _table("Key", "Value", "Status", "Source")
    for key, value in entry:
        if isinstance(value, Stated):
            table.add_row(key, value.text.removesuffix(" 1"), value.status, value.source)
        elif isinstance(value, Named):
            table.add_row(key, value.name, value.status, value.source)
    about = [Text(line) for line in _about(entry) if line]
    return Group(Text(f"{name}: {entry.title}", style="bold"), *about, table)


def _about(entry: Component | Electrolyte | Metal) -> Iterator[str]:
    if isinstance(entry, Electrolyte):
        yield entry.recipe
        if entry.law:
            yield _properties(entry.law.name, entry.concentration.in_si(units.CONCENTRATION))
            return
    if isinstance(entry, Component):
        yield entry.note
    yield "At 298.15 K."


def _properties(law: str, c: float) -> str:
    """Properties of a measured law at 298.15 K and a concentration (mol/m³), and its range."""
    from deposition.scenario.electrolyte import FITTED

    at = FITTED[law](REFERENCE_TEMPERATURE)
    kappa, steady = at.conductivity_at(c), at.steady_conductivity_at(c)
    return (
        f"At {REFERENCE_TEMPERATURE:g} K and {c * LITRE:g} mol/L: κ = {kappa:.4g} S/m, "
        f"D = {at.diffusivity_at(c):.4g} m²/s, t₊ = {at.transference_at(c):.3g}, "
        f"1 + dln f/dln c = {at.thermodynamic_factor_at(c):.3g}, current fraction "
        f"{steady / kappa:.3g}. Measured {at.measured.concentrations}, {at.measured.temperatures}."
    )


def check_name(name: str) -> None:
    """Raise ScenarioError unless ``name`` is a shipped scenario or ends in .toml.

    The message suggests the nearest name that can be shown.
    """
    if name in shipped.scenarios() or name.endswith(".toml"):
        return
    known = [*shipped.scenarios(), *names("electrolytes"), *names("components"), LITHIUM]
    raise ScenarioError(
        f'"{name}" is no scenario and no library entry.{did_you_mean(name, known)} Scenarios: '
        f"{listing(shipped.scenarios())}, or a .toml file. Electrolytes: "
        f"{listing(names('electrolytes'))}. Film components: {listing(names('components'))}. "
        f"Metal: {LITHIUM}."
        " [E851]"
    )


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in NO_WRAP)
    return table


def _settings(scenario: Scenario) -> Table:
    table = _table("Key", "Value", "From")
    texts = {"name", "title", "label", "description", "figure"}
    for path, value in _flat(scenario.model_dump(exclude_none=True, by_alias=True, exclude=texts)):
        if path[:2] != ("sei", "films"):
            table.add_row(dotted(path), value, _from(scenario, path))
    return table


def _flat(values: Mapping[Any, Any], above: Path = ()) -> Iterator[tuple[Path, str]]:
    for key, value in values.items():
        if isinstance(value, Mapping) and key != "composition":
            yield from _flat(value, (*above, key))
        elif _is_list_of_tables(value):
            yield from _flat(dict(enumerate(value)), (*above, key))
        elif isinstance(value, Mapping):
            yield (*above, key), listing(f"{share:g} {name}" for name, share in value.items())
        else:
            yield (*above, key), f"{value:g}" if isinstance(value, float) else str(value)


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value)


def _from(scenario: Scenario, path: Path) -> str:
    """Origin of a value, with status and source if it is the library."""
    origin = scenario.origin(path)
    if origin != "library":
        return origin
    known, (section, key) = library(), map(str, path)
    entry = (
        getattr(known.lithium, key)
        if section == "lithium"
        else known.electrolyte(scenario.electrolyte.name).entry(section, key)
    )
    assert entry is not None
    return f"library, {entry.status}: {entry.source}"


def _films(scenario: Scenario) -> Table:
    table = _table("Film", "Title", "S/m", "Ω cm²", "κ(R+R_ct), µm")
    films = scenario.film_table()
    for row, name in enumerate(films.names[:-1]):
        resistance = scenario.sei.thickness / films.conductivity[row]
        length = polarization_length(scenario, resistance) / MICROMETRE
        numbers = (f"{films.conductivity[row]:.3g}", f"{resistance / OHM_CM2:.4g}", f"{length:.3g}")
        table.add_row(name, films.titles[row], *numbers)
    return table


def _film_sources(scenario: Scenario) -> Table:
    table = _table("Film", "Status", "Source")
    films = scenario.film_table()
    for row in zip(films.names[:-1], films.statuses, films.sources, strict=False):
        table.add_row(*row)
    return table


def _measured(scenario: Scenario) -> Iterator[str]:
    """The measured cell voltage with its conditions and source."""
    measured = scenario.measured
    if measured is None or measured.current_density is None:
        return
    found = [] if measured.cell_voltage is None else [f"{measured.cell_voltage / MILLIVOLT:.4g} mV"]
    found += [f'"{measured.words}"'] if measured.words else []
    elsewhere = "" if scenario.measurement else " (not the conditions of this run)"
    yield (
        f"\nMeasured: {', '.join(found)} at {measured.current_density / MA_PER_CM2:.4g} mA/cm² and "
        f"{measured.temperature:g} K{elsewhere}. {measured.source}"
    )


def _control(scenario: Scenario) -> str:
    transfer = charge_transfer_resistance(scenario) / OHM_CM2
    porous = scenario.separator.porosity < 1.0
    return (
        f"\nκ = {scenario.conductivity:.4g} S/m{' in the separator' if porous else ''}, "
        f"effective steady-state conductivity {scenario.steady_conductivity:.4g} S/m, "
        f"R_ct = {transfer:.3g} Ω cm². The Wagner number is the polarization length κ(R+R_ct) over "
        "the width of the box: far above 1 the surface controls the current distribution, far "
        "below 1 the electrolyte. deposition check prints it."
    )
