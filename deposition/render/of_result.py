"""Pictures and movies of a results folder."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from deposition.render.flux_map import flux_map
from deposition.render.movies import growth_movie
from deposition.render.panel import Caption
from deposition.results.result import Result

_WORDS = {"li": "Li", "3d": "3D"}


def caption_of(result: Result) -> Caption:
    """Label of the scenario, else the name of the electrolyte, completed from the name of the
    scenario; and Wagner number."""
    scenario = tomllib.loads(result.scenario_text)
    electrolyte = str(scenario.get("electrolyte", {}).get("name", ""))
    wagner = result.summary.get("wagner") if result.ended else None
    label = str(scenario.get("label", ""))
    return Caption(label or full_name(electrolyte, result.name), wagner)


def full_name(electrolyte: str, scenario: str) -> str:
    """Electrolyte name completed by the scenario name: "BE, dead Li" for ``BE`` and ``be-dead-li``.

    A scenario name that does not begin with that of the electrolyte is appended in full.  If the
    electrolyte has a name of several words, the scenario name alone is returned.
    """
    if not electrolyte or " " in electrolyte:
        return scenario
    if scenario.casefold() == electrolyte.casefold():
        return electrolyte
    if not scenario.casefold().startswith(f"{electrolyte.casefold()}-"):
        return f"{electrolyte}, {scenario}"
    words = scenario[len(electrolyte) + 1 :].split("-")
    return f"{electrolyte}, {' '.join(_WORDS.get(word, word) for word in words)}"


def captions_of(results: Sequence[Result]) -> list[Caption]:
    """Captions of the results, with the folder name appended to equal names."""
    captions = [caption_of(result) for result in results]
    names = unlike([caption.name for caption in captions], results)
    return [replace(caption, name=name) for caption, name in zip(captions, names, strict=True)]


def unlike(names: Sequence[str], results: Sequence[Result]) -> list[str]:
    """Names, with the folder name appended to equal ones."""
    return [
        f"{name} ({result.folder.resolve().name})" if names.count(name) > 1 else name
        for name, result in zip(names, results, strict=True)
    ]


def draw_flux_map(result: Result, path: Path | None = None, index: int = -1) -> Path:
    """Draw the flux map of a recorded state (default: the last) of a result.

    ``path`` ends in .png, .svg or .pdf; by default it is ``flux_map.png`` in the results folder.
    Raises ``ResultsError`` if the state was not recorded, or for any other suffix.
    """
    target = path or result.folder / "flux_map.png"
    return flux_map(result.snapshot(index), target, caption_of(result), result.snapshot(0))


def draw_growth(result: Result) -> Sequence[Path]:
    """Write ``growth.gif`` and ``growth.mp4`` into the results folder.

    Nothing is written if there is only one recorded state.  Raises ``ResultsError`` if a file
    cannot be written.
    """
    paths = [result.folder / f"growth{suffix}" for suffix in (".gif", ".mp4")]
    return growth_movie([result], [caption_of(result)], paths)
