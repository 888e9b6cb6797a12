"""Write ``docs/convergence.md`` from the studies of ``deposition converge``.

for name in …; do deposition converge $name; done
python docs/convergence.py [results]
"""

from __future__ import annotations

import sys
from pathlib import Path

from deposition.common import package_data as shipped
from deposition.convergence.table import cells, title_of
from deposition.results.error_bars import CONVERGED, FILE, Convergence, read_convergence

HEAD = f"""# Error bars of the shipped numbers

*Commands: `deposition …` if installed with pip; in a clone of the source `./fenicsx deposition …`.*

`deposition converge NAME` runs a scenario as it stands, with finer meshes (`--mesh`, factors of all
its lengths), with shorter time steps (`--step`, factors of the advance in a step; the tolerance of
c − c0 by their square), and again with other round-off (`--noise`). It prints each number with its
error, writes `convergence.json` and `convergence.png` into `results/NAME-converge/`, and keeps runs
that are complete. `compare` and the report then show the error bars of results of the same scenario
beside it, with a question mark where a number is not known to {100 * CONVERGED:g} %.
A factor above 1 makes a coarser mesh or longer steps, for cells whose finer runs cost too much.

- **mesh, step**: |v − v*|, with v* and the order p, in brackets, from v* + C f^p through the three
  finest values. Of two values, or of three that approach nothing, p = 1 is assumed and the largest
  difference counts. A finer mesh has shorter steps as well, because the advance in a step is a
  share of a surface cell.
- **round-off**: two standard deviations of runs whose surface size differs by 10⁻⁹ of itself: Mmg
  makes another mesh where a number differs in its last digits, as it does on another processor.
- **error**: the root of the sum of the three squares.

`python docs/convergence.py` writes this page from the studies. Scenarios without a study have no
table here.
"""


def page(studies: list[Convergence]) -> str:
    """The page."""
    parts = [HEAD]
    for study in studies:
        mesh = [f"{run[0]:g}" for run in study.runs if run[0] != 1.0]
        step = [f"{run[1]:g}" for run in study.runs if run[1] != 1.0]
        noise = sum(run[2] > 0 for run in study.runs)
        base = study.runs[0]
        parts.append(
            f"\n## {study.scenario}\n\nMesh × {', '.join(mesh) or '–'}; "
            f"step × {', '.join(step) or '–'}; with other round-off: {noise}; "
            f"{base[3]} steps as it stands.\n\n"
            "| number | value | error | % | mesh | step | round-off | |\n"
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n"
        )
        parts += [
            f"| {title_of(key)} | {' | '.join(cells(bar))} |\n" for key, bar in study.bars.items()
        ]
    return "".join(parts)


def main(parent: Path) -> None:
    """Write the page from the studies below ``parent``."""
    found = (read_convergence(parent / f"{n}-converge" / FILE) for n in shipped.scenarios())
    studies = [study for study in found if study is not None]
    Path(__file__).with_suffix(".md").write_text(page(studies), encoding="utf-8")
    print(f"{len(studies)} studies: {', '.join(study.scenario for study in studies)}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "results"))
