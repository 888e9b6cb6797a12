"""Sweeps: parsing of values, checks before the first run, failures and interruption of runs."""

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
from deposition.sweeps import figure as figures
from deposition.sweeps import sweep
from deposition.sweeps.axes import Axis, Member, numbers_of, parse_settings, split_values
from deposition.sweeps.designs import grid
from deposition.sweeps.figure import draw
from deposition.sweeps.local import run_all
from deposition.sweeps.outcome import Row, Run
from deposition.sweeps.processes import Command
from deposition.sweeps.progress import Progress
from deposition.sweeps.table import print_table

SHORT = "protocol.capacity=0.02 mAh/cm^2"


def members_of(axes: list[Axis]) -> list[Member]:
    """The members of a grid."""
    return grid(axes).members()


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
def test_commas_separate_values_but_not_inside_quotes_and_brackets(
    text: str, values: list[str]
) -> None:
    assert split_values(text, "") == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0.3,,0.5", r"E752"),
        ("0.3,", r"E752"),
        ('"0.3,0.5', r'" is missing.*E754'),
        ("{a = 1,2", r"} is missing.*E754"),
        ("1,2,1", r"1 occurs twice.*E753"),
    ],
)
def test_an_invalid_list_of_values_is_refused(text: str, message: str) -> None:
    with pytest.raises(SweepError, match=message):
        split_values(text, text)


def test_one_value_is_shared_and_several_are_an_axis() -> None:
    axes, shared = parse_settings(["a.b=1,2", "c=x", "d=3,4,5"])
    assert axes == [Axis("a.b", ("1", "2")), Axis("d", ("3", "4", "5"))]
    assert shared == ["c=x"]
    for wrong, message in ((["a.b"], r"a\.b .*E750"), (["a=1", "a=2"], r"a=2.*E751")):
        with pytest.raises(SweepError, match=message):
            parse_settings(wrong)


def test_members_are_the_grid_and_named_by_their_values() -> None:
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


def test_keys_with_the_same_last_part_are_distinguished_and_long_names_shortened() -> None:
    axes, _ = parse_settings(["a.size=1,2", "b.size=1,2"])
    assert members_of(axes)[0].name == "a.size=1,b.size=1"
    axes, _ = parse_settings([f"a.x={'y' * 200}1,{'y' * 200}2"])
    names = [member.name for member in members_of(axes)]
    assert len(set(names)) == 2
    assert max(map(len, names)) <= 120


def test_no_axis_and_two_runs_of_one_name_are_refused() -> None:
    with pytest.raises(SweepError, match=r"E755"):
        members_of([])
    with pytest.raises(SweepError, match=r"a=1um.*E756"):
        members_of([Axis("a", ("1 um", "1um"))])


def test_an_invalid_key_or_value_is_refused_before_the_first_run(tmp_path: Path) -> None:
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
    with pytest.raises(SweepError, match=r'Did you mean "roughness_rms_um".*E757'):
        sweep(file, {"electrolyte.t_plus": [0.3]}, quantity="roughness_um", console=silent())
    assert not (tmp_path / "out").exists()


def python(folder: Path, name: str, text: str) -> tuple[str, Command]:
    """A member that runs a line of Python."""
    return name, Command([sys.executable, "-c", text], folder / f"{name}.log")


@pytest.mark.process
def test_a_crash_and_a_kill_do_not_affect_the_other_members(tmp_path: Path) -> None:
    screen = io.StringIO()
    kill = "import os; os.kill(os.getpid(), 9)"
    members = [
        python(tmp_path, "killed", kill),
        python(tmp_path, "well", f"open({str(tmp_path / 'well')!r}, 'w')"),
        python(tmp_path, "refused", "import sys; print('Error: no such film'); sys.exit(1)"),
        python(tmp_path, "crashed", "raise ZeroDivisionError('oops')"),
        python(tmp_path, "after", f"open({str(tmp_path / 'after')!r}, 'w')"),
    ]
    failures = run_all(members, 1, Progress(Console(file=screen, width=200), len(members)))
    assert failures == {
        "killed": "ended by SIGKILL, possibly out of memory",
        "refused": "no such film",
        "crashed": "ZeroDivisionError: oops",
    }
    assert (tmp_path / "well").exists()
    assert (tmp_path / "after").exists()
    lines = screen.getvalue().splitlines()
    assert len(lines) == 5
    assert lines[1].startswith("[2/5] well: done (left 0:")
    assert lines[2].startswith("[3/5] refused: failed: no such film")


@pytest.mark.process
def test_a_log_that_cannot_be_written_is_a_failure_of_that_member(tmp_path: Path) -> None:
    members = [python(tmp_path / "missing", "one", ""), python(tmp_path, "two", "")]
    failures = run_all(members, 1, Progress(silent(), 2))
    assert set(failures) == {"one"}
    assert "[E759]" in failures["one"]


