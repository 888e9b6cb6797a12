"""The page of messages is that of the code, and what was raised is noticed, in any process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import messages
import pytest
from tiny import ENVIRONMENT


def test_the_page_is_made_from_the_code() -> None:
    assert messages.PAGE.read_text(encoding="utf-8") == messages.page(), (
        "write it anew: python tests/messages.py"
    )


def test_every_kind_of_error_is_known() -> None:
    from deposition.common import errors

    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    assert kinds <= set(messages.KINDS)


def test_texts_are_found_where_they_are_put_together() -> None:
    found = {(message.kind, message.text) for message in messages.messages()}
    assert any(
        kind == "ShortCircuit" and "reached the counter electrode" in text for kind, text in found
    )
    assert any(
        kind == "InterfaceError" and "the surface moves fastest" in text for kind, text in found
    )
    assert len(found) > 150


@pytest.mark.skipif(not messages.SEEN, reason="sys.monitoring")
def test_what_a_process_raises_is_written_down(tmp_path: Path) -> None:
    record = tmp_path / "raised"
    code = "from deposition import Scenario; Scenario.load('no-such-scenario')"
    environment = {**ENVIRONMENT, messages.RECORD: str(record)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert done.returncode == 1
    never = messages.missing(record)
    came = set(messages.messages()) - set(never)
    assert [message.text for message in came] == [
        'there is no scenario "…".… Shipped: …. Your own is given by its file, ending in .toml.'
    ]
    assert record.read_text(encoding="utf-8").count(os.linesep) < 20


SUITE = """
from deposition import raises
def test_something():
    if {provoked}:
        try:
            raises.it()
        except raises.ScenarioError:
            pass
"""


@pytest.mark.skipif(not messages.SEEN, reason="sys.monitoring")
@pytest.mark.parametrize("provoked", [True, False])
def test_a_message_that_never_comes_up_fails_the_suite(tmp_path: Path, provoked: bool) -> None:
    """The hooks of this suite, around a suite of one test and a program of one message."""
    tests, package = tmp_path / "tests", tmp_path / "deposition"
    tests.mkdir()
    package.mkdir()
    for name in ("conftest.py", "messages.py"):
        shutil.copy(Path(__file__).parent / name, tests)
    shutil.copy(messages.PACKAGE.parent / "pyproject.toml", tmp_path)
    (tests / "test_one.py").write_text(SUITE.format(provoked=provoked))
    (package / "__init__.py").touch()
    (package / "raises.py").write_text(
        "class ScenarioError(Exception): pass\ndef it(): raise ScenarioError('so it is')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    del environment[messages.RECORD]
    suite = [sys.executable, "-m", "pytest"]
    done = subprocess.run(suite, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == (0 if provoked else 1), done.stdout
    assert f"messages of the program: 1, never provoked: {1 - provoked}" in done.stdout
    assert ("raises.py:2: so it is" in done.stdout) == (not provoked)
