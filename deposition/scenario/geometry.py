"""``[geometry]`` and ``[mesh]``: the cell and its mesh sizes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, PrivateAttr, model_validator

from deposition.common import units
from deposition.common.suggest import did_you_mean, listing
from deposition.mesh.contract_names import BOUNDARIES, REGIONS, is_boundary_name, is_region_name
from deposition.mesh.drawing import DRAWN, IMAGES
from deposition.scenario.drawn import Block
from deposition.scenario.geometry_file import find_geometry, find_outline, portable
from deposition.scenario.section import Number, Section
from deposition.scenario.seeds import Seeds


def _parameter(value: object) -> object:
    """A finite number or text, the two types of parameters in Gmsh."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("must be a number (lengths in micrometres) or text [E204]")
    if isinstance(value, (int, float)) and not math.isfinite(value):
        raise ValueError("must be a finite number [E205]")
    return value


def _names(value: object) -> object:
    """One name of the contract, or a list of names."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)) or not all(isinstance(n, str) for n in names):
        raise ValueError('must be a name such as "electrolyte", or a list of names [E270]')
    for name in names:
        if not (is_region_name(name) or is_boundary_name(name)):
            allowed = (*REGIONS, *BOUNDARIES)
            raise ValueError(
                f'"{name}" is no name of a region or boundary. Names are {listing(allowed)}.'
                f"{did_you_mean(name, allowed)} [E271]"
            )
    return tuple(names)


GROWTH_AXIS = r"^(|[+-]?[xyz]|none|[-+0-9.e]+( +[-+0-9.e]+){1,2})$"
Parameter = Annotated[float | str, BeforeValidator(_parameter)]
DRAWN_KEYS = (
    "width", "height", "depth", "lithium", "outline", "pixel", "threshold", "lithium_is",
    "dead_lithium",
)  # fmt: skip
"""Keys of a box that is drawn."""

OutlineFile = Annotated[Path, BeforeValidator(find_outline), PlainSerializer(str)]
GeometryFile = Annotated[Path, BeforeValidator(find_geometry), PlainSerializer(portable)]


class Geometry(Section):
    """Geometry of the cell: a file, or a box that is drawn.

    file        a Gmsh script, or a mesh file that keeps the contract of names; in the folder of the
                scenario file, or shipped
    parameters  values for the script's ``DefineConstant``; lengths in the unit of the file
    unit        unit of length of the file
    tags        names of regions and boundaries by the number or name of a group of the file:
                {1 = "electrolyte", anode = "lithium", 7 = ["counter", "sei:LiF"]}
    growth_axis direction from the working to the counter electrode, "+x" to "-z" or components
                "0.6 0.8"; "none" for a cell without projected area and heights; found from the
                geometry unless stated
    width       of the box along x; that of the outline, if there is one
    height      of the electrolyte, from the lowest point of the lithium surface
    depth       of the box along y, in 3D
    lithium     thickness of the lithium below its lowest point (3 µm)
    outline     shape of the lithium surface in 2D: a CSV file of x and y in µm, or an image
    pixel       side of a pixel of the image
    threshold   grey value of the surface in the image, 0 (black) to 1 (white)
    lithium_is  "bright" (default) or "dark" in the image
    dead_lithium  blocks in the electrolyte
    seeds       nuclei of lithium on a bare collector
    """

    file: GeometryFile | None = Field(default=None, description='a Gmsh script such as "be.geo"')
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    unit: Literal["um", "nm", "mm", "cm", "m"] = "um"
    tags: dict[str, Annotated[tuple[str, ...], BeforeValidator(_names)]] = Field(
        default_factory=dict
    )
    growth_axis: Annotated[str, Field(pattern=GROWTH_AXIS)] = ""
    width: units.Length | None = None
    height: units.Length | None = None
    depth: units.Length | None = None
    lithium: units.Length | None = None
    outline: OutlineFile | None = None
    pixel: units.Length | None = None
    threshold: Annotated[Number, Field(gt=0.0, lt=1.0)] | None = None
    lithium_is: Literal["bright", "dark"] | None = None
    dead_lithium: tuple[Block, ...] = ()
    seeds: Seeds | None = None
    _trust: bool = PrivateAttr(default=False)

    @property
    def trust(self) -> bool:
        """True if the user has stated ``--trust``: the script may then run shell commands."""
        return self._trust

    @property
    def source(self) -> str:
        """The file, or "[geometry]" for a box that is drawn; for messages."""
        return DRAWN if self.file is None else str(self.file)

    @model_validator(mode="after")
    def _is_a_file_or_drawn(self) -> Geometry:
        drawn = [key for key in DRAWN_KEYS if getattr(self, key) not in (None, ())]
        missing = [key for key in ("height", "width") if getattr(self, key) is None]
        if self.outline is not None:
            missing = [key for key in missing if key != "width"]
        problem = ""
        if self.file is not None and drawn:
            problem = f"file and {listing(drawn)} exclude one another"
        elif self.file is None and missing:
            problem = f"{listing(missing)} missing"
        elif self.file is None and (self.parameters or self.tags or self.unit != "um"):
            problem = "parameters, tags and unit belong to a file"
        elif self.outline is not None and (self.width is not None or self.depth is not None):
            problem = "an outline has its own width, and is of a 2D cell without depth"
        elif any(len(block.position) != self.dim for block in self.dead_lithium):
            problem = f"a block of a {self.dim}D cell has {self.dim} coordinates"
        if problem:
            raise ValueError(
                f"{problem}. State a file, or draw a box: width and height (3D: and depth), with "
                "dead_lithium or an outline if there is one [E974]"
            )
        is_image = self.outline is not None and self.outline.suffix.lower() in IMAGES
        if is_image != (self.pixel is not None) or is_image != (self.threshold is not None):
            raise ValueError(
                "pixel and threshold belong to an outline that is an image "
                f'({", ".join(IMAGES)}), which needs both: pixel = "20 nm", threshold = 0.5 [E975]'
            )
        return self

    @property
    def dim(self) -> int:
        """Dimension of a drawn cell."""
        return 2 if self.depth is None else 3

    def model_post_init(self, context: Any) -> None:
        """Take ``trust`` from the command line; a file cannot state it."""
        self._trust = bool((context or {}).get("trust", False))


class Mesh(Section):
    """Mesh sizes.

    surface_size  edge length at the lithium surface
    coarse_size   upper bound of the edge length
    counter_size  edge length at the counter electrode; default ``surface_size``
    gradation     upper bound of the ratio of neighbouring edge lengths

    The default resolves the diffusion layers at both electrodes from 0.1 s after a change of the
    current, with an error of the cell voltage below 0.1 % (case E2 of ``deposition verify``).
    """

    surface_size: units.Length = 0.3e-6
    coarse_size: units.Length = 2e-6
    counter_size: units.Length | None = None
    gradation: Annotated[Number, Field(gt=1.0, le=3.0)] = 1.25

    @model_validator(mode="after")
    def _coarse_is_coarser(self) -> Mesh:
        if self.coarse_size < self.surface_size:
            raise ValueError(
                "coarse_size is smaller than surface_size. State a larger coarse_size [E206]"
            )
        return self

    @model_validator(mode="after")
    def _counter_is_no_finer(self) -> Mesh:
        if self.counter_size is not None and self.counter_size < self.surface_size:
            raise ValueError(
                "counter_size is smaller than surface_size. State a larger counter_size [E207]"
            )
        return self
