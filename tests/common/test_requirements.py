"""What pip does not bring, hidden for real: each missing piece is one message, and no result."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import recorded, tiny
from helpers.messages import note

from deposition.common import provenance
from deposition.common.errors import MissingRequirement
from deposition.common.requirements import check_dolfinx
from deposition.render import scene

COMMAND = "from deposition.cli import main; main()"


def run_with(
    folder: Path, *words: object, before: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """``deposition WORDS`` in a changed environment.

    before: Python that is executed first
    """
    done = subprocess.run(
        [sys.executable, "-c", f"{before}\n{COMMAND}", *map(str, words)],
        cwd=folder,
        env={**tiny.ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    note(done.stderr)
    return done


def run_tiny(folder: Path, before: str = "", **environment: str) -> str:
    """The only message of a run that must fail, and leave no results."""
    file = tiny.write(folder)
    done = run_with(folder, "run", file, before=before, **environment)
    assert done.returncode == 1, done
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert not (folder / "results").exists()
    return lines[0]


def unreadable(folder: Path, *libraries: str) -> str:
    """A folder for the loader whose libraries are empty files."""
    hidden = folder / "lib"
    hidden.mkdir()
    for name in libraries:
        (hidden / name).touch()
    return str(hidden)


def compiler(folder: Path, script: str) -> dict[str, str]:
    """Environment with a compiler of one's own, and no form compiled before."""
    path = folder / "compiler"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return {"CC": str(path), "XDG_CACHE_HOME": str(folder / "cache")}


@pytest.mark.process
def test_without_dolfinx(tmp_path: Path) -> None:
    message = run_tiny(tmp_path, before="import sys; sys.modules['dolfinx'] = None")
    assert "[E071]" in message
    for means in ("dolfinx-solver-real", "apt-get", "conda", "./fenicsx"):
        assert means in message


