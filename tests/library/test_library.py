"""Every value of the library has a valid unit, a source and a status."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from deposition.common import units
from deposition.common.constants import FARADAY, OHM_CM2
from deposition.common.errors import LibraryError
from deposition.library import Named, Stated, library
from deposition.library.load import FOLDER, names, read_library
from deposition.library.references import cited_in, references
from deposition.sei.film_library import solvent_per_volume


def edited(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the library with one replacement."""
    copy = folder / "library"
    shutil.copytree(FOLDER, copy)
    text = (copy / file).read_text()
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1))
    return copy


def test_the_paper_s_effective_conductivities_follow_from_kappa_and_t_plus() -> None:
    """Wang 2025 state t+ kappa = 1.3, 1.5, 2.7 mS/cm beside kappa and t+."""
    products = {
        name: entry.conductivity.in_si(units.CONDUCTIVITY) * entry.t_plus.value
        for name, entry in library().electrolytes.items()
        if entry.conductivity and entry.t_plus
    }
    assert products == pytest.approx({"BE": 0.13, "C-I-BE": 0.15, "C-I-BE-LN": 0.27}, abs=0.005)


def test_one_milliampere_hour_is_4_85_micrometres() -> None:
    height = library().lithium.molar_volume.in_si(units.MOLAR_VOLUME) * 36000.0 / FARADAY
    assert height == pytest.approx(4.85e-6, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "ohm_cm2"),
    [("LiF", 200), ("Li2O", 200), ("Li2CO3", 100), ("LiI", 10), ("Li3N", 1), ("SEI", 40)],
)
def test_twenty_nanometres_have_the_stated_resistance(name: str, ohm_cm2: float) -> None:
    stated = library().component(name).conductivity
    assert stated is not None
    assert 20e-9 / stated.in_si(units.CONDUCTIVITY) / OHM_CM2 == pytest.approx(ohm_cm2)


def test_every_component_that_can_grow_states_its_solvent() -> None:
    missing = [n for n, c in library().components.items() if c.lithium and c.solvent is None]
    assert missing == []


def test_solvent_of_a_volume_of_film() -> None:
    """Two mol of ethylene carbonate, 133.4 cm³, make a mol of LEDC, 95.9 cm³."""
    assert solvent_per_volume("LEDC") == pytest.approx(133.4 / 95.86, rel=1e-3)
    assert solvent_per_volume("LiF") == solvent_per_volume("none") == 0.0


def _stated() -> Iterator[tuple[str, Stated | Named]]:
    """Every value of the library with its place."""
    known = library()
    entries = {**known.components, **known.electrolytes, **known.growth, "lithium": known.lithium}
    for name, entry in entries.items():
        for key, value in entry:
            if isinstance(value, Stated | Named):
                yield f"{name}.{key}", value


def test_no_value_is_from_memory() -> None:
    """A source can be looked up; a value without one is assumed, and says so."""
    for file in FOLDER.glob("*.toml"):
        text = file.read_text(encoding="utf-8").lower()
        assert "memory" not in text and "confirm" not in text, file.name
    for place, value in _stated():
        assert value.status == "assumed" or len(value.source) > 5, place


@pytest.mark.parametrize("key", ["density", "molar_mass", "conductivity", "activation_energy"])
def test_an_assumed_property_of_a_component_has_a_range_that_holds_it(key: str) -> None:
    for name, component in library().components.items():
        value = getattr(component, key)
        if value is not None and value.status == "assumed":
            found = re.search(r"range (\S+) \.\.\. (\S+) " + re.escape(value.unit), value.source)
            assert found, f"{name}.{key}: {value.source}"
            assert float(found[1]) <= value.value <= float(found[2]), f"{name}.{key}"


def test_every_publication_that_a_source_names_is_a_reference() -> None:
    """A source with the year of a publication is found by one of the texts of a reference."""
    for place, value in _stated():
        if re.search(r"\b(19|20)\d\d\b|Wikipedia|arXiv", value.source):
            assert cited_in([value.source]), f"{place}: {value.source}"


def test_the_references_are_bibtex() -> None:
    for one in references():
        assert re.fullmatch(r"[a-z_0-9]+", one.key) and one.kind in ("article", "book", "misc")
        names = [name for name, _ in one.fields]
        assert one.kind != "article" or {"author", "journal", "year"} <= set(names), one.key
        assert one.bibtex.count("{") == one.bibtex.count("}"), one.key
    assert len({one.key for one in references()}) == len(references())


def test_default_films_of_electrolytes_are_components_with_data() -> None:
    for entry in library().electrolytes.values():
        assert library().component(entry.fresh_film.name).conductivity is not None


def test_the_error_of_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(LibraryError, match=r'"Li2C03".*Did you mean "Li2CO3"\?.*E062'):
        library().component("Li2C03")
    with pytest.raises(LibraryError, match=r'"C-BE".*Did you mean "C-I-BE"\?.*E062'):
        library().electrolyte("C-BE")


def test_names_are_read_without_validation() -> None:
    assert names("components") == list(library().components)
    assert names("electrolytes") == list(library().electrolytes)


def test_there_is_one_metal(tmp_path: Path) -> None:
    text = (FOLDER / "lithium.toml").read_text(encoding="utf-8")
    twice = text + text.replace("[lithium", "[sodium")
    with pytest.raises(LibraryError, match=r"sodium.*\[lithium\].*E060"):
        read_library(edited(tmp_path, "lithium.toml", text, twice))


BE_T_PLUS = """[BE.t_plus]
value = 0.38
unit = "1"
status = "measured"
source = "Wang 2025: Bruce-Vincent in Li||Li; strictly the current fraction"
"""


@pytest.mark.parametrize(
    ("file", "old", "new", "part"),
    [
        ("components.toml", 'unit = "S/m"', 'unit = "V"', '"V" is not a unit of conductivity'),
        ("components.toml", 'status = "assumed"', 'status = "sure"', "must be 'measured'"),
        ("components.toml", "value = 1e-06", "value = -1e-06", "[E007]"),
        ("components.toml", 'status = "assumed"\n', "", "status is missing"),
        ("electrolytes.toml", "[BE.t_plus]", "[BE.t_minus]", 'Did you mean "t_plus"?'),
        ("electrolytes.toml", "[BE.t_plus]", "[BE.law]", "name is missing"),
        ("electrolytes.toml", BE_T_PLUS, "", "[E063]"),
        ("lithium.toml", "[lithium]", "[sodium]", "[lithium]"),
        ("lithium.toml", 'title = "lithium metal"', "title = ", "line 4"),
    ],
)
def test_an_invalid_library_file_is_rejected(
    tmp_path: Path, file: str, old: str, new: str, part: str
) -> None:
    with pytest.raises(LibraryError) as caught:
        read_library(edited(tmp_path, file, old, new))
    assert part in str(caught.value)
    assert file in str(caught.value)
