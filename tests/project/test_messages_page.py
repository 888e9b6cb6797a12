"""Each message has a code of its own, the page of messages is that of the code, and a message that
never came up is noticed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import messages
from helpers.tiny import ENVIRONMENT

from deposition import Scenario
from deposition.common.errors import ScenarioError


def test_the_page_is_made_from_the_code() -> None:
    assert messages.PAGE.read_text(encoding="utf-8") == messages.page(), (
        "write it anew: python tests/helpers/messages.py"
    )


def test_no_code_stands_for_two_messages() -> None:
    assert messages.used_twice() == []
    assert len(messages.messages()) > 200


def test_every_room_with_messages_has_a_heading() -> None:
    rooms = {message.file.partition("/")[0] for message in messages.messages()}
    assert rooms <= set(messages.ROOMS)


def test_codes_of_errors_are_noted() -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.load("no-such-scenario")
    (found,) = messages.CODE.findall(str(caught.value))
    assert found in Path(os.environ[messages.RECORD]).read_text(encoding="utf-8").split()


SUITE = """
from helpers import messages
def test_something():
    if {provoked}:
        for message in messages.messages():
            messages.note(f"[{{message.code}}]")
"""


@pytest.mark.process
@pytest.mark.process
@pytest.mark.parametrize("provoked", [True, False])
def test_a_message_that_never_comes_up_fails_the_suite(tmp_path: Path, provoked: bool) -> None:
    """The hooks of this suite, around a suite of one test."""
    project = messages.PACKAGE.parent
    tests = tmp_path / "tests"
    tests.mkdir()
    for name in ("conftest.py", "helpers"):
        (tests / name).symlink_to(project / "tests" / name)
    (tmp_path / "pyproject.toml").symlink_to(project / "pyproject.toml")
    (tests / "test_one.py").write_text(SUITE.format(provoked=provoked))
    environment = {**ENVIRONMENT}
    environment.pop(messages.RECORD, None)
    suite = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    done = subprocess.run(suite, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == (0 if provoked else 1), done.stdout + done.stderr
    count = len(messages.messages())
    assert f"messages of the program: {count}, never provoked: {0 if provoked else count}" in (
        done.stdout
    )
