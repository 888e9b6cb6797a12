"""Small cells that are plated and stripped with an SEI that grows: a bare collector, and a neck."""

from __future__ import annotations

COLLECTOR = """
title = "cycles with an SEI that grows"

[geometry]
file = "collector.geo"

[geometry.parameters]
width = 5
height = 6
base = 1

[mesh]
surface_size = "0.4 um"
coarse_size = "2 um"
counter_size = "2 um"
gradation = 1.4

[electrolyte]
name = "BE"

[kinetics]
exchange_current_density = "100 A/m^2"

[sei]
thickness = "2 nm"
default_film = "Li2O"

[[sei.growth]]
component = "Li2O"
rate_constant = "1e-9 m/s"
diffusivity = "1e-17 m^2/s"
concentration = "4.541 mol/L"

[protocol]
repeat = 2
steps = [
  {current_density = "5 A/m^2", capacity = "0.05 mAh/cm^2"},
  {current_density = "-5 A/m^2", duration = "1 h"},
]
"""

PARTING = (
    'sei.growth=[{component = "Li2O", rate_constant = "1e-11 m/s", diffusivity = "1e-17 m^2/s", '
    'concentration = "4.5 mol/L"}]',
    "sei.default_film=Li2O",
    "mesh.surface_size=0.35 um",
    "time.max_advance=0.5",
    'protocol={steps = [{current_density = "-10 A/m^2", capacity = "0.45 mAh/cm^2"}, '
    '{current_density = "10 A/m^2", capacity = "0.2 mAh/cm^2"}]}',
)
"""Changes of the neck of case E11d: it is stripped until it parts, under an SEI that grows, and
plated until the deposit reaches the dead lithium."""
