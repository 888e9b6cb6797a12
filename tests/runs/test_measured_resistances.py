"""The cell voltage of a run is that of the resistances which were measured."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.tiny import tiny

from deposition import run


@pytest.mark.solve
def test_the_steady_voltage_of_a_symmetric_cell_is_that_of_its_spectrum(tmp_path: Path) -> None:
    """V = i (R_film + R_ct + L/(t₊ κ)) for small i: 85 + 10 + 8 µm/(0.71 x 0.38 S/m) = 95.2965
    ohm cm².

    The facet-wise layouts of the two electrodes have the area fractions of the composition to a
    facet of 32, and their films differ by a factor of two: within 3 %.  A uniform film is exact.
    """
    cell = (
        "interface=fixed",
        "counter.film=sei",
        "sei.resistance=85 ohm cm^2",
        "sei.of=symmetric cell",
        "kinetics.charge_transfer_resistance=10 ohm cm^2",
        "kinetics.of=symmetric cell",
        "protocol.current_density=0.01 mA/cm^2",
        "protocol.capacity=1e-5 mAh/cm^2",
    )
    expected = 0.01e-3 * 95.2965
    uniform = run(
        tiny(tmp_path, *cell, "sei.composition={medium = 1.0}"),
        tmp_path / "uniform",
        quiet=True,
        pictures=False,
    )
    assert uniform["cell_voltage_steady_V"] == pytest.approx(expected, rel=1e-4)
    mosaic = (
        *cell,
        "sei.composition={low = 0.5, high = 0.5}",
        "sei.films.high.resistance=2 ohm cm^2",
    )
    patches = run(tiny(tmp_path, *mosaic), tmp_path / "mosaic", quiet=True, pictures=False)
    assert patches["cell_voltage_steady_V"] == pytest.approx(expected, rel=0.03)
