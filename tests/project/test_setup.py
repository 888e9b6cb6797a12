"""The set-up: one list of packages wherever it is written, and ./fenicsx with pretended Pythons.

The real ways to DOLFINx take minutes and root, so they are not made here: `.ci/run` makes one.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from deposition.common.version import VERSION

PROJECT = Path(__file__).resolve().parents[2]

CONDA_NAMES = {"python-gmsh": "gmsh", "matplotlib-base": "matplotlib"}
CONDA_ONLY = {"python", "fenics-dolfinx", "petsc", "petsc4py", "mpich", "c-compiler", "pip"}
FROM_THE_BASE = {"numpy", "scipy"}
"""Not pinned: DOLFINx is built against those of Debian or conda."""
FILES = ("pyproject.toml", "constraints.txt", "constraints-wheels.txt", "environment.yml")
"""All that ./fenicsx reads."""


def pyproject() -> dict:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text())


def declared() -> dict[str, Requirement]:
    """What pyproject.toml asks for, with the tools of development."""
    project = pyproject()["project"]
    lines = project["dependencies"] + project["optional-dependencies"]["dev"]
    return {requirement.name: requirement for requirement in map(Requirement, lines)}


def from_conda() -> dict[str, Requirement]:
    """What environment.yml asks for, under the names of PyPI."""
    text = (PROJECT / "environment.yml").read_text().split("dependencies:")[1]
    lines = re.findall(r"^ +- ([a-z][\w.-]*)([<>=][^#\n]*|)(?:#.*)?$", text, flags=re.MULTILINE)
    return {
        CONDA_NAMES.get(name, name): Requirement(CONDA_NAMES.get(name, name) + bounds.strip())
        for name, bounds in lines
        if name != "petsc"  # chosen by build, which is no version
    }


def pins(file: str = "constraints.txt") -> dict[str, str]:
    lines = (PROJECT / file).read_text().splitlines()
    pinned = [line.split(";")[0].strip().split("==") for line in lines if not line.startswith("#")]
    return {name.lower().replace("_", "-"): version for name, version in pinned}


class TestPackageLists:
    def test_conda_and_pypi_ask_for_the_same(self) -> None:
        conda = {name: req for name, req in from_conda().items() if name not in CONDA_ONLY}
        assert {name: str(req.specifier) for name, req in conda.items()} == {
            name: str(req.specifier) for name, req in declared().items()
        }

    def test_python_is_the_same(self) -> None:
        wanted = pyproject()["project"]["requires-python"]
        assert str(from_conda()["python"].specifier) == wanted

    def test_the_same_dolfinx_from_conda_as_from_elsewhere(self) -> None:
        script = (PROJECT / "fenicsx").read_text()
        accepted = re.findall(r'\["0", "(\d+)"\]', script)
        conda = from_conda()["fenics-dolfinx"].specifier
        assert accepted == [str(minor) for minor in range(30) if conda.contains(f"0.{minor}.0")]

    def test_every_package_is_pinned_within_its_bounds(self) -> None:
        for name, requirement in declared().items():
            if name not in FROM_THE_BASE:
                assert requirement.specifier.contains(pins()[name]), name

    def test_numpy_and_scipy_are_not_pinned(self) -> None:
        assert not FROM_THE_BASE & set(pins())

    def test_wheels_pin_what_the_base_gives_elsewhere(self) -> None:
        pinned = pins("constraints-wheels.txt")
        assert not set(pinned) & set(pins())
        extras = pyproject()["project"]["optional-dependencies"]
        for requirement in [
            *map(Requirement, extras["dolfinx"]),
            *map(declared().get, FROM_THE_BASE),
        ]:
            assert requirement is not None
            assert requirement.specifier.contains(pinned[requirement.name])

    def test_the_tools_of_development_include_the_extras(self) -> None:
        extras = pyproject()["project"]["optional-dependencies"]
        assert set(extras["sweep"]) <= set(extras["dev"])

    def test_dolfinx_of_pypi_is_asked_for_only_where_it_exists(self) -> None:
        (requirement,) = map(
            Requirement, pyproject()["project"]["optional-dependencies"]["dolfinx"]
        )
        here = {"sys_platform": "linux", "platform_machine": "x86_64", "python_version": "3.12"}
        assert requirement.marker is not None
        assert requirement.marker.evaluate(here)
        for other in (
            {"sys_platform": "darwin"}, {"platform_machine": "aarch64"}, {"python_version": "3.11"}
        ):  # fmt: skip
            assert not requirement.marker.evaluate(here | other)

    def test_the_version_stands_in_one_place_and_in_the_citation(self) -> None:
        project = pyproject()
        assert "version" not in project["project"]
        attribute = project["tool"]["setuptools"]["dynamic"]["version"]["attr"]
        assert attribute == "deposition.common.version.VERSION"
        assert f"\nversion: {VERSION}\n" in (PROJECT / "CITATION.cff").read_text()

    def test_every_package_on_disk_is_installed(self) -> None:
        modules = (PROJECT / "deposition").rglob("*.py")
        folders = {".".join(path.parent.relative_to(PROJECT).parts) for path in modules}
        shipped = {"deposition.scenarios", "deposition.geometries"}
        assert set(pyproject()["tool"]["setuptools"]["packages"]) == folders | shipped


@pytest.mark.slow
def test_wheel_carries_scenarios_geometries_and_library(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    generated = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__")

    def unwanted(folder: str, names: list[str]) -> set[str]:
        return generated(folder, names) | ({"results"} if Path(folder) == PROJECT else set())

    shutil.copytree(PROJECT, clone, ignore=unwanted)
    pip = [sys.executable, "-m", "pip"]
    subprocess.run([*pip, "wheel", "-q", "--no-deps", "-w", tmp_path, clone], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    shutil.unpack_archive(wheel, installed, "zip")
    for folder, kind in (("scenarios", "toml"), ("geometries", "geo")):
        here = {path.name for path in (PROJECT / folder).glob(f"*.{kind}")}
        there = {path.name for path in (installed / "deposition" / folder).glob(f"*.{kind}")}
        assert here == there != set()
    code = (
        "from deposition.common import package_data;"
        "print(*package_data.scenarios().values(), sep='\\n')"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(installed)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert found
    assert all(Path(path).is_relative_to(installed) for path in found)
    library = {path.name for path in (PROJECT / "deposition/library").glob("*.toml")}
    assert library == {path.name for path in (installed / "deposition/library").glob("*.toml")}


# ---- ./fenicsx ----

PYTHON = """\
#!/bin/sh
# Pretends to be a Python with DOLFINx: makes virtual environments at once, and agrees to the rest.
case $1 in
    -m) {venv}
        for folder; do :; done
        mkdir -p "$folder/bin" "$folder/site" && cp "$0" "$folder/bin/python" ;;
    *) echo probe >>"{calls}"
        case $2 in
        *Py_GIL_DISABLED*) echo "{wheels}"; exit {wheels_status} ;;
        *find_spec*) echo "{dolfinx}"; exit {status} ;;
        *sysconfig*) echo "${{0%/bin/*}}/site" ;;
        esac ;;
