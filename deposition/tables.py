"""What ``deposition list`` and ``deposition show`` print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from deposition import shipped
from deposition.constants import MICROMETRE
from deposition.laws.thermodynamics import thermal_voltage
from deposition.library import Component, Electrolyte, Stated, library
from deposition.library.load import names
from deposition.nearest import listing
from deposition.problems import dotted

if TYPE_CHECKING:
    from deposition.scenario import Scenario


def scenario_list() -> RenderableType:
    """All shipped scenarios, and what a scenario of one's own can name."""
    from deposition.scenario.load import outline

    table = _table("Scenario", "Figure", "Electrolyte", "What it shows")
    for name, path in shipped.scenarios().items():
        stated = outline(path)
        electrolyte = stated.get("electrolyte", {}).get("name", "")
        table.add_row(name, stated.get("figure", ""), electrolyte, stated.get("title", ""))
    return Group(
        table,
        Text(f"\nElectrolytes: {listing(names('electrolytes'))}"),
        Text(f"Film components: {listing(names('components'))}"),
        Text("Figures are those of Wang et al. 2025, doi 10.1016/j.scib.2025.04.016."),
        Text("More on any of these names: deposition show NAME"),
    )


def scenario_page(scenario: Scenario) -> RenderableType:
    """A resolved scenario: every value and where it comes from, the films, what controls."""
    figure = f" (Fig. {scenario.figure})" if scenario.figure else ""
    heading = Text(f"{scenario.name}: {scenario.title}{figure}", style="bold")
    return Group(
        heading,
        Text(scenario.description.strip()),
        _settings(scenario),
        _films(scenario),
        Text(_control(scenario)),
    )


def library_page(name: str) -> RenderableType | None:
    """A film component or an electrolyte with its values; None if there is none of this name."""
    known = library()
    entry: Component | Electrolyte | None = known.components.get(name)
    entry = entry or known.electrolytes.get(name)
    if entry is None:
        return None
    about = entry.note if isinstance(entry, Component) else entry.recipe
    table = _table("Key", "Value", "Status", "Source")
    for key, value in entry:
        if isinstance(value, Stated):
            table.add_row(key, value.text.removesuffix(" 1"), value.status, value.source)
    if isinstance(entry, Electrolyte):
        film = entry.fresh_film
        table.add_row("fresh_film", film.name, film.status, film.source)
    return Group(Text(f"{name}: {entry.title}", style="bold"), Text(about), table)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in ("Scenario", "Key", "Film"))
    return table


def _settings(scenario: Scenario) -> Table:
    table = _table("Key", "Value", "From")
    apart = {"name", "title", "description", "figure"}
    for path, value in _flat(scenario.model_dump(exclude_none=True, exclude=apart)):
        if path[:2] != ("sei", "films"):
            table.add_row(dotted(path), value, _from(scenario, path))
    return table


def _flat(
    values: Mapping[str, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    for key, value in values.items():
        if isinstance(value, Mapping) and key != "composition":
            yield from _flat(value, (*above, key))
        elif isinstance(value, Mapping):
            yield (*above, key), listing(f"{share:g} {name}" for name, share in value.items())
        else:
            yield (*above, key), f"{value:g}" if isinstance(value, float) else str(value)


def _from(scenario: Scenario, path: tuple[str, ...]) -> str:
    """Where a value comes from; for the library its status and source too."""
    origin = scenario.origin(path)
    if origin != "library":
        return origin
    known, key = library(), path[-1]
    if path[0] == "lithium":
        entry = getattr(known.lithium, key)
    elif path[0] == "sei":
        entry = known.electrolyte(scenario.electrolyte.name).fresh_film
    else:
        entry = getattr(known.electrolyte(scenario.electrolyte.name), key)
    return f"library, {entry.status}: {entry.source}"


def _films(scenario: Scenario) -> Table:
    table = _table("Film", "What it is", "S/m", "ohm cm^2", "κ(R+R_ct) um", "Status", "Source")
    films = scenario.film_table()
    for row, name in enumerate(films.names[:-1]):
        resistance = scenario.sei.thickness / films.conductivity[row]
        reach = control_length(scenario, resistance) / MICROMETRE
        numbers = (f"{films.conductivity[row]:.3g}", f"{resistance * 1e4:.4g}", f"{reach:.3g}")
        table.add_row(name, films.titles[row], *numbers, films.statuses[row], films.sources[row])
    return table


def charge_transfer_resistance(scenario: Scenario) -> float:
    """R_ct = RT / (F i_00), ohm m²: that of Butler-Volmer at small currents."""
    return thermal_voltage(scenario.temperature) / scenario.kinetics.exchange_current_density


def control_length(scenario: Scenario, film_resistance: float) -> float:
    """κ (R_film + R_ct), m: features much smaller than this do not attract current."""
    total = film_resistance + charge_transfer_resistance(scenario)
    return scenario.electrolyte.conductivity * total


def _control(scenario: Scenario) -> str:
    electrolyte = scenario.electrolyte
    transfer = charge_transfer_resistance(scenario) * 1e4
    return (
        f"κ = {electrolyte.conductivity:.4g} S/m, "
        f"t+ κ = {electrolyte.t_plus * electrolyte.conductivity:.4g} S/m, "
        f"R_ct = {transfer:.3g} ohm cm^2. The film controls where κ(R+R_ct) is much more than the "
        "width of the box (Wagner number Wa = κR/L >> 1), the field in the electrolyte where it is "
        "less."
    )
