"""Sweeps on a Dask cluster of two workers on loopback: workers, members and client are killed.

Every result must be, bit for bit, that of a sweep that nothing has disturbed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import tiny
from helpers.messages import note
from helpers.processes import members_of

from deposition.common.errors import MissingRequirement, SweepError
from deposition.recorders.history import TIMES
from deposition.sweeps import cluster, sweep

SEEDS = 4
STEPS = (
    "--set", "time.first_step=10 s", "--set", "time.max_step=20 s",
    "--set", "output.checkpoint=0.05 s",
)  # fmt: skip
FEW = ("--set", f"sei.seed=1:{SEEDS}", *STEPS)
"""Members of some forty steps, enough to be killed in the middle."""
MANY = ("--set", "sei.seed=1:24", "--set", "protocol.capacity=0.03 mAh/cm^2", *STEPS)
"""24 members of a dozen steps."""


class Cluster:
    """A scheduler and workers, which listen on loopback alone."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self._start("scheduler", "--port", "0")
        self.workers = [self.worker() for _ in range(2)]

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", "--nthreads", "1", "--memory-limit", "0", "--no-nanny")

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        own = ("--scheduler-file", str(self.file), "--host", "127.0.0.1", "--no-dashboard")
        with open(self.folder / "cluster.log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words, *own],
                env=tiny.ENVIRONMENT, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process

    @property
    def address(self) -> str:
        until(lambda: self.file.exists() and self.file.read_text().endswith("}"))
        return str(json.loads(self.file.read_text())["address"])

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def two_workers(tmp_path: Path) -> Iterator[Cluster]:
    started = Cluster(tmp_path)
    yield started
    started.stop()


def until(happened: Callable[[], object], limit: float = 120.0) -> None:
    late = time.monotonic() + limit
    while not happened():
        assert time.monotonic() < late, "nothing happened"
        time.sleep(0.02)


def begin(folder: Path, *words: str, members: tuple[str, ...] = FEW) -> subprocess.Popen[str]:
    """``deposition sweep`` in the background, in a session of its own."""
    return subprocess.Popen(
        tiny.command("sweep", tiny.write(folder), *members, *words),
        cwd=folder, env=tiny.ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip


def end(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=550)
    note(out + err)
    assert process.returncode == 0, err
    return err


def checkpoints(folder: Path) -> int:
    return len(list(folder.glob("*/checkpoint-previous.npz")))


def histories(folder: Path) -> dict[str, list[list[str]]]:
    """History of each member without the wall time."""
    found = {}
    for path in sorted(folder.glob("*/history.csv")):
        header, *rows = [line.split(",") for line in path.read_text().splitlines()]
        kept = [index for index, name in enumerate(header) if name not in TIMES]
        found[path.parent.name] = [[row[index] for index in kept] for row in [header, *rows]]
    return found


def resumed(folder: Path) -> set[str]:
    """Members that were resumed from a checkpoint."""
    files = folder.glob("*/provenance.json")
    return {path.parent.name for path in files if "resumed" in json.loads(path.read_text())}


@pytest.fixture(scope="module")
def undisturbed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[list[str]]]:
    """Histories of the members ``request.param``, ``FEW`` unless stated, in local processes."""
    members = getattr(request, "param", FEW)
    folder = tmp_path_factory.mktemp("undisturbed")
    end(begin(folder, "--output", "out", members=members))
    found = histories(folder / "out")
    assert len(found) == (SEEDS if members is FEW else 24)
    return found


@pytest.mark.slow
def test_a_worker_and_a_member_are_killed(
    two_workers: Cluster, undisturbed: dict[str, list[list[str]]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    client = begin(tmp_path, "--output", "out", "--scheduler", two_workers.address)
    first, second = two_workers.workers
    until(lambda: members_of(first.pid) and members_of(second.pid) and checkpoints(out) == 2)
    orphans = members_of(first.pid)
    first.kill()
    os.kill(members_of(second.pid)[0], signal.SIGKILL)
    told = end(client)
    assert told.count(": done") == SEEDS
    assert histories(out) == undisturbed
    assert len(resumed(out)) >= 2, "one lost its worker, one was killed"
    assert not any(Path(f"/proc/{orphan}").exists() for orphan in orphans)


@pytest.mark.slow
def test_the_client_is_killed_and_the_same_command_continues(
    two_workers: Cluster, undisturbed: dict[str, list[list[str]]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = ("--output", "out", "--scheduler", two_workers.address)
    client = begin(tmp_path, *words)
    until(lambda: list(out.glob("*/summary.json")) and checkpoints(out) > 1)
    client.kill()
    client.communicate()
    started = {path: path.read_bytes() for path in out.glob("*/provenance.json")}
    told = end(begin(tmp_path, *words))
    assert "already complete" in told
    assert histories(out) == undisturbed
    assert resumed(out) == set(), "what ran went on, and was waited for"
    assert all(path.read_bytes() == content for path, content in started.items())
    assert (out / "statistics.csv").is_file()


def kill_member_of(worker: subprocess.Popen[bytes]) -> bool:
    """False if it has none, or none any more."""
    try:
        os.kill(members_of(worker.pid)[0], signal.SIGKILL)
    except (IndexError, ProcessLookupError):
        return False
    return True


def ended(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """Provenance and summary of each member that has ended, with the time of writing."""
    folders = [path.parent for path in folder.glob("*/summary.json")]
    files = [own / name for own in folders for name in ("provenance.json", "summary.json")]
    return {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in files}


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("undisturbed", [MANY], indirect=True, ids=["24 members"])
def test_a_worker_a_member_and_the_client_are_killed_in_turn(
    two_workers: Cluster, undisturbed: dict[str, list[list[str]]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = ("--output", "out", "--scheduler", two_workers.address)
    client = begin(tmp_path, *words, members=MANY)
    first, second = two_workers.workers
    until(lambda: members_of(first.pid) and members_of(second.pid) and len(ended(out)) >= 4)
    complete = ended(out)
    first.kill()
    two_workers.worker()
    until(lambda: len(ended(out)) >= 12)
    until(lambda: kill_member_of(second))
    until(lambda: len(ended(out)) >= 20)
    client.kill()
    client.communicate()
    complete = {**ended(out), **complete}
    told = end(begin(tmp_path, *words, members=MANY))
    assert "already complete" in told
    assert histories(out) == undisturbed, "nothing is lost"
    now = ended(out)
    assert len(now) == 2 * 24
    assert {file: now[file] for file in complete} == complete, "nothing is computed twice"


@pytest.mark.slow
def test_ctrl_c_stops_the_members_of_a_cluster(two_workers: Cluster, tmp_path: Path) -> None:
    out = tmp_path / "out"
    client = begin(tmp_path, "--output", "out", "--scheduler", two_workers.address)
    until(lambda: checkpoints(out) == 2)
    client.send_signal(signal.SIGINT)
    _, err = client.communicate(timeout=120)
    note(err)
    assert client.returncode == 130
    assert "[E761]" in err
    assert not any(members_of(worker.pid) for worker in two_workers.workers)
    assert all(worker.poll() is None for worker in two_workers.workers)


@pytest.mark.slow
def test_a_cluster_of_this_machine(tmp_path: Path) -> None:
    words = ("--output", "out", "--scheduler", "local", "--jobs", "2")
    end(begin(tmp_path, *words, "--set", "protocol.capacity=0.01 mAh/cm^2"))
    assert len(histories(tmp_path / "out")) == SEEDS


@pytest.mark.process
def test_a_scheduler_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_TIMEOUT", 1.0)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        with pytest.raises(SweepError, match=r"no Dask scheduler answers.*E775"):
            sweep(
                tiny.write(tmp_path), {"sei.seed": [1, 2]}, output=tmp_path / "out",
                scheduler=address,
            )  # fmt: skip


def test_without_dask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingRequirement, match="E079"):
        sweep(
            tiny.write(tmp_path), {"sei.seed": [1, 2]}, output=tmp_path / "out", scheduler="local"
        )


def test_a_scheduler_that_is_silent_changes_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    order = object.__new__(cluster.Order)
    answers: Iterator[str | Exception] = iter(["", "SIGINT", TimeoutError("silent")])

    class Answer:
        def get(self, timeout: float) -> str:
            answer = next(answers)
            if isinstance(answer, Exception):
                raise answer
            return answer

    order._variable, order._asked, order._answer = Answer(), -10.0, None
    monkeypatch.setattr(cluster, "_ASK_EVERY", 0.0)
    assert [order(), order(), order()] == [None, signal.SIGINT, signal.SIGINT]
