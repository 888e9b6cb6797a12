"""The public names of the package, as ``help`` and completion show them."""

from __future__ import annotations

import inspect

import deposition
from deposition.common.provenance import program_version


def test_completion_shows_the_public_names() -> None:
    assert dir(deposition) == sorted(deposition.__all__)
    assert {"Scenario", "run", "resume", "compare", "sweep", "Result"} <= set(dir(deposition))


def test_each_public_name_has_a_line_in_the_help_of_the_package() -> None:
    lines = [line.split() for line in (deposition.__doc__ or "").splitlines()]
    described = {words[0] for words in lines if len(words) > 2}
    assert {name for name in deposition.__all__ if not name.startswith("_")} <= described


def test_each_public_name_has_a_docstring() -> None:
    for name in deposition.__all__:
        if not name.startswith("_"):
            assert inspect.getdoc(getattr(deposition, name)), name


def test_the_package_states_its_version() -> None:
    assert deposition.__version__ == program_version()
