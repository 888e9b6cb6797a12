"""The example in the docstring of every public function runs, and gives what it says."""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import deposition
from deposition import render

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FIRST = ("run", "resume")
"""Examples whose results the others read."""


def public() -> dict[str, Any]:
    """The public functions and classes, and the public methods of the classes by Class.method."""
    found = {name: getattr(deposition, name) for name in deposition.__all__ if name[0] != "_"}
    found |= {f"render.{name}": getattr(render, name) for name in render.__all__}
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
    "Scenario.at_working_electrode", "Scenario.film_table", "Scenario",
}  # fmt: skip
"""Old names, what the program itself calls, and a class whose methods have the examples."""


def examples_of(name: str, thing: Any) -> Iterator[doctest.DocTest]:
    """The examples of one docstring, with the public names at hand."""
    names = {key: value for key, value in public().items() if "." not in key} | {"render": render}
    text = inspect.getdoc(thing) or ""
    test = doctest.DocTestParser().get_doctest(text, names, name, None, 0)
    if test.examples:
        yield test


def test_every_public_function_has_an_example() -> None:
    without = {name for name, thing in public().items() if not list(examples_of(name, thing))}
    assert without == WITHOUT


@pytest.mark.slow
def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    told: list[str] = []
    ordered = sorted(public().items(), key=lambda item: _rank(item[0]))
    for name, thing in ordered:
        for test in examples_of(name, thing):
            runner.run(test, out=told.append, clear_globs=False)
    assert runner.summarize(verbose=False).failed == 0, "".join(told)


def _rank(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)
