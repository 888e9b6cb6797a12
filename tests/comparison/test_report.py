"""The report without a browser: sentences, parameters, packed arrays, refused input."""

from __future__ import annotations

import base64
import json
import os
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import synthetic
from helpers.recorded import record, solid_states, states

from deposition.analysis.current import p99_over_mean
from deposition.common.errors import ResultsError
from deposition.comparison.compare import compare
from deposition.comparison.gather import gather
from deposition.comparison.report import page, write_report
from deposition.comparison.report.histogram import current_over_mean, shares
from deposition.comparison.report.meshes import KINDS, meshes
from deposition.comparison.report.numbers import _entries
from deposition.comparison.report.packing import Pack
from deposition.comparison.report.parameters import differences, settings
from deposition.comparison.report.views import views
from deposition.comparison.report.words import endings, number, sentence
from deposition.mesh.cell import Floats, facet_measures

TITLE = "</script><script>alert('boo')</script> & \\\"more\\\""
FIRST = f'''title = "{TITLE}"

[electrolyte]
name = "BE"
conductivity = "0.35 S/m"
t_plus = 0.38

[mesh]
surface_size = "0.3 um"

[sei]
default_film = "LiF"

[sei.films.hot_spot]
resistance = "0.3 ohm cm^2"
status = "assumed"
reason = "chosen <b>low</b>"
'''
SECOND = FIRST.replace('"BE"', '"C-I-BE"').replace("0.35", "0.28").replace("0.3 ohm", "0.6 ohm")
SECOND = SECOND.replace("0.38", "0.5").replace('default_film = "LiF"', 'default_film = "Li2O"')


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two 2D results."""
    folder = tmp_path_factory.mktemp("results")
    record(folder / "be", states(count=3), FIRST)
    record(folder / "other", states(lambda p: synthetic.flat(p) - 4.85), SECOND)
    return folder


@pytest.mark.parametrize(
    ("key", "values", "text"),
    [
        ("roughness_rms_um", (5.724, 0.076),
         "be has a roughness of 5.72 µm (rms); ln 0.0760 µm."),
        ("roughness_rms_um", (2.0, 2.0001), "The roughness of each is 2.00 µm (rms)."),
        ("roughness_rms_um", (2.5, None), "be has a roughness of 2.50 µm (rms)."),
        ("roughness_rms_um", (None, None), ""),
        ("height_min_um", (0.718, 4.7), "be has a minimum height of only 0.718 µm; ln 4.70 µm."),
        ("cell_voltage_V", (0.001963, -0.0014),
         "be has a final cell voltage of 1.96 mV; ln −1.40 mV."),
        ("void_area_um2", (0.0, 0.96), "ln encloses 0.960 µm² of electrolyte; be 0 µm²."),
        ("steps", (48, 12345), "ln took 12345 steps; be 48."),
        ("faraday_error", (6e-8, 4.7e-11),
         "be has a charge-balance error of 6.0 × 10⁻⁸; ln 4.7 × 10⁻¹¹."),
        ("current_p99_over_mean_first", (5.136, 1.03),
         "be has an initial current density with P99/mean = 5.14; ln 1.03."),
        ("unheard_of", (1.0, 2.0), ""),
    ],
)  # fmt: skip
def test_sentences_state_the_extremes(
    key: str, values: tuple[float | None, ...], text: str
) -> None:
    assert sentence(key, [("be", {key: values[0]}), ("ln", {key: values[1]})]) == text


def test_all_that_share_an_extreme_are_named() -> None:
    named = [(name, {"wagner": wa}) for name, wa in (("a", 1.0), ("b", 2.0), ("c", 2.0))]
    assert sentence("wagner", named).startswith("b (c too) has the Wagner number 2 (")


def test_heights_by_film() -> None:
    key = "height_mean_by_film_um"
    named: list[tuple[str, dict[str, Any]]] = [
        ("be", {key: {"hot_spot": 15.02, "matrix": 3.059, "mid": 4.0}}),
        ("even", {key: {"low": 4.9}}),
    ]
    assert sentence(key, named) == (
        "be has a mean height of 15.0 µm above hot spot and 3.06 µm above matrix."
    )


def test_runs_that_stopped_early_are_named() -> None:
    ended = {"completed": False, "stopped_because": "short circuit"}
    assert endings([("be", {"completed": True}), ("ln", ended)]) == [
        "ln stopped early: short circuit."
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.05, "0.0500"), (99.99, "100"), (1234.6, "1235"), (-2.5e-7, "−2.5 × 10⁻⁷")],
)
def test_numbers_as_printed(value: float, text: str) -> None:
    assert number(value) == text


def test_parameters_that_differ_have_status_and_source(parent: Path) -> None:
    gathered = gather(["be", "other"], parent)
    found = {row.key: row.settings for row in differences(gathered.results)}
    assert list(found) == [
        "electrolyte.name", "electrolyte.conductivity", "electrolyte.t_plus",
        "sei.default_film", "sei.films.hot_spot", "sei.library.LiF.conductivity",
        "sei.library.Li2O.conductivity",
    ]  # fmt: skip
    first, second = found["electrolyte.conductivity"]
    assert first is not None and second is not None
    assert (first.value, first.status) == ("0.35 S/m", "measured")
    assert "Wang 2025" in first.source
    stated = found["electrolyte.t_plus"][1]
    assert stated is not None and (stated.value, stated.status) == ("0.5", "")
    film = found["sei.films.hot_spot"][0]
    assert film is not None
    assert (film.value, film.status) == ("0.3 ohm cm^2", "assumed")
    assert found["sei.library.LiF.conductivity"][1] is None


def test_settings_leave_out_descriptive_keys() -> None:
    table = {"title": "x", "name": "y", "time": {"max_step": "200 s"}}
    assert list(settings(table)) == ["time.max_step"]


def unpacked(snapshot: dict[str, Any]) -> dict[str, Floats]:
    """Arrays of a packed snapshot, as ``view.js`` unpacks them."""
    content = zlib.decompress(base64.b64decode(snapshot["data"]))
    arrays, offset = {}, 0
    for name, one in snapshot["layout"].items():
        codes = np.frombuffer(content, f"<{one['type'][0]}{int(one['type'][1:]) // 8}",
                              one["count"], offset)  # fmt: skip
        offset += -(-codes.nbytes // 4) * 4
        low, high = one.get("low", 0.0), one.get("high", 0.0)
        arrays[name] = low + (high - low) * codes / 65535 if "low" in one else codes.astype(float)
    assert offset == len(content)
    return arrays


def test_unpacked_arrays_equal_the_packed_ones() -> None:
    real, index = np.array([-1.5, 0.25, 7.0]), np.array([[0, 300], [70000, 2]])
    pack = Pack()
    pack.add_real("real", real)
    pack.add_index("index", index)
    pack.add_real("flat", np.full(5, 3.25))
    pack.add_real("none", np.zeros(0))
    back = unpacked({"layout": pack.layout, "data": pack.text()})
    assert back["real"] == pytest.approx(real, abs=8.5 / 65535)
    assert back["index"].astype(int).tolist() == index.ravel().tolist()
    assert back["flat"].tolist() == [3.25] * 5
    assert len(back["none"]) == 0


def test_views_hold_what_was_recorded(parent: Path) -> None:
    gathered = gather(["be", "other"], parent)
    content = json.loads(json.dumps(views(gathered.results), allow_nan=False))
    record_be = content["results"][0]
    assert [one["charge"] for one in record_be["snapshots"]] == pytest.approx([0.0, 0.5, 1.0])
    snapshot = gathered.results[0].result.snapshot(-1)
    arrays = unpacked(record_be["snapshots"][-1])
    wide = np.ptp(snapshot.electrolyte.concentration) / 65535
    assert arrays["electrolyte.concentration"] == pytest.approx(
        snapshot.electrolyte.concentration, abs=wide
    )
    working = snapshot.surface.on("lithium")
    assert arrays["surface.current"] == pytest.approx(
        0.1 * snapshot.surface.current_density[working], abs=1e-3
    )
    units = {field["key"]: field["unit"] for field in content["fields"]}
    assert units["concentration"] == "mol m⁻³" and units["current"] == "mA cm⁻²"
    for field in content["fields"]:
        low, high = field["common"]["limits"]
        for own in field["own"]:
            assert low <= own["limits"][0] < own["limits"][1] <= high


def test_long_runs_keep_first_and_last_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deposition.comparison.report.views.MAX_SNAPSHOTS", 3)
    gathered = gather([record(tmp_path / "long", states(count=5))])
    snapshots = views(gathered.results)["results"][0]["snapshots"]
    assert [one["charge"] for one in snapshots] == pytest.approx([0.0, 0.5, 1.0])


def test_3d_shows_a_section_and_closed_metal() -> None:
    first, last = (synthetic.snapshot_of(state) for state in solid_states())
    colours = {"hot_spot": "#d55e00", "LiF": "#0072b2"}
    parts = meshes(last, colours)
    section = parts["electrolyte"]
    assert np.ptp(section.points[:, 1]) == pytest.approx(0.0, abs=1e-9)
    assert section.points[:, 1].mean() == pytest.approx(10.0)
    assert {*section.real} == {"concentration", "potential", "flux"}
    kinds = parts["metal"].index["kind"]
    assert {KINDS[kind] for kind in np.unique(kinds)} == {"lithium", "dead_lithium"}
    # Before the run the lithium is a box, 20 by 20 by 6, open at the top where the electrode is.
    metal = meshes(first, colours)["metal"]
    areas = facet_measures(metal.points, metal.elements)
    assert areas.sum() == pytest.approx(20 * 20 + 4 * 20 * 6, rel=1e-6)


def test_histogram_shares_the_area_out() -> None:
    ratio, area = np.array([0.01, 1.0, 1.1, 50.0]), np.array([1.0, 2.0, 1.0, 4.0])
    found = shares(ratio, area, np.array([0.5, 0.9, 1.2, 2.0]))
    assert found.tolist() == [12.5, 37.5, 50.0]


def test_current_over_mean_is_that_of_the_history() -> None:
    state = states()[1]
    ratio, area = current_over_mean(synthetic.snapshot_of(state))
    assert float(np.abs(ratio) @ area / area.sum()) == pytest.approx(1.0)
    working = state.surface.working
    history = p99_over_mean(state.current_density[working], state.surface.area[working])
    order = np.argsort(ratio)
    covered = np.cumsum(area[order]) / area.sum()
    assert ratio[order][np.searchsorted(covered, 0.99)] == pytest.approx(history, rel=1e-6)


@pytest.fixture(scope="module")
def html(parent: Path) -> str:
    return page(gather(["be", "other"], parent))


@pytest.mark.picture
def test_the_page_refers_to_no_other_file(html: str) -> None:
    without_code = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    for address in re.findall(r"""(?:src|href)=["']([^"']*)""", without_code):
        assert address.startswith(("data:", "#")), address
    assert "default-src 'none'" in html
    assert "Kitware" in html


@pytest.mark.picture
def test_text_of_users_stays_text(html: str) -> None:
    assert "alert('boo')</script>" not in html
    assert "&lt;/script&gt;&lt;script&gt;alert(&#39;boo&#39;)" in html
    assert "chosen &lt;b&gt;low&lt;/b&gt;" in html


@pytest.mark.process
def test_compare_writes_the_page_last(parent: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "report.html"
    made = compare(["be"], tmp_path / "out", parent, ".svg", target)
    assert made.report == target
    assert [file.name for file in target.parent.iterdir()] == ["report.html"]
    assert target.read_text(encoding="utf-8").rstrip().endswith("</html>")


@pytest.mark.parametrize("name", ["folder", "file/report.html", "page.txt"])
def test_a_page_that_cannot_be_written_is_refused_at_once(
    name: str, parent: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("in the way")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ResultsError, match=r"--report.*E65[0-2]"):
        compare(["be"], tmp_path / "out", parent, ".svg", tmp_path / name)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_page_in_a_folder_without_permission_is_refused_at_once(
    parent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system call is replaced, because root may write anywhere."""
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with pytest.raises(ResultsError, match=r"--report.*E651"):
        compare(["be"], tmp_path / "out", parent, ".svg", tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.picture
def test_a_page_that_fails_leaves_the_old_one(
    parent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report.html"
    target.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("deposition.common.atomic_files.os.fsync", full)
    with pytest.raises(ResultsError, match=r"cannot write .*No space left"):
        write_report(gather(["be"], parent), target)
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_events_cycles_and_elements_of_a_summary_have_rows_of_their_own() -> None:
    """As lists they would widen the table beyond the page."""
    cycle = {
        "cycle": 2,
        "coulombic_efficiency": 0.98,
        "li_ion_loss_mAh_cm2": 0.004,
        "li_metal_loss_mAh_cm2": 0.0,
        "left_mAh_cm2": 0.0,
    }
    entries = _entries(
        {
            "events": [{"event": "lithium_exhausted", "time_s": 2847.04}],
            "contacts": [{}, {}],
            "cycles": [cycle],
            "elements_gained_mol_m2[I]": {"dissolved": 1e-9},
            "steps": 3,
        }
    )
    assert entries == {
        "event 1": "lithium exhausted, 2847 s",
        "contacts": 2,
        "cycle 2: Coulombic efficiency": 0.98,
        "cycle 2: Li⁺ in the SEI, mAh/cm²": 0.004,
        "cycle 2: Li⁰ without connection, mAh/cm²": 0.0,
        "cycle 2: left on the electrode, mAh/cm²": 0.0,
        "elements_gained_mol_m2[I]: dissolved": 1e-9,
    }
