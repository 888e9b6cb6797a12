"""A scenario file to begin with: what most users change, with comments."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from deposition.common import package_data as shipped
from deposition.common import units
from deposition.common.atomic_files import write_text
from deposition.common.errors import ScenarioError
from deposition.common.validation import dotted, quoted
from deposition.scenario.load import find_scenario

if TYPE_CHECKING:
    from deposition.scenario import Scenario

BASE = "sei-mosaic"
"""Scenario that a new one is based on, unless another is stated."""

TEMPLATE = """\
# {name}: all that this file does not state is that of its base; deposition show {file} lists it.
# A line with # in front changes nothing: remove the # to use it, with your numbers.
#
#     deposition check {file}    # errors, and what will be computed
#     deposition run {file}      # results/{name}

base = {base}
title = {title}
# label = "BE + LiNO3"              # its name in figures

# temperature = "298.15 K"

{protocol}
# What the SEI is made of.  Patches are laid out at random; another seed is another layout.
[sei]
{composition}
# xps = {{LiF = "21 at%", Li2O = "9 at%", Li2CO3 = "18 at%"}}   # instead of a composition
{patch_size}
{seed}

# What impedance has measured on it (deposition fit FILE writes these lines).
# resistance = "85 ohm cm^2"        # of the film; scales all films
# of = "symmetric cell"             # two electrodes in series; or "electrode"

# A film of your own, to be named in composition or in a patch.
# [sei.films.polymer]
# resistance = "30 ohm cm^2"
# status = "measured"               # or literature, fitted, assumed
# reason = "impedance of cell 17"

# [kinetics]
# charge_transfer_resistance = "10 ohm cm^2"   # instead of exchange_current_density
# of = "symmetric cell"

# The cell, drawn instead of the geometry of the base.
# [geometry]
# width = "40 um"
# height = "44 um"                  # of the electrolyte
# outline = "sem.png"               # a profile.csv or an image as lithium surface, without width
# pixel = "20 nm"
# threshold = 0.5

# [[geometry.dead_lithium]]
# shape = "rectangle"               # "disc", "polygon"
# position = ["20 um", "4 um"]      # of its centre
# size = ["8 um", "2 um"]
# angle = "20 deg"

# [[sei.patch]]                     # a film at a stated place
# from = "5 um"
# to = "9 um"
# film = "LiI"

# [mesh]
# surface_size = "{surface_size}"           # four elements across the smallest patch
"""


def write_new(name: str, base: str = BASE) -> Path:
    """Write ``name``.toml, which changes nothing of ``base`` but what its lines without # state.

    base: a shipped scenario, or a .toml file
    Raises ScenarioError if the file exists or cannot be written, or there is no such base.
    """
    from deposition.scenario import Scenario

    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    stem = path.stem
    problem = ""
    if not stem or stem.startswith(".") or not path.parent.is_dir():
        problem = "it is no name of a file in an existing folder"
    elif path.exists():
        problem = "it exists, and is left as it is"
    if problem:
        raise ScenarioError(f"cannot write {path}: {problem}. Choose another name. [E979]")
    below, scenario = find_scenario(base), Scenario.load(base)
    is_shipped = shipped.scenarios().get(below.stem) == below
    stated = below.stem if is_shipped else os.path.relpath(below, path.resolve().parent)
    write_text(path, _text(path, stated, scenario))
    return path


def _text(path: Path, base: str, scenario: Scenario) -> str:
    sei = scenario.sei
    laid_out = sei.composition is not None and sei.patch_size is not None and sei.seed is not None
    shares = sei.composition or {"LiF": 0.4, "Li2O": 0.3, "LiI": 0.3}
    mosaic = {
        "composition": ", ".join(f"{dotted((k,))} = {v:g}" for k, v in shares.items()),
        "patch_size": units.LENGTH.format(sei.patch_size or 4e-6),
    }
    hidden = "" if laid_out else "# "
    return TEMPLATE.format(
        name=path.stem,
        file=path.name,
        base=quoted(base),
        title=quoted(f"{path.stem}, from {base}"),
        protocol=_protocol(scenario),
        composition=f"{hidden}composition = {{{mosaic['composition']}}}",
        patch_size=f'{hidden}patch_size = "{mosaic["patch_size"]}"',
        seed=f"{hidden}seed = {sei.seed if sei.seed is not None else 1}",
        surface_size=units.LENGTH.format(scenario.mesh.surface_size),
    )


def _protocol(scenario: Scenario) -> str:
    """Current and capacity of a base that has them; else a hint."""
    protocol = scenario.protocol
    if protocol.current_density is None or protocol.capacity is None or protocol.steps:
        return "# [protocol]                        # the base has one of several steps\n"
    current = units.CURRENT_DENSITY.format(protocol.current_density)
    capacity = units.CHARGE_PER_AREA.format(protocol.capacity)
    return (
        "[protocol]\n"
        f'current_density = "{current}"     # positive plates\n'
        f'capacity = "{capacity}"             # where it ends\n'
    )
