"""The example in the docstring of every public function runs, and gives what it says."""

from __future__ import annotations

import doctest
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import deposition
from deposition import render

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FIRST = ("run", "resume")
"""Examples whose results the others read."""


PYTHON_PAGE = Path(deposition.__file__).resolve().parents[1] / "docs" / "python.md"
DOCUMENTED = re.compile(r"^::: ([\w.]+)$", re.MULTILINE)
CHEAP = {"plate", "strip", "hold", "rest", "eis", "impedance", "Choices"}
"""Examples that need no run, besides those of ``Scenario``."""


def public() -> dict[str, Any]:
    """The public functions and classes, those of the page of the Python interface, and the public
    methods of the classes by Class.method."""
    found = {name: getattr(deposition, name) for name in deposition.__all__ if name[0] != "_"}
    found |= {f"render.{name}": getattr(render, name) for name in render.__all__}
    for place in DOCUMENTED.findall(PYTHON_PAGE.read_text(encoding="utf-8")):
        module, _, name = place.rpartition(".")
        found.setdefault(name, getattr(import_module(module), name))
    for name in ("Scenario", "Result"):
        for method, function in inspect.getmembers(found[name], _is_callable):
            if method[0] != "_" and function.__module__.startswith("deposition."):
                found[f"{name}.{method}"] = function
    return found


def _is_callable(member: object) -> bool:
    return inspect.isfunction(member) or inspect.ismethod(member)


WITHOUT = {
    "Scenario.asking", "Scenario.model_copy", "Scenario.model_post_init",
    "Scenario.with_valid", "Scenario.with_growth_axis", "Scenario.with_current_densities",
    "Scenario.at_working_electrode", "Scenario.film_table", "Scenario", "Scenario.copy",
    "Scenario.film_scale", "Scenario.brings_sei_above",
}  # fmt: skip
"""Old names, what the program itself calls, and a class whose methods have the examples."""


def examples_of(name: str, thing: Any) -> Iterator[doctest.DocTest]:
    """The examples of one docstring, with the public names at hand."""
    names = {key: value for key, value in public().items() if "." not in key}
    names |= {"render": render, "np": np}
    text = inspect.getdoc(thing) or ""
    test = doctest.DocTestParser().get_doctest(text, names, name, None, 0)
    if test.examples:
        yield test


def test_every_public_function_has_an_example() -> None:
    without = {name for name, thing in public().items() if not list(examples_of(name, thing))}
    assert without == WITHOUT


@pytest.mark.solve
def test_the_examples_that_need_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = {name for name in public() if name in CHEAP or name.startswith("Scenario.")}
    assert cheap >= CHEAP
    check_examples(cheap, tmp_path, monkeypatch)


@pytest.mark.slow
def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_examples(set(public()), tmp_path, monkeypatch)


def check_examples(chosen: set[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the examples of these names in a folder."""
    monkeypatch.chdir(folder)
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    told: list[str] = []
    ordered = sorted(public().items(), key=lambda item: _rank(item[0]))
    for name, thing in ordered:
        for test in examples_of(name, thing) if name in chosen else ():
            runner.run(test, out=told.append, clear_globs=False)
    assert runner.summarize(verbose=False).failed == 0, "".join(told)


def _rank(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)
