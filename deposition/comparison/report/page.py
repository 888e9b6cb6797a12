"""HTML page of a comparison, rendered from the template into one self-contained file."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from deposition.common.atomic_files import write_text
from deposition.common.constants import MAH_PER_CM2
from deposition.common.provenance import PROGRAM, program_version
from deposition.comparison.gather import Compared, Gathered, scenario_of
from deposition.comparison.report.computed import computed, limits
from deposition.comparison.report.numbers import balances, numbers, origins
from deposition.comparison.report.parameters import differences
from deposition.comparison.report.pictures import (
    current_histograms,
    curves,
    flux_maps,
    growth,
    inventories,
    spectra,
)
from deposition.comparison.report.views import views
from deposition.comparison.report.words import SHORT, endings, sentence

HERE = Path(__file__).resolve().parent
STYLE = "report.css"
SCRIPTS = ("vtkjs/vtk.min.js", "view.js", "report.js")


def write_report(gathered: Gathered, path: Path) -> Path:
    """Write the self-contained page that compares these results into ``path``.

    Raises ``ResultsError`` if it cannot be written; an existing file is then unchanged.
    """
    write_text(path, page(gathered))
    return path


def page(gathered: Gathered) -> str:
    """HTML text of the page."""
    templates = Environment(
        loader=PackageLoader("deposition.comparison.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template("report.html").render(_content(gathered))


def _content(gathered: Gathered) -> dict[str, Any]:
    compared = gathered.results
    return {
        "results": compared,
        "titles": [scenario_of(one.result).get("title", "") for one in compared],
        "solid": compared[0].view.snapshot.dim == 3,
        "breakable": Markup(".<wbr>"),
        "charge": f"{gathered.charge / MAH_PER_CM2:.4g} mAh/cm²",
        "notes": gathered.notes,
        "computed": computed(compared),
        "limits": limits(compared),
        "sentences": _sentences(compared),
        "flux_maps": flux_maps(compared),
        "growth": growth(compared),
        "charts": [curves(compared), current_histograms(compared)],
        "spectra": spectra(compared),
        "inventories": inventories(compared),
        "numbers": numbers(compared),
        "differences": differences(compared),
        "balances": balances(compared),
        "origins": origins(compared),
        "made": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "program": f"{PROGRAM} {program_version()}",
        "style": Markup(_asset(STYLE)),
        "scripts": [Markup(_asset(name)) for name in SCRIPTS],
        "data": _embedded_json(views(compared)),
    }


def _sentences(compared: Sequence[Compared]) -> list[str]:
    named = [(one.label, one.result.summary) for one in compared]
    return [*endings(named), *(text for key in SHORT if (text := sentence(key, named)))]


def _asset(name: str) -> str:
    """Text of a package file for a style or script element.

    Raises ``ValueError`` if it contains the end tag of such an element.
    """
    text = (HERE / name).read_text(encoding="utf-8")
    if re.search(r"</(script|style)", text, re.IGNORECASE):
        raise ValueError(f"{name} contains the end tag of the element that embeds it")
    return text


def _embedded_json(content: dict[str, Any]) -> Markup:
    """JSON for a script element; ``<`` is escaped, so that user text cannot end the element."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))
