"""Every command of the tutorial runs as it stands there, one after the other."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.pages import BLOCK, page
from helpers.tiny import ENVIRONMENT

COMMAND = re.compile(r"^    deposition (.+)$", re.M)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)


def commands() -> list[str]:
    return COMMAND.findall(page("tutorial.md"))


def test_the_tutorial_goes_from_the_list_to_a_comparison() -> None:
    verbs = [shlex.split(one)[0] for one in commands()]
    assert verbs == ["list", "check", "run", "check", "run", "compare", "resume"]


@pytest.mark.slow
def test_the_commands_of_the_tutorial_run(tmp_path: Path) -> None:
    ((text, name),) = BLOCK.findall(page("tutorial.md"))
    (tmp_path / name).write_text(text, encoding="utf-8")
    for line in commands():
        words = [sys.executable, "-m", "deposition", *shlex.split(line)]
        done = run_in(tmp_path, words)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    (script,) = PYTHON.findall(page("tutorial.md"))
    done = run_in(tmp_path, [sys.executable, "-c", script])
    assert done.returncode == 0, done.stderr
    assert 0.05 < float(done.stdout) < 0.2, "roughness in µm"
    for picture in ("c-i-be-ln/flux_map.png", "mine/flux_map.png", "compare/comparison.png"):
        assert (tmp_path / "results" / picture).is_file()


def run_in(folder: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
