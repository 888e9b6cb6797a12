"""Read a scenario: its file, what it is based on, what is set on top, what the library adds."""

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
from deposition.scenario.electrolyte import FITTED, NUMBERS
from deposition.scenario.layers import Layer, Table, merged, of_one_electrolyte, origin_of, stated
from deposition.scenario.renamed import with_new_names

Model = TypeVar("Model", bound=BaseModel)

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|(end of document))\)", re.DOTALL)


def load_scenario(
    model: type[Model], name: str | Path, overrides: Sequence[str], *, trust: bool = False
) -> Model:
    """See ``Scenario.load``; ``model`` is that class."""
    path = find_scenario(name)
    changes = [_override(text) for text in overrides]
    files = _read_with_bases(path, ())
    renamed = with_new_names([*files, *changes])
    files, changes = renamed[: len(files)], renamed[len(files) :]
    layers = [*of_one_electrolyte(files, changes), *changes]
    layers.insert(0, _from_library(layers))
    table = {"name": path.stem, **merged(layers)}
    context = {"layers": layers, "trust": trust, "folder": _geometry_folder(layers)}
    try:
        scenario = model.model_validate(table, context=context)
    except ValidationError as error:
        lines = describe(
            error, model, lambda key: origin_of(layers, key).origin if key else _called(path)
        )
        raise ScenarioError(joined(lines, f'the scenario "{path.stem}"')) from None
    _check_conductivity(layers, len(changes))
    return scenario


def _check_conductivity(layers: Sequence[Layer], changes: int) -> None:
    """A conductivity is that at the concentration which it was stated for, not at a later one.

    layers of a valid scenario, of which the last so many ``changes`` count as one.
    """
    files = len(layers) - changes
    stack = [*layers[:files], Layer("--set", merged(layers[files:]), Path.cwd())]
    stating = [k for k, each in enumerate(stack) if each.has(("electrolyte", "conductivity"))]
    if not stating:
        return
    own, now = (merged(stack[:k])["electrolyte"] for k in (stating[-1] + 1, len(stack)))
    if now["law" if "law" in now else "name"] in FITTED or "concentration" not in own:
        return
    there, here = (CONCENTRATION.parse(each["concentration"]) for each in (own, now))
    if not math.isclose(there, here, rel_tol=1e-9):
        origin = origin_of(layers, ("electrolyte", "concentration")).origin
        raise ScenarioError(
            f"{origin}: electrolyte.concentration = {now['concentration']}: the conductivity of "
            f"{now['name']}, {own['conductivity']}, is that at {own['concentration']}. State "
            f"electrolyte.conductivity at {now['concentration']} as well."
            " [E214]"
        )


def find_scenario(name: str | Path) -> Path:
    """The file of a scenario given by its shipped name or by a path that ends in .toml."""
    known = shipped.scenarios()
    path = Path(name)
    if path.suffix == ".toml":
        if path.is_file():
            return path.resolve()
        hint = f" The shipped one is called {path.stem}." if path.stem in known else ""
        raise ScenarioError(f"there is no scenario file {path}.{hint} [E215]")
    if str(name) in known:
        return known[str(name)]
    raise ScenarioError(
        f'there is no scenario "{name}".{did_you_mean(str(name), known)} '
        f"Shipped: {listing(known)}. Your own is given by its file, ending in .toml."
        " [E216]"
    )


def outline(path: Path) -> Table:
    """What a scenario file and its bases state, unchecked: enough for a list."""
    return merged(_read_with_bases(path, ()))


