"""Small cells with iodine and nitrate: a block of dead lithium, flat electrodes, and a mossy
layer."""

from __future__ import annotations

from pathlib import Path

from deposition.verification.bench import CASES

BLOCK = f"""
base = "{CASES / "i2_square.toml"}"
title = "a block of dead lithium below a film"

[geometry.parameters]
side = 2
outer = 4

[mesh]
surface_size = "0.25 um"
coarse_size = "1 um"

[electrolyte.dissolved."I3-"]
diffusivity = "1e-10 m^2/s"

[electrolyte.dissolved."I-"]
diffusivity = "1e-10 m^2/s"

[sei]
default_film = "LiF"
composition = {{LiF = 0.5, Li2O = 0.5}}
patch_size = "0.6 um"
seed = 1
thickness = "5 nm"

[[reactions]]
law = "iodine-on-lithium"
on = ["dead_lithium"]

[[reactions]]
law = "iodine-on-film"
component = "Li2O"
on = ["dead_lithium"]

[protocol]
rest = "30 min"

[time]
first_step = "10 s"
max_step = "120 s"
"""

FLAT = f"""
base = "{CASES / "iodine.toml"}"
title = "flat lithium with iodine and nitrate"

[geometry]
file = "flat.geo"

[geometry.parameters]
width = 4
height = 8
base = 2

[mesh]
surface_size = "0.5 um"
coarse_size = "1 um"

[electrolyte.dissolved."NO3-"]
concentration = "5 mol/m^3"
diffusivity = "1e-10 m^2/s"
charge = -1

[sei]
default_film = "LiF"
composition = {{LiF = 0.5, Li2O = 0.5}}
patch_size = "1 um"
seed = 1
thickness = "2 nm"

[[reactions]]
law = "iodine-on-lithium"
on = ["lithium"]

[[reactions]]
law = "iodine-on-film"
component = "Li2O"
on = ["lithium"]

[[reactions]]
law = "nitrate-on-lithium"
rate_constant = "1e-8 m/s"
diffusivity = "1e-18 m^2/s"

[counter]
kind = "lithium"

[protocol]
steps = [{{rest = "60 s"}}, {{current_density = "10 A/m^2", duration = "60 s"}}]
"""


MOSSY = f"""
base = "{CASES / "iodine.toml"}"
title = "a mossy layer beside lithium that moves"

[geometry]
file = "flat.geo"

[geometry.parameters]
width = 2
height = 4
base = 2
separator = 3

[mesh]
surface_size = "0.5 um"
coarse_size = "1 um"

[separator]
porosity = 0.4

[separator.dead_lithium]
fraction = 0.3
specific_area = "1e6 1/m"
rate_constant = "1e-6 m/s"

[[reactions]]
law = "iodine-on-lithium"
rate_constant = "1e-6 m/s"
on = ["lithium"]

[protocol]
steps = [{{rest = "5 min"}}, {{current_density = "5 A/m^2", duration = "5 min"}}]
"""


def write(folder: Path, text: str) -> Path:
    """A scenario file."""
    file = folder / "iodine.toml"
    file.write_text(text, encoding="utf-8")
    return file
