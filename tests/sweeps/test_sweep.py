"""Sweeps: how values are read, what is refused before anything runs, and what a crash leaves."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from helpers import tiny
from matplotlib.figure import Figure
from rich.console import Console
from typer.testing import CliRunner

from deposition.cli import app
from deposition.common.errors import ScenarioError, SweepError
from deposition.common.provenance import provenance
from deposition.results.result import ResultsFolder
from deposition.scenario import Scenario
from deposition.sweeps import chart, sweep
from deposition.sweeps.axes import Axis, members_of, parse_settings, split_values
from deposition.sweeps.chart import draw, numbers_of
from deposition.sweeps.outcome import Row, Run
from deposition.sweeps.processes import Command
from deposition.sweeps.several import Report, run_all
from deposition.sweeps.table import print_table

SHORT = "protocol.capacity=0.02 mAh/cm^2"


def silent() -> Console:
    return Console(file=io.StringIO())


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.3,0.5, 0.7", ["0.3", "0.5", "0.7"]),
        ("0.2 mA/cm^2,1 mA/cm^2", ["0.2 mA/cm^2", "1 mA/cm^2"]),
        ('"0.2 mA/cm^2","1 mA/cm^2"', ['"0.2 mA/cm^2"', '"1 mA/cm^2"']),
        ("'a, b','c'", ["'a, b'", "'c'"]),
        ("[1, 2],[3, [4, 5]]", ["[1, 2]", "[3, [4, 5]]"]),
        ("{LiF = 0.4, rest = 0.6},{LiI = 1}", ["{LiF = 0.4, rest = 0.6}", "{LiI = 1}"]),
        ('"a ] b",[","]', ['"a ] b"', '[","]']),
        ("one value", ["one value"]),
    ],
)
def test_commas_separate_values_but_not_inside_them(text: str, values: list[str]) -> None:
    assert split_values(text, "") == values


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0.3,,0.5", "a value is missing"),
        ("0.3,", "a value is missing"),
        ('"0.3,0.5', '" is missing'),
        ("{a = 1,2", "} is missing"),
        ("1,2,1", "1 comes twice"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(text: str, why: str) -> None:
    with pytest.raises(SweepError, match=why):
        split_values(text, text)


def test_one_value_holds_for_all_and_several_make_an_axis() -> None:
    axes, shared = parse_settings(["a.b=1,2", "c=x", "d=3,4,5"])
    assert axes == [Axis("a.b", ("1", "2")), Axis("d", ("3", "4", "5"))]
    assert shared == ["c=x"]
    for wrong, why in ((["a.b"], "key=value"), (["a=1", "a=2"], "set twice")):
        with pytest.raises(SweepError, match=why):
            parse_settings(wrong)


def test_members_are_the_grid_and_bear_their_values() -> None:
    axes, _ = parse_settings(["electrolyte.t_plus=0.3,0.5", 'x.y="0.2 mA/cm^2","1 mA/cm^2"'])
    members = members_of(axes)
    assert [member.name for member in members] == [
        "t_plus=0.3,y=0.2mA_per_cm2",
        "t_plus=0.3,y=1mA_per_cm2",
        "t_plus=0.5,y=0.2mA_per_cm2",
        "t_plus=0.5,y=1mA_per_cm2",
    ]
    assert members[1].overrides == [
        "electrolyte.t_plus=0.3",
        'x.y="1 mA/cm^2"',
        "name=t_plus=0.3,y=1mA_per_cm2",
    ]
    assert members[1].shown == ["0.3", "1 mA/cm^2"]


def test_keys_that_end_alike_are_told_apart_and_long_names_cut() -> None:
    axes, _ = parse_settings(["a.size=1,2", "b.size=1,2"])
    assert members_of(axes)[0].name == "a.size=1,b.size=1"
    axes, _ = parse_settings([f"a.x={'y' * 200}1,{'y' * 200}2"])
    names = [member.name for member in members_of(axes)]
    assert len(set(names)) == 2
    assert max(map(len, names)) <= 120


def test_nothing_to_vary_or_two_runs_of_one_name_are_refused() -> None:
    with pytest.raises(SweepError, match="at least one --set with several values"):
        members_of([])
    with pytest.raises(SweepError, match="two runs would both be called a=1um"):
        members_of([Axis("a", ("1 um", "1um"))])


def test_a_wrong_key_or_value_is_refused_before_anything_runs(tmp_path: Path) -> None:
    file = tiny.write(tmp_path)
    for settings, words in (
        ({"electrolyte.t_plu": [0.3, 0.5]}, ["t_plu=0.3 (and 1 more)", 'Did you mean "t_plus"']),
        ({"electrolyte.t_plus": [0.3, 1.5]}, ["t_plus=1.5: ", "t_plus"]),
        ({"mesh.surface_size": ["0.5 um", "3 s"]}, ["surface_size=3s: ", "unit of length"]),
    ):
        with pytest.raises((SweepError, ScenarioError)) as refused:
            sweep(file, settings, output=tmp_path / "out", console=silent())
        for word in words:
            assert word in str(refused.value)
    with pytest.raises(SweepError, match='Did you mean "roughness_rms_um"'):
        sweep(file, {"electrolyte.t_plus": [0.3]}, quantity="roughness_um", console=silent())
    assert not (tmp_path / "out").exists()


def python(folder: Path, name: str, text: str) -> tuple[str, Command]:
    """A member that is a line of Python."""
    return name, Command([sys.executable, "-c", text], folder / f"{name}.log")


@pytest.mark.process
def test_a_crash_and_a_kill_leave_the_others_alone(tmp_path: Path) -> None:
    screen = io.StringIO()
    kill = "import os; os.kill(os.getpid(), 9)"
    members = [
        python(tmp_path, "killed", kill),
        python(tmp_path, "well", f"open({str(tmp_path / 'well')!r}, 'w')"),
        python(tmp_path, "refused", "import sys; print('Error: no such film'); sys.exit(1)"),
        python(tmp_path, "crashed", "raise ZeroDivisionError('oops')"),
        python(tmp_path, "after", f"open({str(tmp_path / 'after')!r}, 'w')"),
    ]
    failures = run_all(members, 1, Report(Console(file=screen, width=200), len(members)))
    assert failures == {
        "killed": "ended by SIGKILL, perhaps for want of memory",
        "refused": "no such film",
        "crashed": "ZeroDivisionError: oops",
    }
    assert (tmp_path / "well").exists()
    assert (tmp_path / "after").exists()
    lines = screen.getvalue().splitlines()
    assert len(lines) == 5
    assert lines[1] == "[2/5] well: done (left 0:00)"
    assert lines[2].startswith("[3/5] refused: failed: no such film")


@pytest.mark.process
def test_a_log_that_cannot_be_written_is_a_failure_of_that_member(tmp_path: Path) -> None:
    members = [python(tmp_path / "missing", "one", ""), python(tmp_path, "two", "")]
    failures = run_all(members, 1, Report(silent(), 2))
    assert set(failures) == {"one"}
    assert "cannot write" in failures["one"]


@pytest.mark.process
def test_so_many_at_a_time_and_no_more(tmp_path: Path) -> None:
    text = (
        "import os, time; p = {0!r} + '/' + str(os.getpid()); open(p, 'w'); "
        "print(len(os.listdir({0!r}))); time.sleep(0.2); os.remove(p)"
    )
    (tmp_path / "alive").mkdir()
    members = [
        python(tmp_path, f"m{number}", text.format(str(tmp_path / "alive"))) for number in range(6)
    ]
    assert run_all(members, 2, Report(silent(), 6)) == {}
    counts = [int((tmp_path / f"m{number}.log").read_text()) for number in range(6)]
    assert max(counts) == 2


PATIENT = (
    "import signal, sys, time\n"
    "signal.signal(signal.SIGINT, lambda *_: (print('asked', flush=True), sys.exit(130)))\n"
    "print('began', flush=True)\n"
    "time.sleep(60)\n"
)
STUBBORN = PATIENT.replace(", sys.exit(130)", "")


def wait_for(word: str, log: Path) -> None:
    """Until the log has the word."""
    late = time.monotonic() + 30.0
    while not (log.exists() and word in log.read_text()):
        assert time.monotonic() < late, f"{log} never said {word}"
        time.sleep(0.01)


def interrupt_when_begun(log: Path, times: int) -> threading.Thread:
    """A thread that presses Ctrl-C once the member runs, and again once it has heard of it."""

    def press() -> None:
        for word in ("began", "asked")[:times]:
            wait_for(word, log)
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    return thread


@pytest.mark.process
@pytest.mark.parametrize(("text", "times"), [(PATIENT, 1), (STUBBORN, 2)])
def test_ctrl_c_ends_what_runs_and_begins_nothing_more(
    text: str, times: int, tmp_path: Path
) -> None:
    members = [python(tmp_path, "first", text), python(tmp_path, "second", PATIENT)]
    began = time.monotonic()
    pressed = interrupt_when_begun(tmp_path / "first.log", times)
    with pytest.raises(KeyboardInterrupt, match="0 of 2 runs have ended"):
        run_all(members, 1, Report(silent(), 2))
    pressed.join()
    assert time.monotonic() - began < 30
    assert "asked" in (tmp_path / "first.log").read_text(), "told once, and itself"
    assert not (tmp_path / "second.log").exists() or not (tmp_path / "second.log").read_text()


@pytest.mark.process
def test_a_sweep_runs_survives_and_goes_on(tmp_path: Path) -> None:
    """One value depletes the salt at once; what is complete is not run again."""
    file = tiny.write(tmp_path)
    words = ["--set", "protocol.current_density=0.5 mA/cm^2,5 A/cm^2", "--set", SHORT]
    output = tmp_path / "out"
    first = CliRunner().invoke(app, ["sweep", str(file), *words, "--output", str(output)])
    assert first.exit_code == 1, first.output
    assert "1 of 2 runs failed" in first.stderr
    assert "current_density=5A_per_cm2: " in first.stderr
    assert f"{file}: 2 runs in {output}, " in first.stderr
    with open(output / "sweep.csv", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["protocol.current_density"] for row in rows] == ["0.5 mA/cm^2", "5 A/cm^2"]
    assert float(rows[0]["roughness_rms_um"]) > 0.0
    assert rows[0]["failure"] == ""
    assert rows[1]["failure"] != ""
    assert (output / "sweep.png").stat().st_size > 1000
    values = ["0.5 mA/cm^2"]
    kept = (output / rows[0]["label"] / "provenance.json").read_bytes()
    again = sweep(
        file, {"protocol.current_density": values}, overrides=[SHORT], output=output,
        console=(console := silent()),
    )  # fmt: skip
    assert "1 of them done before" in console.file.getvalue()  # type: ignore[attr-defined]
    assert (output / rows[0]["label"] / "provenance.json").read_bytes() == kept
    assert again.rows[0].summary["roughness_rms_um"] == float(rows[0]["roughness_rms_um"])


def test_a_result_of_another_scenario_is_not_taken_for_the_members(tmp_path: Path) -> None:
    (member,) = members_of([Axis("electrolyte.t_plus", ("0.5",))])
    file = tiny.write(tmp_path)
    scenario = Scenario.load(file, member.overrides)
    with ResultsFolder.create(tmp_path / member.name) as results:
        results.write_provenance(provenance([]))
        results.write_scenario(scenario.resolved_toml())
        results.write_summary({"scenario": member.name, "completed": True})
    run = Run(member, scenario, results.path)
    assert run.finished()
    other = Scenario.load(file, [*member.overrides, SHORT])
    assert not Run(member, other, results.path).finished()
    assert Run(member, other, results.path).summary() == {}
    (results.path / "summary.json").write_text("{")
    assert not run.finished()


def rows_of(*settings: str) -> list[Row]:
    """Rows with numbers of their own; the second has failed."""
    members = members_of(parse_settings(settings)[0])
    return [
        Row(m, {"roughness_rms_um": 1.0 + number}, "short circuit" if number == 1 else "")
        for number, m in enumerate(members)
    ]


@pytest.mark.picture
@pytest.mark.parametrize(
    "settings",
    [
        ["a.b=1 um,2 um,50 um"],
        ["a.b=one,two"],
        ["a.b=1,2,3", "a.c=0.1 mA/cm^2,2 mA/cm^2"],
        ["a.b=1,2", "a.c=x,y", "a.d=1,2,3,4"],
    ],
)
def test_a_picture_for_up_to_three_axes(settings: list[str], tmp_path: Path) -> None:
    path = draw(rows_of(*settings), "roughness_rms_um", tmp_path / "sweep.png")
    assert path is not None
    assert path.stat().st_size > 1000


@pytest.mark.picture
def test_no_picture_for_more_and_none_without_numbers(tmp_path: Path) -> None:
    rows = rows_of("a=1,2", "b=1,2", "c=1,2", "d=1,2")
    assert draw(rows, "roughness_rms_um", tmp_path / "x.png") is None
    empty = [Row(row.member, {}, "why") for row in rows_of("a=1,2", "b=1,2")]
    assert draw(empty, "roughness_rms_um", tmp_path / "x.png") is not None


def test_the_map_shows_each_number_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Figure] = []
    monkeypatch.setattr(chart, "save", lambda figure, path: shown.append(figure))
    draw(rows_of("a.b=1,2,3", "a.c=0.1 mA/cm^2,2 mA/cm^2"), "roughness_rms_um", Path("x.png"))
    axes = shown[0].axes[0]
    texts = {(t.get_position()): t.get_text() for t in axes.texts}
    assert texts[0.5, 0.5] == "1"
    assert texts[1.5, 0.5] == "failed"
    assert texts[0.5, 2.5] == "5"
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["0.1", "2"]
    assert axes.get_xlabel() == "c (mA/cm$^{2}$)"
    assert axes.get_ylabel() == "b"


@pytest.mark.picture
def test_numbers_of_many_digits_do_not_push_the_title_off_the_curve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[Figure] = []
    monkeypatch.setattr(chart, "save", lambda figure, path: shown.append(figure))
    members = members_of(parse_settings(["a.b=1,2"])[0])
    rows = [Row(m, {"roughness_rms_um": 0.01196 + 0.0019 * n}, "") for n, m in enumerate(members)]
    draw(rows, "roughness_rms_um", Path("x.png"))
    shown[0].draw_without_rendering()
    labels = shown[0].axes[0].yaxis.get_tightbbox()
    assert labels is not None
    assert labels.x0 > 0.0


def test_values_are_numbers_only_where_they_share_a_unit() -> None:
    known = numbers_of(Axis("a", ('"1e-1 um"', '"2 um"')))
    assert known is not None
    assert np.array_equal(known[0], [0.1, 2.0])
    assert known[1] == "um"
    assert numbers_of(Axis("a", ("1 um", "1 nm"))) is None
    assert numbers_of(Axis("a", ("advected", "stationary"))) is None


def test_the_table_says_which_failed() -> None:
    screen = io.StringIO()
    print_table(rows_of("a.b=1,2"), "roughness_rms_um", Console(file=screen, width=100))
    header, first, second = screen.getvalue().splitlines()
    assert header.split()[0] == "b"
    assert first.split()[:2] == ["1", "1"]
    assert second.split()[-1] == "failed"


def test_a_sweep_without_values_or_with_an_unknown_scenario_fails_at_once(tmp_path: Path) -> None:
    for words, why in (
        (["be", "--set", "electrolyte.t_plus=0.3"], "at least one --set"),
        (["bee", "--set", "electrolyte.t_plus=0.3,0.4"], 'Did you mean "be"'),
    ):
        result = CliRunner().invoke(app, ["sweep", *words, "--output", str(tmp_path / "out")])
        assert result.exit_code == 1
        assert why in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_refused_before_anything_runs() -> None:
    words = ["be", "--set", "electrolyte.t_plus=0.3,0.4", "--output", "/proc/none"]
    result = CliRunner().invoke(app, ["sweep", *words])
    assert result.exit_code == 1
    assert "cannot make /proc/none" in result.stderr and "--output" in result.stderr


@pytest.mark.process
def test_the_processes_of_a_sweep_use_one_core_each(tmp_path: Path) -> None:
    text = "import os; print(os.environ['OMP_NUM_THREADS'])"
    run_all([python(tmp_path, "one", text)], 1, Report(silent(), 1))
    expected = os.environ.get("OMP_NUM_THREADS", "1")
    assert (tmp_path / "one.log").read_text().strip() == expected


@pytest.mark.process
def test_termination_is_ctrl_c(tmp_path: Path) -> None:
    """SIGTERM to the sweep reaches its runs, and its exit code tells."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from rich.console import Console\n"
        "from deposition.sweeps.processes import Command\n"
        "from deposition.sweeps.several import Report, run_all\n"
        f"member = ('m', Command([sys.executable, '-c', {PATIENT!r}], Path('m.log')))\n"
        "run_all([member], 1, Report(Console(), 1))\n"
    )
    words = [sys.executable, "-c", script]
    process = subprocess.Popen(words, cwd=tmp_path, env=tiny.ENVIRONMENT, stderr=subprocess.PIPE)
    log = tmp_path / "m.log"
    wait_for("began", log)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    assert b"KeyboardInterrupt: Stopped" in said
    assert "asked" in log.read_text()
