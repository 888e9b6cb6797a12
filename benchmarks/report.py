"""All measurements of one call, and their file."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.contest import Contestant
from benchmarks.growth import Size, Stages
from benchmarks.peers import PEERS
from benchmarks.studies import Refined, Study
from benchmarks.timing import Seconds
from benchmarks.whole_runs import WholeRun
from deposition.common.atomic_files import write_text
from deposition.common.provenance import provenance


@dataclass
class Report:
    """What ``python -m benchmarks`` writes.

    machine  processor, memory, load, versions
    options  of the command
    """

    machine: dict[str, Any]
    options: dict[str, Any]
    runs: list[WholeRun] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)
    studies: list[Study] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Write the file as JSON."""
        write_text(path, json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def read(cls, path: Path) -> Report:
        """The content of a file."""
        content = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            content["machine"],
            content["options"],
            [WholeRun(**{**run, "total": Seconds(**run["total"])}) for run in content["runs"]],
            [_size(size) for size in content["sizes"]],
            [
                Study(study["scenario"], [Refined(**run) for run in study["runs"]])
                for study in content["studies"]
            ],
        )


def _size(content: dict[str, Any]) -> Size:
    contestants = [
        Contestant(
            **{
                **one,
                "set_up": Seconds(**one["set_up"]),
                "solve": Seconds(**one["solve"]),
            }
        )
        for one in content["contestants"]
    ]
    stages = content["stages"] and Stages(**content["stages"])
    return Size(**{**content, "stages": stages, "contestants": contestants})


def machine(peers: Sequence[str]) -> dict[str, Any]:
    """Processor, memory, load and versions; it names no user and no host."""
    known: dict[str, Any] = provenance([])
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_GiB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "platform": f"{platform.system()} {platform.machine()}",
        "python": known["python"],
        "versions": {
            **known["versions"],
            **{name: PEERS[name].version for name in peers if name not in known["versions"]},
        },
        "load": round(os.getloadavg()[0], 1),
        "threads": os.environ.get("OMP_NUM_THREADS", "not limited"),
        "date": datetime.now(UTC).date().isoformat(),
    }


def _processor() -> str:
    """Name of the processor (Linux)."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
