"""Files and lines of a fitted spectrum: resistances, picture, and the lines of a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from matplotlib.ticker import MaxNLocator

from deposition.common.atomic_files import write_text
from deposition.impedance.fit import Fit, Value
from deposition.laws.film import Complexes
from deposition.mesh.cell import Floats
from deposition.render.style import (
    COLUMN_CM,
    add_axes_cm,
    figure_cm,
    journal_style,
    make_folder,
    save,
)

ROLES = {1: ("film and charge transfer",), 2: ("film", "charge transfer")}
"""Meaning of the arcs, from high to low frequency; of three, the first two are film."""

SAME = 1e-3
"""Relative width of an interval below which it is written as zero."""


def write_fit(
    fitted: Fit, frequency: Floats, impedance: Complexes, folder: Path, of: str, source: str,
    width: float = COLUMN_CM,
) -> Iterator[str]:  # fmt: skip
    """Write ``fit.csv``, ``fit.png`` and ``fit.toml``; yield what there is to say.

    impedance  measured, ohm cm²
    of         "electrode" or "symmetric cell"
    source     name of the measured file
    """
    make_folder(folder)
    yield from _lines(fitted)
    toml = toml_lines(fitted, of, source)
    files = [
        _table(fitted, frequency, impedance, folder / "fit.csv"),
        _picture(fitted, frequency, impedance, folder / "fit.png", width),
        folder / "fit.toml",
    ]
    write_text(files[-1], toml)
    yield "\n" + toml.rstrip()
    yield "\nWritten: " + ", ".join(map(str, files))


def roles(fitted: Fit) -> list[str]:
    """Meaning of each arc, from high to low frequency."""
    count = len(fitted.arcs)
    return list(ROLES.get(count, ("film", "film", "charge transfer")))


def _lines(fitted: Fit) -> Iterator[str]:
    circuit = fitted.circuit
    yield (
        f"{'-'.join(circuit.elements)}: root mean square deviation {fitted.deviation:.2g} of |Z|; "
        "95 % confidence intervals"
    )
    arcs = dict(zip(fitted.arcs, roles(fitted), strict=True))
    for place, kind in enumerate(circuit.elements):
        if kind == "L":
            continue
        role = arcs.get(place, "bulk" if kind == "R" else "diffusion")
        line = f"  {role + ':':26}{_interval(fitted.of(place, 'R'))} ohm cm²"
        if place in arcs:
            tau, resistance = fitted.of(place, "tau").value, fitted.of(place, "R").value
            line += f", {1.0 / (2.0 * np.pi * tau):.3g} Hz, {1e6 * tau / resistance:.3g} µF/cm²"
        yield line


def _interval(value: Value) -> str:
    if value.high - value.low < SAME * value.value:
        return f"{value.value:.5g} ± {0.5 * (value.high - value.low):.1g}"
    return f"{value.value:.4g} ({value.low:.4g} … {value.high:.4g})"


def toml_lines(fitted: Fit, of: str, source: str) -> str:
    """Lines of a scenario with the resistances of film and charge transfer."""
    total: dict[str, list[Value]] = {}
    for place, role in zip(fitted.arcs, roles(fitted), strict=True):
        total.setdefault(role, []).append(fitted.of(place, "R"))
    joint = total.get("film and charge transfer")
    film = joint or total["film"]
    lines = [
        f"# {source}: {'-'.join(fitted.circuit.elements)}, intervals at 95 %",
        "[sei]",
        f"resistance = {_quantity(film)}",
        f'of = "{of}"  # and at 25 °C',
    ]
    if joint:
        lines += [
            'charge_transfer = "included"  # one arc: film and charge transfer are not separate',
            "",
            "# [kinetics] keeps its exchange current density, whose R_ct must be the smaller part",
        ]
    else:
        lines += ["", "[kinetics]"]
        lines += [f"charge_transfer_resistance = {_quantity(total['charge transfer'])}"]
        lines += [f'of = "{of}"']
    return "\n".join(lines) + "\n"


def _quantity(values: list[Value]) -> str:
    """Sum of resistances in series as TOML, with its interval in a comment."""
    value, low, high = (
        sum(getattr(one, key) for one in values) for key in ("value", "low", "high")
    )
    return f'"{value:.4g} ohm cm^2"  # {low:.4g} to {high:.4g}'


def _table(fitted: Fit, frequency: Floats, impedance: Complexes, path: Path) -> Path:
    model = fitted.impedance(frequency)
    rows = zip(frequency, impedance, model, strict=True)
    text = "frequency_Hz,Z_real_ohm_cm2,Z_imag_ohm_cm2,fit_real_ohm_cm2,fit_imag_ohm_cm2\n"
    for f, z, m in rows:
        text += ",".join(f"{x:.9g}" for x in (f, z.real, z.imag, m.real, m.imag)) + "\n"
    write_text(path, text)
    return path


def _picture(
    fitted: Fit, frequency: Floats, impedance: Complexes, path: Path, width: float
) -> Path:
    """Nyquist plot of measurement and fit on equal scales, with the single arcs below."""
    dense = np.geomspace(frequency.max(), frequency.min(), 400)
    model = fitted.impedance(dense)
    with journal_style():
        inner = width - 1.9
        everything = np.concatenate([impedance, model])
        right, top = 1.05 * everything.real.max(), 1.12 * max((-everything.imag).max(), 0.0)
        bottom = min(0.0, 1.1 * float((-impedance.imag).min()))
        height = min(max(inner * (top - bottom) / right, 0.35 * inner), 1.1 * inner)
        figure = figure_cm(width, height + 2.4)
        axes = add_axes_cm(figure, 1.5, 1.0, inner, height)
        for place, role in zip(fitted.arcs, roles(fitted), strict=True):
            left, arc = _arc(fitted, place, dense)
            axes.fill(left + arc.real, -arc.imag, alpha=0.15, linewidth=0.0, label=role)
        axes.plot(model.real, -model.imag, color="0.15", label="fit")
        axes.plot(
            impedance.real, -impedance.imag, "o", markersize=2.6, markerfacecolor="none",
            color="tab:blue", label="measured",
        )  # fmt: skip
        per_cm = max(right / inner, (top - bottom) / height)
        axes.set(xlabel="Re Z / Ω cm²", ylabel="−Im Z / Ω cm²")
        axes.set_xlim(0.0, per_cm * inner)
        axes.set_ylim(bottom, bottom + per_cm * height)
        axes.xaxis.set_major_locator(MaxNLocator(max(3, int(inner / 1.3))))
        axes.yaxis.set_major_locator(MaxNLocator(max(3, int(height / 1.3))))
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(
            frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.2
        )
        return save(figure, path)


def _arc(fitted: Fit, place: int, frequency: Floats) -> tuple[float, Complexes]:
    """Resistance of what comes before an arc at higher frequencies, and its own impedance."""
    circuit = fitted.circuit
    before = fitted.of(circuit.elements.index("R"), "R").value
    before += sum(fitted.of(k, "R").value for k in fitted.arcs if k < place)
    parameters = np.array([
        value.value if element == place or name != "R" else 0.0
        for (element, name), value in zip(circuit.names, fitted.values, strict=True)
    ])  # fmt: skip
    parameters[[k for k, (_, name) in enumerate(circuit.names) if name == "L"]] = 0.0
    wide = np.geomspace(1e3 * frequency.max(), 1e-3 * frequency.min(), 600)
    return before, circuit.impedance(wide, parameters)