@pytest.mark.process
def test_a_user_without_a_home(tmp_path: Path) -> None:
    """As in a container that runs with the number of a user whom it does not know."""
    unknown = "import os, pwd; os.environ.pop('HOME', None); pwd.getpwuid = {}.__getitem__"
    message = run_tiny(tmp_path, before=unknown, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert "HOME=/tmp" in message and "[E080]" in message


@pytest.mark.process
def test_scenarios_are_checked_without_dolfinx(tmp_path: Path) -> None:
    hide = "import sys; sys.modules.update(dolfinx=None, petsc4py=None, mpi4py=None, ufl=None)"
    done = run_with(tmp_path, "check", tiny.write(tmp_path), before=hide)
    assert done.returncode == 0, done.stderr


@pytest.mark.process
def test_without_mpi(tmp_path: Path) -> None:
    """Of Debian MPI is found by the loader, of PyPI by mpi4py."""
    message = run_tiny(
        tmp_path,
        LD_LIBRARY_PATH=unreadable(tmp_path, "libmpi.so.40", "libmpi.so.12"),
        MPI4PY_LIBMPI=str(tmp_path / "lib" / "libmpi.so.12"),
    )
    assert "libmpi.so" in message and "[E070]" in message


@pytest.mark.process
def test_without_a_c_compiler(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    hidden = {"PATH": str(tmp_path / "bin"), "XDG_CACHE_HOME": str(tmp_path / "cache"), "CC": ""}
    message = run_tiny(tmp_path, before="import os; del os.environ['CC']", **hidden)
    assert "gcc" in message and "[E074]" in message


@pytest.mark.process
def test_without_python_h(tmp_path: Path) -> None:
    """The compiler itself says so: a wrapper takes the folders of the headers from its command."""
    script = """
for word; do
    shift
    case $word in -I*/include/python3*) ;; *) set -- "$@" "$word" ;; esac
done
exec gcc "$@"
"""
    message = run_tiny(tmp_path, **compiler(tmp_path, script))
    assert "does not find Python.h" in message and "[E075]" in message


@pytest.mark.process
def test_a_compiler_that_fails(tmp_path: Path) -> None:
    script = "echo 'cc1: fatal error: No space left on device' >&2; exit 1"
    message = run_tiny(tmp_path, **compiler(tmp_path, script))
    assert "No space left on device" in message and "[E076]" in message


@pytest.mark.process
def test_results_are_kept_when_the_equations_cannot_be_compiled(tmp_path: Path) -> None:
    file, kept = tiny.write(tmp_path), tmp_path / "results" / "tiny"
    assert run_with(tmp_path, "run", file, "--quiet").returncode == 0
    before = tiny.contents(kept)
    broken = compiler(tmp_path, "exit 1")
    assert run_with(tmp_path, "run", file, "--overwrite", **broken).returncode == 1
    assert tiny.contents(kept) == before


@pytest.mark.process
@pytest.mark.parametrize("library", ["libGLU.so.1", "libXcursor.so.1"])
def test_without_a_library_of_gmsh(tmp_path: Path, library: str) -> None:
    message = run_tiny(tmp_path, LD_LIBRARY_PATH=unreadable(tmp_path, library))
    assert f"cannot load {library}" in message and "libglu1-mesa" in message
    assert "[E077]" in message


@pytest.mark.process
@pytest.mark.parametrize("hidden", ["library", "driver"])
def test_without_egl_a_picture_in_3d_is_a_message_and_no_crash(tmp_path: Path, hidden: str) -> None:
    recorded.record(tmp_path / "results" / "solid", recorded.solid_states())
    folder = unreadable(tmp_path, "libEGL.so.1")
    if hidden == "library":
        environment = {"LD_LIBRARY_PATH": folder}
    else:
        environment = {"__EGL_VENDOR_LIBRARY_DIRS": str(tmp_path / "none")}
    done = run_with(tmp_path, "render", "solid", **environment)
    assert done.returncode == 1, done
    assert "[E078]" in done.stderr and "libegl1" in done.stderr


@pytest.mark.process
def test_a_run_without_egl_is_complete_but_has_no_picture(tmp_path: Path) -> None:
    file = tiny.write(tmp_path, SOLID)
    done = run_with(
        tmp_path, "run", file, "--log", __EGL_VENDOR_LIBRARY_DIRS=str(tmp_path / "none")
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("[E078]") == 1 and "no picture" in done.stderr
    assert (tmp_path / "results" / "tiny" / "summary.json").is_file()


SOLID = """
base = "be-3d"

[mesh]
surface_size = "4 um"
coarse_size = "8 um"

[protocol]
capacity = "0.001 mAh/cm^2"
"""


def test_rendering_is_tested_before_vtk_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise MissingRequirement("no EGL")

    monkeypatch.setattr(scene, "check_rendering", missing)
    with pytest.raises(MissingRequirement):
        scene.render_scene(None, None, {})  # type: ignore[arg-type]


def test_versions_of_dolfinx() -> None:
    assert check_dolfinx("0.9.0", "float64") == (0, 9)
    assert check_dolfinx("0.11.0.post0", "float64") == (0, 11)
    for version in ("0.8.0", "0.12.0.dev0", "1.0.0"):
        with pytest.raises(MissingRequirement, match=f"DOLFINx {version} .*E072"):
            check_dolfinx(version, "float64")
    with pytest.raises(MissingRequirement, match=r"complex128.*dolfinx-solver-real.*E073"):
        check_dolfinx("0.11.0", "complex128")


def test_a_module_states_its_version_where_no_distribution_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(provenance.PACKAGES, "dolfinx", "no-such-distribution")
    monkeypatch.setitem(provenance.PACKAGES, "gmsh", "no-such-distribution")
    import dolfinx

    versions = provenance.provenance([])["versions"]
    assert isinstance(versions, dict)
    assert versions["dolfinx"] == dolfinx.__version__
    assert versions["gmsh"] is None
    assert versions["numpy"]


def test_mpi_keeps_to_one_machine_unless_told_otherwise() -> None:
    """An RDMA card that may not be used would abort MPICH of PyPI when it is imported."""
    from deposition.transport import dolfinx_compat

    assert dolfinx_compat.MPI.Is_initialized()
    assert os.environ["UCX_TLS"]
