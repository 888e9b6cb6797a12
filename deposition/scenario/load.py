"""Read a scenario from its layers: library, bases, file and ``--set``."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from deposition.common import package_data as shipped
from deposition.common.errors import ScenarioError
from deposition.common.suggest import did_you_mean, listing
from deposition.common.units import CONCENTRATION
from deposition.common.validation import describe, joined
from deposition.library import Electrolyte, Stated, library
from deposition.scenario.electrolyte import FITTED, LAWS
from deposition.scenario.layers import (
    Layer,
    Table,
    merged,
    origin_of,
    stated,
    without_superseded,
    without_unset,
)
from deposition.scenario.renamed import with_new_names

VALUES = ("conductivity", "t_plus", "activation_energy")
"""Values of an electrolyte that the library may have."""

Model = TypeVar("Model", bound=BaseModel)

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|(end of document))\)", re.DOTALL)


def load_scenario(
    model: type[Model], name: str | Path, overrides: Sequence[str], *, trust: bool = False
) -> Model:
    """See ``Scenario.load``; ``model`` is that class."""
    path = find_scenario(name)
    changes = [_override(text) for text in overrides]
    return validated(model, _read_with_bases(path, ()), changes, path.stem, _label(path), trust)


def validated(
    model: type[Model],
    files: Sequence[Layer],
    changes: Sequence[Layer],
    name: str,
    label: str,
    trust: bool,
) -> Model:
    """The scenario of these layers.

    files    the lowest first
    changes  layers of the command line or of ``Scenario.with_``; they count as one, whatever their
             order
    name     of the scenario, unless a layer states one; ``label`` names it in messages
    Raises ScenarioError that lists all errors.
    """
    renamed = with_new_names([*files, *changes])
    files, changes = renamed[: len(files)], renamed[len(files) :]
    files = without_superseded(files, changes)
    layers = [*files, *changes]
    below = _from_library(layers)
    layers.insert(0, below)
    table = {"name": name, **merged([below, *files, Layer("--set", merged(changes), Path.cwd())])}
    geometry_folder = origin_of(layers, ("geometry", "file")).folder
    context = {
        "layers": layers,
        "trust": trust,
        "folder": geometry_folder,
        "folder_of": lambda key: origin_of(layers, key).folder,
    }
    try:
        scenario = model.model_validate(table, context=context)
    except ValidationError as error:
        lines = describe(error, model, lambda key: origin_of(layers, key).origin if key else label)
        raise ScenarioError(joined(lines, f'the scenario "{name}"')) from None
    _check_conductivity(layers, len(changes))
    return scenario


def _check_conductivity(layers: Sequence[Layer], changes: int) -> None:
    """Raise ScenarioError if a later layer changes the concentration at which a conductivity was
    stated.

    layers   of a valid scenario
    changes  number of layers of the command line, the last ones, which count as one
    """
    files = len(layers) - changes
    stack = [*layers[:files], Layer("--set", merged(layers[files:]), Path.cwd())]
    stating = [k for k, layer in enumerate(stack) if layer.has(("electrolyte", "conductivity"))]
    if not stating:
        return
    own, final = (merged(stack[:k])["electrolyte"] for k in (stating[-1] + 1, len(stack)))
    stated_at = final["law" if "law" in final else "name"]
    if stated_at in (*FITTED, "functions") or "concentration" not in own:
        return
    before, after = (CONCENTRATION.parse(each["concentration"]) for each in (own, final))
    if not math.isclose(before, after, rel_tol=1e-9):
        origin = origin_of(layers, ("electrolyte", "concentration")).origin
        raise ScenarioError(
            f"{origin}: electrolyte.concentration = {final['concentration']}: the conductivity of "
            f"{final['name']}, {own['conductivity']}, is that at {own['concentration']}. State "
            f"electrolyte.conductivity at {final['concentration']} as well."
            " [E214]"
        )


def find_scenario(name: str | Path) -> Path:
    """File of a scenario given by the name of a shipped one, or by a path that ends in .toml."""
    known = shipped.scenarios()
    path = Path(name)
    if path.suffix == ".toml":
        if path.is_file():
            return path.resolve()
        hint = f" The shipped scenario has the name {path.stem}." if path.stem in known else ""
        raise ScenarioError(f"there is no scenario file {path}.{hint} [E215]")
    if str(name) in known:
        return known[str(name)]
    raise ScenarioError(
        f'there is no scenario "{name}".{did_you_mean(str(name), known)} '
        f"Shipped: {listing(known)}. State your own by its file, ending in .toml."
        " [E216]"
    )


def outline(path: Path) -> Table:
    """Statements of a scenario file and its bases, without validation, for a list."""
    return merged(_read_with_bases(path, ()))


def read_toml(path: Path) -> Table:
    """The tables of a TOML file, with or without a byte order mark.

    Raises ScenarioError with line and column.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{_label(path)}{_malformed(str(error))} [E217]") from None
    except UnicodeDecodeError as error:
        raise ScenarioError(
            f"{_label(path)}: is not UTF-8 text (byte {error.start}). Save it as UTF-8 [E218]"
        ) from None
    except OSError as error:
        raise ScenarioError(f"{_label(path)}: cannot be read: {error.strerror} [E219]") from None