@pytest.mark.process
def test_no_more_than_the_requested_number_run_in_parallel(tmp_path: Path) -> None:
    text = (
        "import os, time; p = {0!r} + '/' + str(os.getpid()); open(p, 'w'); "
        "print(len(os.listdir({0!r}))); time.sleep(0.2); os.remove(p)"
    )
    (tmp_path / "alive").mkdir()
    members = [
        python(tmp_path, f"m{number}", text.format(str(tmp_path / "alive"))) for number in range(6)
    ]
    assert run_all(members, 2, Progress(silent(), 6)) == {}
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
def test_ctrl_c_ends_the_running_members_and_starts_no_more(
    text: str, times: int, tmp_path: Path
) -> None:
    members = [python(tmp_path, "first", text), python(tmp_path, "second", PATIENT)]
    began = time.monotonic()
    pressed = interrupt_when_begun(tmp_path / "first.log", times)
    with pytest.raises(KeyboardInterrupt, match=r"0 of 2 runs have ended.*E761"):
        run_all(members, 1, Progress(silent(), 2))
    pressed.join()
    assert time.monotonic() - began < 30
    assert "asked" in (tmp_path / "first.log").read_text(), "each member receives one signal"
    assert not (tmp_path / "second.log").exists() or not (tmp_path / "second.log").read_text()


@pytest.mark.process
def test_a_sweep_survives_a_failure_and_resumes(tmp_path: Path) -> None:
    """One value depletes the salt immediately; complete members are not run again."""
    file = tiny.write(tmp_path)
    words = ["--set", "protocol.current_density=0.5 mA/cm^2,5 A/cm^2", "--set", SHORT]
    output = tmp_path / "out"
    first = CliRunner().invoke(app, ["sweep", str(file), *words, "--output", str(output)])
    assert first.exit_code == 1, first.output
    assert "1 of 2 runs failed" in first.stderr and "[E760]" in first.stderr
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
    assert "1 already complete" in console.file.getvalue()  # type: ignore[attr-defined]
    assert (output / rows[0]["label"] / "provenance.json").read_bytes() == kept
    assert again.rows[0].summary["roughness_rms_um"] == float(rows[0]["roughness_rms_um"])


def test_a_result_of_another_scenario_is_not_used(tmp_path: Path) -> None:
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
    """Rows with different values; the second has failed."""
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
def test_a_figure_for_up_to_three_axes(settings: list[str], tmp_path: Path) -> None:
    path = draw(rows_of(*settings), "roughness_rms_um", tmp_path / "sweep.png")
    assert path is not None
    assert path.stat().st_size > 1000


@pytest.mark.picture
def test_no_figure_for_more_axes_and_an_empty_one_without_values(tmp_path: Path) -> None:
    rows = rows_of("a=1,2", "b=1,2", "c=1,2", "d=1,2")
    assert draw(rows, "roughness_rms_um", tmp_path / "x.png") is None
    empty = [Row(row.member, {}, "why") for row in rows_of("a=1,2", "b=1,2")]
    assert draw(empty, "roughness_rms_um", tmp_path / "x.png") is not None


def test_the_map_shows_each_value_in_its_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Figure] = []
    monkeypatch.setattr(figures, "save", lambda figure, path: shown.append(figure))
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
def test_long_tick_labels_do_not_move_the_axis_label_out_of_the_figure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[Figure] = []
    monkeypatch.setattr(figures, "save", lambda figure, path: shown.append(figure))
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


def test_the_table_marks_failed_runs() -> None:
    screen = io.StringIO()
    print_table(rows_of("a.b=1,2"), "roughness_rms_um", Console(file=screen, width=100))
    header, first, second = screen.getvalue().splitlines()
    assert header.split()[0] == "b"
    assert first.split()[:2] == ["1", "1"]
    assert second.split()[-1] == "failed"


def test_a_sweep_without_axes_or_with_an_unknown_scenario_is_refused(tmp_path: Path) -> None:
    for words, why in (
        (["be", "--set", "electrolyte.t_plus=0.3"], "[E755]"),
        (["bee", "--set", "electrolyte.t_plus=0.3,0.4"], 'Did you mean "be"'),
    ):
        result = CliRunner().invoke(app, ["sweep", *words, "--output", str(tmp_path / "out")])
        assert result.exit_code == 1
        assert why in result.stderr
    assert not list(tmp_path.iterdir())


def test_an_output_folder_that_cannot_be_written_is_refused_before_the_first_run() -> None:
    words = ["be", "--set", "electrolyte.t_plus=0.3,0.4", "--output", "/proc/none"]
    result = CliRunner().invoke(app, ["sweep", *words])
    assert result.exit_code == 1
    assert "/proc/none" in result.stderr and "[E758]" in result.stderr


@pytest.mark.process
def test_the_processes_of_a_sweep_use_one_thread_each(tmp_path: Path) -> None:
    text = "import os; print(os.environ['OMP_NUM_THREADS'])"
    run_all([python(tmp_path, "one", text)], 1, Progress(silent(), 1))
    expected = os.environ.get("OMP_NUM_THREADS", "1")
    assert (tmp_path / "one.log").read_text().strip() == expected


@pytest.mark.process
def test_sigterm_acts_as_ctrl_c(tmp_path: Path) -> None:
    """SIGTERM to the sweep interrupts its runs and ends it with KeyboardInterrupt."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from rich.console import Console\n"
        "from deposition.sweeps.processes import Command\n"
        "from deposition.sweeps.local import run_all\n"
        "from deposition.sweeps.progress import Progress\n"
        f"member = ('m', Command([sys.executable, '-c', {PATIENT!r}], Path('m.log')))\n"
        "run_all([member], 1, Progress(Console(), 1))\n"
    )
    words = [sys.executable, "-c", script]
    process = subprocess.Popen(words, cwd=tmp_path, env=tiny.ENVIRONMENT, stderr=subprocess.PIPE)
    log = tmp_path / "m.log"
    wait_for("began", log)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    assert b"KeyboardInterrupt: Stopped" in said
    assert "asked" in log.read_text()
