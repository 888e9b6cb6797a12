"""Results folder: overwriting, locking, writing and reading."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from pathlib import Path

import numpy as np
import pytest
from helpers.cells_for_results import bump, flat, flux, state_of

from deposition.analysis.morphology import Reference
from deposition.common.atomic_files import write_json, write_text
from deposition.common.errors import ResultsError
from deposition.common.provenance import provenance
from deposition.recorders.history import History
from deposition.recorders.snapshots import snapshot_of
from deposition.recorders.vtk import VtkSeries
from deposition.results.result import MARKER, Result, ResultsFolder


def finished(path: Path, dim: int = 2) -> Path:
    """A small run of three states, the middle one without fields."""
    states = [
        state_of(flat(dim)),
        state_of(flat(dim), 1, 60.0, 1800.0, is_snapshot=False),
        state_of(flat(dim, bump(dim)), 2, 120.0, 3600.0),
    ]
    with ResultsFolder.create(path) as folder:
        folder.write_scenario('name = "bump"\n')
        folder.write_provenance(provenance(["run", "bump"]))
        reference = Reference.of(states[0].cell, states[0].surface, states[0].film)
        recorders = (History(folder.history, reference), VtkSeries(folder.path, flux))
        for recorder in recorders:
            for state in states:
                recorder.record(state)
            recorder.close()
        folder.write_summary({"scenario": "bump", "completed": True})
    return path


def contents(folder: Path) -> dict[str, bytes]:
    files = (p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def test_makes_the_folder_and_its_parents(tmp_path: Path) -> None:
    with ResultsFolder.create(tmp_path / "results" / "be") as folder:
        assert folder.path.is_dir()


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    with ResultsFolder.create(tmp_path) as folder:
        folder.write_summary({})
    assert (tmp_path / "summary.json").is_file()


def test_a_used_folder_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = finished(tmp_path / "be")
    before = contents(path)
    with pytest.raises(ResultsError, match=r"already holds results.*E458"):
        ResultsFolder.create(path)
    assert contents(path) == before
    # The refused run released the lock.
    ResultsFolder.create(path, overwrite=True).close()


def test_a_run_that_wrote_nothing_leaves_the_folder_usable(tmp_path: Path) -> None:
    ResultsFolder.create(tmp_path / "be").close()
    ResultsFolder.create(tmp_path / "be").close()


def test_overwrite_removes_only_files_of_a_run(tmp_path: Path) -> None:
    path = finished(tmp_path / "be")
    (path / "notes.txt").write_text("mine")
    (path / "vtk" / "mine.vtu").write_text("mine")
    (path / "flux_map.png").write_bytes(b"")
    (path / ".summary.json.part").write_bytes(b"half")
    with ResultsFolder.create(path, overwrite=True):
        left = set(contents(path))
    assert left == {".deposition", "notes.txt", "vtk/mine.vtu"}


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("name", ["thesis.tex", "summary.json", "provenance.json"])
def test_a_folder_of_another_program_is_not_changed(
    tmp_path: Path, name: str, overwrite: bool
) -> None:
    """Even if its files have the names of a result."""
    (tmp_path / name).write_text('{"program": "another"}')
    before = contents(tmp_path)
    with pytest.raises(ResultsError, match=r"E457"):
        ResultsFolder.create(tmp_path, overwrite=overwrite)
    assert contents(tmp_path) == before


def test_a_copy_without_the_marker_file_is_a_results_folder(tmp_path: Path) -> None:
    path = finished(tmp_path / "be")
    (path / ".deposition").unlink()
    with pytest.raises(ResultsError, match=r"E458"):
        ResultsFolder.create(path)
    assert Result.open(path).summary["completed"]


@pytest.mark.parametrize("place", ["file", "file/be"])
def test_a_file_in_the_way(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ResultsError, match=r"E453"):
        ResultsFolder.create(tmp_path / place, overwrite=True)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs /proc")
def test_an_unwritable_parent() -> None:
    with pytest.raises(ResultsError, match=r"/proc/be.*E454"):
        ResultsFolder.create(Path("/proc/be"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ResultsError, match=r"E45[45]"):
        ResultsFolder.create(tmp_path)


def test_a_folder_whose_marker_cannot_be_written(tmp_path: Path) -> None:
    path = finished(tmp_path / "be")
    (path / MARKER).unlink()
    (path / MARKER).mkdir()
    with pytest.raises(ResultsError, match=r"/be: Is a directory.*E455"):
        ResultsFolder.create(path, overwrite=True)


def test_a_file_that_cannot_be_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of the system is patched in: root may remove any file."""

    def refuse(path: Path, **_: object) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    path = finished(tmp_path / "be")
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(ResultsError, match=r"/be/.*: Operation not permitted.*E459"):
        ResultsFolder.create(path, overwrite=True)
    monkeypatch.undo()
    assert Result.open(path).summary["completed"]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = finished(tmp_path / "be")
    (path / "scenario.toml").unlink()
    (path / "scenario.toml").mkdir()
    with pytest.raises(ResultsError, match=r"scenario\.toml: .*Is a directory.*E464"):
        _ = Result.open(path).scenario_text


