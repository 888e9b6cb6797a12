"""Scenario files and geometries that chance has made: each is run or refused with a message.

No traceback, no warning of a library, no hang, nothing run by a shell, whatever stands in a file.
"""

from __future__ import annotations

import copy
import re
import time
import tomllib
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import examples
from helpers.tiny import tiny
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deposition.check.check import check_scenario
from deposition.common import package_data as shipped
from deposition.common.errors import DepositionError
from deposition.geometry import gmsh_process
from deposition.scenario import Scenario
from deposition.scenario.write import to_toml
from deposition.simulation.build import initial_interface_state, model_of
from deposition.simulation.initial import begin
from deposition.simulation.loop import time_loop

PATIENCE = 10.0
"""Seconds of processor time that ``check`` may take."""

SMALL = 2000
"""Vertices up to which an accepted scenario is also run, for a step."""

PWNED = "pwned"

FAULT = re.compile(r"crashed \(exit code 1: (?!MemoryError)")
"""What a fault in the part of the program that runs beside Gmsh would look like."""

VALUES: tuple[Any, ...] = (
    *(0, -1, 1, 2.5, 1e308, -1e308, float("inf"), float("nan"), 10**30, True, False, "", "x", "0"),
    *("1e400 um", "-1 um", "0.3 um", "1 um", "1 nm", "1 pm", "1 km", "nan um", "1 lightyear"),
    *("1 A/m^2", "-5 A/m^2", "0 A/m^2", "1e9 A/m^2", "1 V", "5 mV", "-5 mV", "1 s", "1e9 s"),
    *("0 K", "3 K", "1e6 K", "1e30 mAh/cm^2", "1e-30 mAh/cm^2", "-1 mAh/cm^2", "0.01 mAh/cm^2"),
    *("1e-300 ohm cm^2", "1e300 ohm cm^2", "1e-9 S/m", "1e12 S/m", "1 mol/L", "1e-20 mol/L"),
    *("../../etc/passwd", "/etc/passwd", f"$(touch {PWNED})", f"`touch {PWNED}`", "; rm -rf x"),
    *("__import__('os').system('true')", "flat.geo", "be-3d.geo", "c-i-be.geo", "\x00", "é" * 50),
    *(
        "moving",
        "fixed",
        "lithium",
        "reservoir",
        "ohmic",
        "nernst-planck",
        "advected",
        "stationary",
    ),
    *("none", "LiF", "high", "rest", [], {}, [1], {"LiF": 1.0}, {"LiF": 0.5, "LiI": 0.5}),
    *({"LiF": -1.0}, {"a": {"b": 1}}, {"width": 8, "height": 8}),
)
KEYS = ("x", "patch_size", "voltage", "duration", "seed", "composition", "law", "kind", "base")
NUMBERS = ("0", "1", "2", "3", "99", "1e9", "-1", "0.5", "1e-9")
WORDS = (
    *("lithium", "electrolyte", "counter", "sei", "dead_lithium", "x", "Line", "Physical", "width"),
    *(f'SystemCall "touch {PWNED}";', "Include", "Merge", "While", "Recombine Surface"),
)
CHARACTERS = "{}();,\"'/*\\$@\x00é "

Table = dict[str, Any]


