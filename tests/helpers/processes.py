"""Processes of a sweep, found in /proc."""

from __future__ import annotations

from pathlib import Path


def fork_servers_of(parent: int) -> list[int]:
    """The processes from which a sweep, or a worker of a cluster, forks its members."""
    return _children(parent)


def members_of(parent: int) -> list[int]:
    """Processes that run members for a sweep, or for a worker of a cluster."""
    return [member for server in fork_servers_of(parent) for member in _children(server)]


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            of = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if of == parent and b"deposition.sweeps.fork_server" in words:
            found.append(int(folder.name))
    return found