def read_toml(path: Path) -> Table:
    """The tables of a TOML file; raises ScenarioError with line and column."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{_called(path)}{_malformed(str(error))} [E217]") from None
    except UnicodeDecodeError as error:
        raise ScenarioError(
            f"{_called(path)}: is not UTF-8 text (byte {error.start}) [E218]"
        ) from None
    except OSError as error:
        raise ScenarioError(f"{_called(path)}: cannot be read: {error.strerror} [E219]") from None


def _called(path: Path) -> str:
    """A file as a message names it: shipped, from the current folder if it lies below, in full."""
    if shipped.scenarios().get(path.stem) == path:
        return f"shipped {path.name}"
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _malformed(message: str) -> str:
    found = _PLACE.fullmatch(message)
    if found is None:
        return f": is not valid TOML: {message}"
    place = "at its end" if found[4] else f"line {found[2]}, column {found[3]}"
    return f", {place}: is not valid TOML: {found[1]}"


def _read_with_bases(path: Path, above: tuple[Path, ...]) -> list[Layer]:
    """The layers of a file, the base of all first."""
    if path in above:
        chain = " -> ".join(file.name for file in (*above, path))
        raise ScenarioError(f"{_called(path)}: base goes round in a circle: {chain} [E220]")
    data = read_toml(path)
    base = data.pop("base", None)
    layer = Layer(_called(path), data, path.parent)
    if base is None:
        return [layer]
    below = _read_with_bases(_find_base(base, path, above), (*above, path))
    # A name stands for one file; what builds on it is called after its own.
    below[-1].data.pop("name", None)
    if "title" in data and "description" not in data:
        # It tells of the base, which is another case now that it has another title.
        for lower in below:
            lower.data.pop("description", None)
    return [*below, layer]


def _find_base(base: object, path: Path, above: tuple[Path, ...]) -> Path:
    """A base beside the file comes before a shipped one; a file may refine the shipped namesake."""
    if not isinstance(base, str) or not base:
        raise ScenarioError(
            f'{_called(path)}: base = {base!r}: must be the name of a scenario such as "be" [E221]'
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
        f'{_called(path)}: base = "{base}": there is no such scenario.{did_you_mean(base, near)} '
        f"Shipped: {listing(known)}; others stand beside this file."
        " [E222]"
    )


def _override(text: str) -> Layer:
    """``key=value`` as a table; a value that is not TOML is text."""
    key, equals, value = text.partition("=")
    try:
        table = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        table = {}
    if not equals or not table or "\n" in key:
        raise ScenarioError(
            f'--set {text}: must be key=value with a dotted key, such as "mesh.surface_size=0.2 um"'
            " [E223]"
        )
    if "base" in table:
        raise ScenarioError(f"--set {text}: base can only be given in a file [E224]")
    return Layer("--set", _with_value(table, _toml_or_text(value.strip())), Path.cwd())


def _toml_or_text(value: str) -> Any:
    try:
        parsed = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return value
    return parsed["value"] if len(parsed) == 1 else value


def _with_value(table: Table, value: Any) -> Table:
    return {
        key: _with_value(inner, value) if isinstance(inner, dict) else value
        for key, inner in table.items()
    }


def _from_library(layers: Sequence[Layer]) -> Layer:
    """What the library knows of the metal and of the electrolyte that the layers name."""
    known = library()
    metal = known.lithium
    table: Table = {
        "lithium": {
            "surface_energy": metal.surface_energy.text,
            "molar_volume": metal.molar_volume.text,
        }
    }
    said = merged(layers)
    name = stated(said, "electrolyte", "name")
    if isinstance(name, str) and name in known.electrolytes:
        entry = known.electrolytes[name]
        table["sei"] = {"default_film": entry.fresh_film.name}
        table["electrolyte"] = _known_of(entry, stated(said, "electrolyte", "law"))
        if entry.charge_transfer_activation_energy is not None:
            energy = entry.charge_transfer_activation_energy
            table["kinetics"] = {"activation_energy": energy.text}
    return Layer("library", table, Path.cwd())


def _known_of(entry: Electrolyte, law: Any) -> Table:
    """What the library says of an electrolyte, as far as the law asks for it.

    law: the one stated in the scenario, or None
    """
    table: Table = {"concentration": entry.concentration.text}
    if law is None and entry.law:
        table["law"] = entry.law.name
    used = NUMBERS.get(str(law or table.get("law", "nernst-planck")), ())
    for key in used:
        value = entry.entry("electrolyte", key)
        if isinstance(value, Stated):
            table[key] = value.value if key == "t_plus" else value.text
    return table


def _geometry_folder(layers: Sequence[Layer]) -> Path:
    return origin_of(layers, ("geometry", "file")).folder