def _label(path: Path) -> str:
    """Name of a file in messages: "shipped …", else relative to the current folder or absolute."""
    if shipped.scenarios().get(path.stem) == path:
        return f"shipped {path.name}"
    current = Path.cwd()
    return str(path.relative_to(current) if path.is_relative_to(current) else path)


def _malformed(message: str) -> str:
    found = _PLACE.fullmatch(message)
    if found is None:
        return f": is not valid TOML: {message}"
    place = "at its end" if found[4] else f"line {found[2]}, column {found[3]}"
    return f", {place}: is not valid TOML: {found[1]}"


def _read_with_bases(path: Path, above: tuple[Path, ...]) -> list[Layer]:
    """The layers of a file and its bases, the lowest base first."""
    if path in above:
        chain = " -> ".join(file.name for file in (*above, path))
        raise ScenarioError(
            f"{_label(path)}: base is circular: {chain}. Remove one of these bases [E220]"
        )
    data = read_toml(path)
    base, unset = data.pop("base", None), data.pop("unset", [])
    layer = Layer(_label(path), data, path.parent)
    if base is None:
        without_unset([], unset, _label(path))
        return [layer]
    below = _read_with_bases(_find_base(base, path), (*above, path))
    below = without_unset(below, unset, _label(path))
    # Name and label of a scenario are those of its own file, not of a base.
    for key in ("name", "label"):
        for lower in below:
            lower.data.pop(key, None)
    if "title" in data and "description" not in data:
        # The description of the base does not apply to a scenario with another title.
        for lower in below:
            lower.data.pop("description", None)
    return [*below, layer]


def _find_base(base: object, path: Path) -> Path:
    """File of a base: in the folder of ``path``, else shipped; a file may have a shipped scenario
    of its own name as base."""
    if not isinstance(base, str) or not base:
        raise ScenarioError(
            f'{_label(path)}: base = {base!r}: must be the name of a scenario such as "be" [E221]'
        )
    file = base if base.endswith(".toml") else f"{base}.toml"
    beside = (path.parent / file).resolve()
    if beside.is_file() and (beside != path or base.endswith(".toml")):
        return beside
    known = shipped.scenarios()
    if base in known:
        return known[base]
    near = [*(other.stem for other in path.parent.glob("*.toml") if other != path), *known]
    raise ScenarioError(
        f'{_label(path)}: base = "{base}": there is no such scenario.{did_you_mean(base, near)} '
        f"State one in the folder of this file, or a shipped one: {listing(known)}."
        " [E222]"
    )


def _override(text: str) -> Layer:
    """Layer of ``key=value``; a value that is not TOML is text."""
    key, equals, value = text.partition("=")
    table = table_of_key(key)
    if not equals or not table:
        raise ScenarioError(
            f'--set {text}: must be key=value with a dotted key, such as "mesh.surface_size=0.2 um"'
            " [E223]"
        )
    if "base" in table or "unset" in table:
        raise ScenarioError(f"--set {text}: base and unset can be stated in a file only [E224]")
    return Layer("--set", with_value(table, _toml_or_text(value.strip())), Path.cwd())


def table_of_key(key: str) -> Table:
    """Nested tables of a dotted key, around a value that is still to be set; empty if the key is
    not TOML."""
    try:
        return {} if "\n" in key else tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return {}


def _toml_or_text(value: str) -> Any:
    try:
        parsed = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return value
    return parsed["value"] if len(parsed) == 1 else value


def with_value(table: Table, value: Any) -> Table:
    """The tables of a key around its value."""
    return {
        key: with_value(inner, value) if isinstance(inner, dict) else value
        for key, inner in table.items()
    }


def _from_library(layers: Sequence[Layer]) -> Layer:
    """Layer of the library's values for lithium and for the electrolyte that the layers name."""
    entries = library()
    metal = entries.lithium
    table: Table = {
        "lithium": {
            "surface_energy": metal.surface_energy.text,
            "molar_volume": metal.molar_volume.text,
        }
    }
    statements = merged(layers)
    name = stated(statements, "electrolyte", "name")
    if isinstance(name, str) and name in entries.electrolytes:
        entry = entries.electrolytes[name]
        table["sei"] = {"default_film": entry.fresh_film.name}
        table["electrolyte"] = _electrolyte_values(entry, stated(statements, "electrolyte", "law"))
        if entry.charge_transfer_activation_energy is not None:
            energy = entry.charge_transfer_activation_energy
            table["kinetics"] = {"activation_energy": energy.text}
    return Layer("library", table, Path.cwd())


def _electrolyte_values(entry: Electrolyte, law: Any) -> Table:
    """The library's values for an electrolyte that the law uses.

    law: that of the scenario, or None
    """
    table: Table = {"concentration": entry.concentration.text}
    if law is None and entry.law:
        table["law"] = entry.law.name
    chosen = LAWS.get(str(law or table.get("law", "nernst-planck")))
    for key in VALUES if chosen is not None else ():
        if chosen is None or key not in chosen.model_fields:
            continue
        value = entry.entry("electrolyte", key)
        if isinstance(value, Stated):
            table[key] = value.value if key == "t_plus" else value.text
    return table