def test_two_runs_on_one_folder_are_refused(tmp_path: Path) -> None:
    with (
        ResultsFolder.create(tmp_path / "be"),
        pytest.raises(ResultsError, match=r"E456"),
    ):
        ResultsFolder.create(tmp_path / "be", overwrite=True)
    ResultsFolder.create(tmp_path / "be").close()


def test_the_lock_holds_against_other_processes(tmp_path: Path) -> None:
    """flock belongs to the open file: a second opening acts as a second process."""
    with (
        ResultsFolder.create(tmp_path / "be") as folder,
        open(folder.path / ".deposition") as other,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_no_other_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("deposition.results.result.fcntl.flock", refuse)
    with pytest.warns(RuntimeWarning, match="has no locks.*--output"):
        folder = ResultsFolder.create(tmp_path / "be")
    folder.write_scenario("title = 'x'")
    folder.close()


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "summary.json"
    write_text(path, "old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("deposition.common.atomic_files.os.replace", full)
    with pytest.raises(ResultsError, match=r"summary\.json: No space left.*E001"):
        write_text(path, "new")
    assert contents(tmp_path) == {"summary.json": b"old"}


def test_nan_is_null_in_json(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    write_json(path, {"a": float("nan"), "b": [float("inf"), 1.5], "c": {"d": True}})
    assert json.loads(path.read_text()) == {"a": None, "b": [None, 1.5], "c": {"d": True}}


def test_provenance_names_versions_and_command_but_no_host() -> None:
    content = provenance(["run", "be", "--set", "scenario.title=My film"])
    assert content["command"] == "deposition run be --set 'scenario.title=My film'"
    versions = content["versions"]
    assert isinstance(versions, dict)
    assert versions["numpy"] == np.__version__
    for name in ("deposition", "dolfinx", "petsc", "gmsh", "mmg"):
        assert name in versions
    host = os.uname().nodename
    assert host not in json.dumps({k: v for k, v in content.items() if k != "command"}).split('"')


@pytest.mark.parametrize("dim", [2, 3])
def test_reads_back_what_was_written(tmp_path: Path, dim: int) -> None:
    result = Result.open(finished(tmp_path / "be", dim))
    assert result.name == "bump"
    assert result.ended
    assert result.scenario_text == 'name = "bump"\n'
    assert result.provenance["command"] == "deposition run bump"
    assert result.history["time_s"].tolist() == [0.0, 60.0, 120.0]
    assert result.history["height_max_um"][-1] == pytest.approx(3.0 if dim == 2 else 2.0)
    assert result.times.tolist() == [0.0, 120.0]
    assert result.capacities.tolist() == pytest.approx([0.0, 3600.0])
    live = snapshot_of(state_of(flat(dim, bump(dim)), 2, 120.0, 3600.0), flux)
    last = result.snapshot(-1)
    assert last.step == result.snapshot(1).step == 2
    assert np.array_equal(last.electrolyte.simplices, live.electrolyte.simplices)
    assert np.allclose(last.electrolyte.flux, live.electrolyte.flux, rtol=1e-14)
    assert np.array_equal(last.surface.fractions, live.surface.fractions)


def test_a_missing_snapshot(tmp_path: Path) -> None:
    result = Result.open(finished(tmp_path / "be"))
    for index in (2, -3):
        with pytest.raises(ResultsError, match=f"state {index}: it has 2.*E462"):
            result.snapshot(index)


def test_found_by_name_below_the_parent(tmp_path: Path) -> None:
    finished(tmp_path / "be-dead-li")
    assert Result.open("be-dead-li", tmp_path).folder == tmp_path / "be-dead-li"


def test_a_folder_of_the_same_name_without_results_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    finished(tmp_path / "results" / "be")
    (tmp_path / "be").mkdir()
    assert Result.open("be").folder == Path("results/be")


def test_an_unknown_name_suggests_the_nearest(tmp_path: Path) -> None:
    finished(tmp_path / "be-dead-li")
    with pytest.raises(ResultsError, match=r'Did you mean "be-dead-li".*E460'):
        Result.open("be-dead", tmp_path)


def test_no_results_at_all(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"E460"):
        Result.open("be", tmp_path / "results")


def test_a_run_that_has_not_ended(tmp_path: Path) -> None:
    path = finished(tmp_path / "be")
    (path / "summary.json").unlink()
    result = Result.open(path)
    assert not result.ended
    assert result.name == "be"
    assert len(result.times) == 2
    with pytest.raises(ResultsError, match=r"summary\.json.*E463"):
        _ = result.summary


def test_an_incomplete_last_row_is_left_out(tmp_path: Path) -> None:
    path = finished(tmp_path / "be")
    history = path / "history.csv"
    text = history.read_text()
    history.write_text(text[: text.rstrip("\n").rindex(",")])
    assert Result.open(path).history["time_s"].tolist() == [0.0, 60.0]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("history.csv", "a,b\n1,x\n", "E461"),
        ("history.csv", "a,b\n1,2\n3\n", "E461"),
        ("summary.json", "{", "E465"),
        ("summary.json", "[1]", "E466"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: str, code: str) -> None:
    path = finished(tmp_path / "be")
    (path / name).write_text(content)
    result = Result.open(path)
    with pytest.raises(ResultsError, match=rf"{name} is damaged.*{code}"):
        _ = result.history if name == "history.csv" else result.summary