def places(table: Table, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every key."""
    for key, value in table.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from places(value, (*above, key))


@st.composite
def scenarios(draw: st.DrawFn, base: Table) -> Table:
    """The tiny scenario with a few values replaced, keys removed or added."""
    table = copy.deepcopy(base)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(sorted(places(table))))
        parent = table
        for key in path[:-1]:
            parent = parent[key]
        kind = draw(st.sampled_from(("value",) * 5 + ("remove", "add")))
        if kind == "value":
            parent[path[-1]] = copy.deepcopy(draw(st.sampled_from(VALUES)))
        elif kind == "remove":
            del parent[path[-1]]
        else:
            parent[draw(st.sampled_from(KEYS))] = copy.deepcopy(draw(st.sampled_from(VALUES)))
    return table


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """A shipped geometry script with a few lines, words, numbers or characters changed."""
    name = draw(st.sampled_from(sorted(shipped.geometries())))
    lines = shipped.geometries()[name].read_text(encoding="utf-8").split("\n")
    for _ in range(draw(st.integers(1, 3))):
        line = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(("number", "word", "character", "remove", "repeat", "swap")))
        if kind == "number":
            lines[line] = replaced(draw, lines[line], r"\d+\.?\d*", NUMBERS)
        elif kind == "word":
            lines[line] = replaced(draw, lines[line], r"[A-Za-z_]+", WORDS)
        elif kind == "character":
            lines[line] = replaced(draw, lines[line], r".", CHARACTERS)
        elif kind == "remove":
            lines[line] = ""
        else:
            other = draw(st.integers(0, len(lines) - 1))
            kept = lines[line]
            lines[line] = lines[other]
            lines[other] = kept if kind == "swap" else lines[other]
    return "\n".join(lines)


def replaced(draw: st.DrawFn, line: str, pattern: str, choices: Any) -> str:
    """The line with one match of the pattern replaced by one of the choices."""
    found = list(re.finditer(pattern, line))
    if not found:
        return line
    match = draw(st.sampled_from(found))
    return line[: match.start()] + draw(st.sampled_from(choices)) + line[match.end() :]


def text_of(table: Table) -> str:
    """The table as TOML, or something that is no TOML where it cannot be written."""
    try:
        return to_toml(table)
    except (TypeError, ValueError, AttributeError):
        return repr(table)


def refused_or_run(file: Path) -> str:
    """Check a file; run what is accepted and small.  "run" or "refused"."""
    began = time.process_time()
    try:
        scenario = Scenario.load(file)
        check_scenario(scenario)
        answer = "run"
    except DepositionError as error:
        assert str(error).strip() and "Traceback" not in str(error)
        assert not FAULT.search(str(error)), error
        answer = "refused"
    assert time.process_time() - began < PATIENCE
    assert not (file.parent / PWNED).exists() and not Path(PWNED).exists()
    return answer if answer == "refused" else a_step(scenario)


def a_step(scenario: Scenario) -> str:
    """The first moment and the first step, or an error that the user can act on."""
    start = begin(scenario)
    if len(start.cell.points) > SMALL:
        return "run"
    model = model_of(scenario, start)
    try:
        for state in islice(time_loop(model, initial_interface_state(model, start)), 2):
            assert state.cell.volumes.min() > 0.0
    except DepositionError as error:
        assert str(error).strip()
    return "run"


def try_scenarios(folder: Path, count: int) -> dict[str, int]:
    """How many of so many files were run, and how many refused."""
    seen = {"run": 0, "refused": 0}

    @settings(max_examples=count, suppress_health_check=list(HealthCheck), database=None)
    @given(table=scenarios(toml_table(folder)))
    def attempt(table: Table) -> None:
        file = folder / "case.toml"
        file.write_text(text_of(table), encoding="utf-8")
        seen[refused_or_run(file)] += 1

    attempt()
    return seen


def toml_table(folder: Path) -> Table:
    """The tiny scenario as a table of texts and numbers."""
    return tomllib.loads(tiny(folder, "protocol.capacity=0.02 mAh/cm^2").resolved_toml())


def try_scripts(folder: Path, count: int) -> dict[str, int]:
    """The same for geometries."""
    table = toml_table(folder)
    table["geometry"] = {"file": "own.geo"}
    (folder / "case.toml").write_text(to_toml(table), encoding="utf-8")
    seen = {"run": 0, "refused": 0}

    @settings(max_examples=count, suppress_health_check=list(HealthCheck), database=None)
    @given(script=scripts())
    def attempt(script: str) -> None:
        (folder / "own.geo").write_text(script, encoding="utf-8")
        seen[refused_or_run(folder / "case.toml")] += 1

    attempt()
    return seen


FEW, MANY = (
    60,
    pytest.param(examples(200, 1000), marks=[pytest.mark.slow, pytest.mark.timeout(1800)]),
)


@pytest.mark.solve
@pytest.mark.parametrize("count", [FEW, MANY])
@pytest.mark.parametrize("make", [try_scenarios, try_scripts])
def test_files_that_chance_has_made(
    make: Any, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmsh_process, "TIME_LIMIT", PATIENCE)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        seen = make(tmp_path, count)
    print(f"{make.__name__}: {seen}")
    assert seen["run"] > count // 50 and seen["refused"] > count // 10
    assert sum(seen.values()) >= 0.8 * count


@pytest.mark.parametrize("name", ["../x", "a/b", "/tmp/x", "..", ".x", "a\\b", ""])
def test_a_name_never_leads_out_of_the_results(name: str, tmp_path: Path) -> None:
    table = {**toml_table(tmp_path), "name": name}
    (tmp_path / "case.toml").write_text(to_toml(table), encoding="utf-8")
    with pytest.raises(DepositionError, match="name"):
        Scenario.load(tmp_path / "case.toml")
