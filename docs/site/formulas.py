"""Formulas of the documentation site: LaTeX, drawn as SVG while it is built.

A page needs neither scripts nor fonts to show them.
On the pages they stand as GitHub shows them too: a fenced block ``math``, or $`…`$ in a line.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextPath

FORMULA = re.compile(r"^```math\n(?P<block>.*?)\n```$|\$`(?P<inline>[^`\n]+)`\$", re.M | re.S)
PLACE = "formula-{}-formula"
SIZE = 10.0  # of the type, in the units of the drawing: 1 em
FONT = FontProperties(size=SIZE, math_fontfamily="stix")
COMMANDS = {Outline.MOVETO: "M", Outline.LINETO: "L", Outline.CURVE3: "Q", Outline.CURVE4: "C"}

_formulas: dict[str, list[str]] = {}
"""Drawings of each page, by its path."""


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Draw the formulas of a page, and leave a mark in the place of each."""
    found: list[str] = []
    _formulas[page.file.src_uri] = found

    def mark(formula: re.Match[str]) -> str:
        is_block = formula["block"] is not None
        text = formula["inline"] or formula["block"].replace(r"\frac", r"\dfrac")
        drawing = svg(text)
        found.append(f'<span class="formula">{drawing}</span>' if is_block else drawing)
        return PLACE.format(len(found) - 1)

    return FORMULA.sub(mark, markdown)


def on_page_content(html: str, page: Any, **_: Any) -> str:
    """Put the drawings in their places."""
    for number, drawing in enumerate(_formulas.pop(page.file.src_uri, ())):
        html = html.replace(PLACE.format(number), drawing)
    return html


def svg(latex: str) -> str:
    """A formula as SVG of the height of the text around it, in its colour, on its baseline."""
    text = f"${' '.join(latex.split())}$"
    width, height, depth, *_ = MathTextParser("path").parse(text, dpi=72, prop=FONT)
    outline = TextPath((0.0, 0.0), text, prop=FONT)
    box = f"0 {-height:.2f} {width:.2f} {height + depth:.2f}"
    style = f"width:{width / SIZE:.3f}em;height:{(height + depth) / SIZE:.3f}em;"
    return (
        f'<svg class="formula" role="img" aria-label="{escape(latex)}" viewBox="{box}" '
        f'style="{style}vertical-align:{-depth / SIZE:.3f}em"><path d="{_path(outline)}"/></svg>'
    )


def _path(outline: Outline) -> str:
    """The outline of glyphs as an SVG path, whose y points downwards."""
    parts = []
    for points, code in outline.iter_segments(curves=True):
        if code == Outline.CLOSEPOLY:
            parts.append("Z")
            continue
        pairs = points.reshape(-1, 2) * (1.0, -1.0)
        parts.append(COMMANDS[code] + " ".join(f"{x:.2f},{y:.2f}" for x, y in pairs))
    return "".join(parts)