esac
"""

TOOLS = (
    "cat chmod cksum cp date env flock grep id ln ls mkdir mv readlink rm sed sh sleep tail tr true"
)
"""What ./fenicsx may count on in any Linux; no apt and no conda among them."""

PROOT = """\
#!/bin/sh
# Pretends to enter a Debian: says which folder it would be, and agrees to all that is done there.
case $* in
    *find_spec*) echo "{dolfinx}"; exit {status} ;;
    *) echo "$2" ;;
esac
"""

MADE = re.compile(r"\[1/2\] packages")


class Clone:
    """A copy of what ./fenicsx reads, its own cache folder, and a pretended python3 on the path."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home, self.bin = folder / "clone", folder / "home", folder / "bin"
        self.folder.mkdir()
        self.bin.mkdir()
        self.calls = folder / "calls"
        for name in FILES:
            shutil.copy(PROJECT / name, self.folder)
        script = (PROJECT / "fenicsx").read_text()
        # The real Python of the system may have DOLFINx: these tests must not find it.
        assert "/usr/bin/python3" in script
        (self.folder / "fenicsx").write_text(script.replace("/usr/bin/python3", "no-python3"))
        (self.folder / "fenicsx").chmod(0o755)
        for tool in TOOLS.split():
            if found := shutil.which(tool):
                (self.bin / tool).symlink_to(found)

    def python(
        self, venv: str = "", dolfinx: str = "0.9.0 here", status: int = 0, name: str = "python3",
        wheels: str = "is not a CPython 3.12 to 3.14", wheels_status: int = 1,
    ) -> None:  # fmt: skip
        """Be a machine with this Python; ``wheels`` is its answer to way 4."""
        script = PYTHON.format(
            venv=venv, dolfinx=dolfinx, status=status, wheels=wheels, wheels_status=wheels_status,
            calls=self.calls,
        )  # fmt: skip
        self.pretend(name, script)

    def snake(self, venv: str = "", needs: str = "", name: str = "python3") -> None:
        """Be a machine with a Python for the wheels of PyPI, and without DOLFINx."""
        answer = f"/bin/{name} of version 3.13.0\nmissing: {needs}"
        self.python(venv, "has no dolfinx", 1, name, answer, 0)

    def probes(self) -> int:
        """How often a Python has been asked what it is."""
        return len(self.calls.read_text().split()) if self.calls.exists() else 0

    def debian(self, dolfinx: str = "0.11.0 here", status: int = 0) -> None:
        """Be a machine on which way 5 would work: root, apt, mmdebstrap and proot."""
        self.pretend("id", "#!/bin/sh\necho 0\n")
        self.pretend("apt-get", "#!/bin/sh\n")
        self.pretend("mmdebstrap", "#!/bin/sh\n")
        self.pretend("proot", PROOT.format(dolfinx=dolfinx, status=status))

    def pretend(self, tool: str, script: str) -> None:
        path = self.bin / tool
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(script)
        path.chmod(0o755)

    def start(
        self, *command: str, new_session: bool = False, settings: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        environment = {"PATH": str(self.bin), "FENICSX_HOME": str(self.home), "HOME": "/nowhere"}
        environment.update(settings or {})
        return subprocess.Popen(
            [str(self.folder / "fenicsx"), *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=new_session,
        )

    def run(self, *command: str, **settings: str) -> tuple[int, str, str]:
        process = self.start(*command, settings=settings)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def environments(self) -> list[Path]:
        return [path for path in self.home.iterdir() if path.is_symlink()]

    def builds(self) -> list[Path]:
        return list(self.home.glob("*.build-*"))


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


class TestFenicsx:
    @pytest.mark.process
    def test_says_how_it_is_used(self, clone: Clone) -> None:
        code, out, err = clone.run()
        assert (code, out) == (2, "")
        assert err.startswith("usage: ./fenicsx COMMAND")
        assert clone.run("--help") == (0, err, "")

    @pytest.mark.process
    def test_first_run_makes_the_environment_and_the_second_uses_it(self, clone: Clone) -> None:
        clone.python()
        code, out, err = clone.run("sh", "-c", "echo $PYTHONPATH; exit 7")
        assert (code, out) == (7, f"{clone.folder}\n")
        assert "way 1: python3 has dolfinx 0.9.0" in err
        assert MADE.search(err)
        assert clone.run("sh", "-c", "exit 7") == (7, "", "")

    @pytest.mark.process
    def test_the_program_is_that_of_the_clone(self, clone: Clone) -> None:
        clone.python()
        _, out, _ = clone.run("sh", "-c", "cat $(command -v deposition)")
        assert out.splitlines()[-1] == 'exec python -m deposition "$@"'

    @pytest.mark.process
    def test_the_launcher_runs_the_program_of_the_clone(self, clone: Clone, tmp_path: Path) -> None:
        clone.python()
        home = tmp_path / "the user's"
        code, out, err = clone.run("install-launcher", HOME=str(home))
        launcher = home / ".local" / "bin" / "deposition"
        assert (code, out) == (0, "") and str(launcher) in err and "not on the PATH" in err
        assert not clone.home.exists()  # nothing else is made
        assert launcher.read_text().count(f"exec '{clone.folder}/fenicsx' deposition") == 1
        again, _, _ = clone.run("install-launcher", str(launcher.parent))
        assert again == 0 and [path.name for path in launcher.parent.iterdir()] == ["deposition"]
        # The program of the environment answers, here a pretended one.
        clone.pretend("deposition", "#!/bin/sh\necho deposition of the path >&2; exit 3\n")
        clone.run("true")
        (environment,) = clone.environments()
        program = environment / "venv" / "bin" / "deposition"
        program.write_text('#!/bin/sh\necho "ran $*"\n')
        settings = {"PATH": str(clone.bin), "FENICSX_HOME": str(clone.home), "HOME": str(home)}
        ran = subprocess.run(
            [launcher, "list", "two words"],
            env=settings,
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout == "ran list two words\n"

    @pytest.mark.process
    def test_the_launcher_replaces_no_other_file(self, clone: Clone, tmp_path: Path) -> None:
        other = tmp_path / "deposition"
        other.write_text("#!/bin/sh\n# of another program\n")
        code, _, err = clone.run("install-launcher", str(tmp_path))
        assert code == 1 and "nothing was changed" in err and "another program" in other.read_text()
        assert clone.run("install-launcher", "one", "two")[0] == 1
        code, _, err = clone.run("install-launcher", str(other))
        assert code == 1 and "cannot write" in err

    @pytest.mark.process
    def test_other_packages_make_another_environment(self, clone: Clone) -> None:
        clone.python()
        clone.run("true")
        with (clone.folder / "constraints.txt").open("a") as file:
            file.write("another==1\n")
        _, _, err = clone.run("true")
        assert MADE.search(err)
        assert len(clone.environments()) == 2

    @pytest.mark.process
    def test_failed_set_up_says_so_and_leaves_nothing(self, clone: Clone) -> None:
        clone.python(venv="echo no space left; exit 1")
        code, _, err = clone.run("sh", "-c", "echo ran >&2")
        assert code == 1
        assert "failed: packages from PyPI" in err
        assert "no space left" in err
        assert "ran" not in err.split()
        assert clone.environments() == clone.builds() == []

    @pytest.mark.process
    def test_interrupt_leaves_nothing(self, clone: Clone) -> None:
        clone.python(venv="sleep 30")
        process = clone.start("true", new_session=True)
        self.wait_for_build(clone)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 130
        assert "interrupted" in err
        assert clone.environments() == clone.builds() == []

    @pytest.mark.process
    def test_killed_set_up_is_made_again(self, clone: Clone) -> None:
        clone.python(venv="sleep 30")
        process = clone.start("true", new_session=True)
        self.wait_for_build(clone)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)
        assert len(clone.builds()) == 1
        assert clone.environments() == []
        clone.python()
        code, _, err = clone.run("true")
        assert code == 0
        assert MADE.search(err)
        assert len(clone.builds()) == 1  # the killed one is gone
        assert [path.resolve() for path in clone.environments()] == clone.builds()

    @pytest.mark.process
    def test_two_first_runs_make_one_environment(self, clone: Clone) -> None:
        clone.python(venv="sleep 1")
        both = [clone.start("true") for _ in range(2)]
        told = "".join(process.communicate(timeout=60)[1] for process in both)
        assert [process.returncode for process in both] == [0, 0]
        assert len(MADE.findall(told)) == 1
        assert len(clone.environments()) == 1

    @pytest.mark.process
    def test_wrong_machine_lists_the_ways_and_what_they_miss(self, clone: Clone) -> None:
        clone.python(dolfinx="has dolfinx 0.5.1; 0.9 to 0.11 is needed", status=1)
        code, out, err = clone.run("true")
        assert (code, out) == (1, "")
        assert [line[:5] for line in err.splitlines()[1:]] == [f"  {way}  " for way in range(1, 6)]
        assert "has dolfinx 0.5.1; 0.9 to 0.11 is needed" in err
        assert not clone.home.exists()

    @pytest.mark.process
    def test_called_from_inside_it_only_runs_the_command(self, clone: Clone) -> None:
        command = ("sh", "-c", "echo $PYTHONPATH; exit 4")
        expected = (4, f"{clone.folder}\n", "")
        assert clone.run(*command, FENICSX_ACTIVE="1") == expected
        assert clone.run(*command, FENICSX_ACTIVE="sid", FENICSX_DEBIAN="sid") == expected

    @pytest.mark.process
    def test_called_from_inside_it_does_not_pretend_to_be_another(self, clone: Clone) -> None:
        code, out, err = clone.run("echo", FENICSX_ACTIVE="1", FENICSX_DEBIAN="sid")
        assert (code, out) == (1, "")
        assert "already inside an environment" in err

    @pytest.mark.process
    def test_a_debian_suite_is_an_environment_of_its_own(self, clone: Clone) -> None:
        """It is taken although a Python with DOLFINx is here; no other suite is taken for it."""
        clone.python()
        clone.debian()
        roots = set()
        for suite in ("sid", "trixie"):
            settings = {"FENICSX_DEBIAN": suite, "FENICSX_ENTER": "proot"}
            code, out, err = clone.run("true", **settings)
            assert code == 0
            assert f"way 5: a private Debian {suite}" in err
            assert clone.run("true", **settings) == (0, out, "")
            roots.add(out)
        assert len(roots) == len(clone.environments()) == 2

    @pytest.mark.process
    def test_a_suite_with_another_dolfinx_is_refused(self, clone: Clone) -> None:
        clone.debian(dolfinx="has dolfinx 0.12.0; 0.9 to 0.11 is needed", status=1)
        code, _, err = clone.run("true", FENICSX_DEBIAN="sid", FENICSX_ENTER="proot")
        assert code == 1
        assert "has dolfinx 0.12.0; 0.9 to 0.11 is needed" in err
        assert clone.environments() == clone.builds() == []

    @pytest.mark.process
    def test_a_suite_needs_apt_and_root(self, clone: Clone) -> None:
        clone.python()
        code, out, err = clone.run("true", FENICSX_DEBIAN="sid")
        assert (code, out) == (1, "")
        assert re.search("FENICSX_DEBIAN=sid asks for way 5; missing: (apt-get|root)", err)
        assert not clone.home.exists()

    @pytest.mark.process
    def test_wheels_where_a_python_for_them_is_the_first_that_applies(self, clone: Clone) -> None:
        clone.snake()
        code, out, err = clone.run("sh", "-c", "echo $VIRTUAL_ENV; exit 7")
        assert code == 7
        assert out.startswith(f"{clone.home}/wheels-")
        assert "way 4: DOLFINx 0.11 from PyPI, for /bin/python3 of version 3.13.0" in err
        assert clone.run("true") == (0, "", "")
        assert len(clone.environments()) == 1

    @pytest.mark.process
    def test_wheels_on_request_stay_beside_another_environment(self, clone: Clone) -> None:
        clone.python(wheels="/bin/python3 of version 3.13.0\nmissing:", wheels_status=0)
        assert "way 1" in clone.run("true")[2]
        assert "way 4" in clone.run("true", FENICSX_WHEELS="1")[2]
        show = ("sh", "-c", "echo $VIRTUAL_ENV $FENICSX_ACTIVE")
        assert clone.run(*show, FENICSX_WHEELS="1")[1].strip().endswith("venv wheels")
        assert f"{clone.home}/venv-" in clone.run(*show)[1]
        assert f"{clone.home}/venv-" in clone.run(*show, FENICSX_WHEELS="0")[1]
        assert len(clone.environments()) == 2

    @pytest.mark.process
    def test_a_python_of_pyenv_is_found(self, clone: Clone) -> None:
        clone.python(dolfinx="has no dolfinx", status=1)
        for version in ("3.12.1", "3.13.0", "3.9.18"):
            clone.snake(name=f"pyenv/versions/{version}/bin/python")
        code, _, err = clone.run("true", PYENV_ROOT=str(clone.bin / "pyenv"))
        assert code == 0
        assert "pyenv/versions/3.13.0/bin/python of version" in err
        assert clone.run("true")[0] == 1, "without pyenv there is none"

    @pytest.mark.process
    @pytest.mark.parametrize(
        ("wheels", "why"),
        [("0", "FENICSX_WHEELS=0 excludes it"), ("2", "FENICSX_WHEELS=2 is neither 0 nor 1")],
    )
    def test_wheels_are_excluded_or_refused(self, clone: Clone, wheels: str, why: str) -> None:
        clone.snake()
        code, _, err = clone.run("true", FENICSX_WHEELS=wheels)
        assert code == 1
        assert why in err
        assert not clone.home.exists()

    @pytest.mark.process
    def test_wheels_that_are_asked_for_need_a_python(self, clone: Clone) -> None:
        clone.python()
        code, _, err = clone.run("true", FENICSX_WHEELS="1")
        assert code == 1
        assert "FENICSX_WHEELS=1 asks for way 4; missing:" in err
        assert "is not a CPython 3.12 to 3.14" in err

    @pytest.mark.process
    def test_wheels_and_a_debian_suite_are_two_wishes(self, clone: Clone) -> None:
        code, _, err = clone.run("true", FENICSX_WHEELS="1", FENICSX_DEBIAN="sid")
        assert code == 1
        assert "set one of them" in err

    @pytest.mark.process
    def test_libraries_that_wheels_miss_are_named_or_installed(self, clone: Clone) -> None:
        clone.snake(needs="gcc libGLU.so.1")
        code, _, err = clone.run("true")
        assert code == 1, "neither root nor apt"
        assert "missing: gcc libGLU.so.1" in err
        clone.pretend("id", "#!/bin/sh\necho 0\n")
        asked = clone.folder / "asked"
        clone.pretend("apt-get", f'#!/bin/sh\necho "$@" >>{asked}\n')
        code, _, err = clone.run("true", FENICSX_WHEELS="1", FENICSX_PACKAGES="chromium")
        assert code == 0, err
        assert "since this is missing: gcc libGLU.so.1" in err
        for package in ("gcc", "libglu1-mesa", "chromium"):
            assert package in asked.read_text().splitlines()[-1].split()

    @pytest.mark.process
    def test_wheels_are_taken_before_a_private_debian(self, clone: Clone) -> None:
        """Root and apt, which offers no DOLFINx."""
        clone.snake()
        clone.debian()
        clone.pretend("apt-cache", "#!/bin/sh\n")
        code, _, err = clone.run("true")
        assert code == 0
        assert "way 4" in err and "way 5" not in err
        assert clone.run("true") == (0, "", "")

    @pytest.mark.process
    def test_packages_without_root_are_left_out(self, clone: Clone) -> None:
        clone.snake()
        clone.pretend("id", "#!/bin/sh\necho 1000\n")
        code, _, err = clone.run("true", FENICSX_PACKAGES="chromium")
        assert code == 0
        assert re.search(r"left out, as it needs .*: chromium", err)

    @pytest.mark.process
    def test_the_answer_is_remembered_until_the_python_changes(self, clone: Clone) -> None:
        clone.python()
        clone.run("true")
        asked = clone.probes()
        began = time.monotonic()
        assert clone.run("true") == (0, "", "")
        assert time.monotonic() - began < 0.5
        assert clone.probes() == asked
        clone.python(dolfinx="0.11.0 here", venv="true")
        _, _, err = clone.run("true")
        assert "way 1: python3 has dolfinx 0.11.0" in err
        assert clone.probes() > asked

    @pytest.mark.process
    def test_a_remembered_environment_that_is_gone_is_made_again(self, clone: Clone) -> None:
        clone.python()
        clone.run("true")
        shutil.rmtree(clone.home)
        assert MADE.search(clone.run("true")[2])

    @pytest.mark.process
    def test_called_from_inside_it_keeps_to_wheels_or_says_no(self, clone: Clone) -> None:
        show = ("sh", "-c", "echo ran")
        ran = (0, "ran\n", "")
        assert clone.run(*show, FENICSX_ACTIVE="wheels") == ran
        assert clone.run(*show, FENICSX_ACTIVE="wheels", FENICSX_WHEELS="1") == ran
        assert clone.run(*show, FENICSX_ACTIVE="1", FENICSX_WHEELS="0") == ran
        for active, wheels in (("1", "1"), ("sid", "1"), ("wheels", "0")):
            code, _, err = clone.run(*show, FENICSX_ACTIVE=active, FENICSX_WHEELS=wheels)
            assert code == 1
            assert "already inside an environment" in err

    @staticmethod
    def wait_for_build(clone: Clone) -> None:
        deadline = time.monotonic() + 20
        while not clone.home.exists() or not clone.builds():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.3)  # into the pretended work
