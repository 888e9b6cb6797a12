"""The documentation site: every page has a place in it, and its formulas and docstrings convert.

``.ci/run`` builds the whole site, strictly.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from helpers.pages import ROOT

DOCS = ROOT / "docs"
COMMANDS = (
    "*Commands: `deposition …` if installed with pip; "
    "in a clone of the source `./fenicsx deposition …`.*"
)


def hook(name: str) -> ModuleType:
    """A module of docs/site, or skip the test where a package of the extra ``docs`` is missing."""
    if name == "columns":
        pytest.importorskip("griffe", reason="the extra docs is not installed")
    spec = importlib.util.spec_from_file_location(name, DOCS / "site" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def in_navigation() -> set[str]:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    return set(re.findall(r"^ +- (?:[^:\n]+: )?([\w/-]+\.(?:md|ipynb))$", text, re.M))


def test_every_page_and_notebook_has_a_place() -> None:
    pages = {str(path.relative_to(DOCS)) for kind in ("md", "ipynb") for path in files(kind)}
    assert in_navigation() == pages


def files(kind: str) -> list[Path]:
    return [path for path in DOCS.rglob(f"*.{kind}") if ".ipynb_checkpoints" not in path.parts]


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_a_page_says_which_command_is_meant(path: Path) -> None:
    title, empty, line = path.read_text(encoding="utf-8").splitlines()[:3]
    assert title.startswith("# ")
    assert (empty, line) == ("", COMMANDS)


def test_the_settings_load_nothing_from_another_host() -> None:
    lines = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").replace("!ENV", "")
    settings = yaml.safe_load(lines)
    assert settings["theme"]["font"] is False
    assert "extra_javascript" not in settings


FORMULAS = [
    formula
    for path in sorted(DOCS.glob("*.md"))
    for formula in re.findall(r"```math\n(.*?)\n```", path.read_text(encoding="utf-8"), re.S)
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_becomes_a_drawing(formula: str) -> None:
    drawing = hook("formulas").svg(formula)
    assert drawing.startswith("<svg")
    assert drawing.count("M") >= 8
    assert "script" not in drawing


def test_an_unknown_command_in_a_formula_is_an_error() -> None:
    with pytest.raises(ValueError, match="nosuch"):
        hook("formulas").svg(r"\nosuch{x}")


def test_columns_of_a_docstring_become_a_list() -> None:
    text = "Do it.\n\nname      first\n          and more\n``other``  second\n\nRaises Error."
    expected = "Do it.\n\n- `name`: first\n  and more\n- `other`: second\n\nRaises Error."
    assert hook("columns").in_markdown(text) == expected


def test_links_out_of_the_pages_go_to_the_repository_or_nowhere() -> None:
    links = hook("links")

    class Config:
        repo_url = "https://example.org/it/"

    text = "see [this](../CONTRIBUTING.md#tests), not [that](laws.md)"
    with_home = links.on_page_markdown(text, config=Config)
    assert "[this](https://example.org/it/blob/main/CONTRIBUTING.md#tests)" in with_home
    Config.repo_url = ""
    assert links.on_page_markdown(text, config=Config) == "see this, not [that](laws.md)"
