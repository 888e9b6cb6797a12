"""A resolved scenario: every setting of a run, as frozen models with floats in SI.

The docstring of each section lists its keys as they stand in a scenario file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
    Strict,
    ValidationInfo,
    field_validator,
    model_validator,
)

from deposition import units
from deposition.constants import MAH_PER_CM2
from deposition.errors import LibraryError
from deposition.library import Status, library
from deposition.nearest import did_you_mean, listing
from deposition.scenario.films import NO_FILM, FilmTable, check_film, make_film_table
from deposition.scenario.geometry_file import find_geometry, portable
from deposition.scenario.layers import Layer

Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Whole = Annotated[int, Strict()]
Text = Annotated[str, Field(min_length=1)]


def _parameter(value: object) -> object:
    """A number (finite) or text, as Gmsh takes it."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("must be a number (lengths in micrometres) or text")
    if isinstance(value, (int, float)) and not math.isfinite(value):
        raise ValueError("must be a finite number")
    return value


def _shares(value: dict[str, float]) -> dict[str, float]:
    """Area fractions: each above 0, 1 together."""
    for name, share in value.items():
        if share <= 0.0:
            raise ValueError(f"the fraction of {name} must be greater than zero")
    if abs(sum(value.values()) - 1.0) > 1e-6:
        raise ValueError(f"the fractions must add up to 1, not {sum(value.values()):.6g}")
    return value


Parameter = Annotated[float | str, BeforeValidator(_parameter)]
Shares = Annotated[dict[str, Number], AfterValidator(_shares)]
GeometryFile = Annotated[Path, BeforeValidator(find_geometry), PlainSerializer(portable)]


class Section(BaseModel):
    """A table of a scenario file: known keys only, never changed once read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Geometry(Section):
    """Which cell is meshed.

    file        a Gmsh script (or any mesh that keeps the contract of names), beside the scenario
                file or shipped
    parameters  values for the script's ``DefineConstant``; lengths in micrometres
    """

    file: GeometryFile = Field(description='a Gmsh script such as "be.geo"')
    parameters: dict[str, Parameter] = {}
    _trust: bool = PrivateAttr(default=False)

    @property
    def trust(self) -> bool:
        """Whether the user has said ``--trust``: the script may then run shell commands."""
        return self._trust

    def model_post_init(self, context: Any) -> None:
        """Take ``trust`` from the command line; no file can grant it."""
        self._trust = bool((context or {}).get("trust", False))


class Mesh(Section):
    """How fine the mesh is.

    surface_size  edge length at the lithium surface
    coarse_size   edge length far away from it
    gradation     largest ratio of neighbouring edge lengths
    """

    surface_size: units.Length = 0.3e-6
    coarse_size: units.Length = 4e-6
    gradation: Annotated[Number, Field(gt=1.0, le=3.0)] = 1.3

    @model_validator(mode="after")
    def _coarse_is_coarser(self) -> Mesh:
        if self.coarse_size < self.surface_size:
            raise ValueError("coarse_size must not be smaller than surface_size")
        return self


class Electrolyte(Section):
    """The electrolyte; whatever is not stated comes from the library entry ``name``.

    name           an electrolyte of the library, or one's own with every value stated
    law            "nernst-planck", or "ohmic": so well stirred that its conductivity is constant
    conductivity   at ``concentration``
    t_plus         transference number of Li⁺ (law "nernst-planck" only)
    concentration  of the salt, at the start
    """

    name: Text = Field(description='an electrolyte of the library such as "BE"')
    law: Literal["nernst-planck", "ohmic"] = "nernst-planck"
    conductivity: units.Conductivity = Field(description='a conductivity such as "3.5 mS/cm"')
    t_plus: Annotated[Number, Field(gt=0.0, lt=1.0)] | None = None
    concentration: units.Concentration = Field(description='a concentration such as "1 mol/L"')

    @model_validator(mode="before")
    @classmethod
    def _known_or_complete(cls, value: Any) -> Any:
        """A name that is not in the library is a slip, unless every value is stated."""
        known = library().electrolytes
        name = value.get("name") if isinstance(value, dict) else None
        if not isinstance(name, str) or name in known:
            return value
        wanted = ["conductivity", "t_plus", "concentration"]
        if value.get("law") == "ohmic":
            wanted.remove("t_plus")
        missing = [key for key in wanted if key not in value]
        if missing:
            raise ValueError(
                f'name = "{name}" is not in the library, which has {listing(known)}.'
                f"{did_you_mean(name, known)} For an electrolyte of your own state also "
                f"{listing(missing)}, and [sei] fresh."
            )
        return value

    @model_validator(mode="after")
    def _law_has_its_numbers(self) -> Electrolyte:
        if self.law == "nernst-planck" and self.t_plus is None:
            raise ValueError("t_plus is missing: a number between 0 and 1")
        if self.law == "ohmic" and self.t_plus is not None:
            raise ValueError('t_plus means nothing with law = "ohmic": leave it out')
        return self

    @property
    def cation_conductivity(self) -> float:
        """t₊ κ, S/m, what the electrolyte conducts once it is steady; κ where it is stirred."""
        return self.conductivity * (1.0 if self.t_plus is None else self.t_plus)


class Film(Section):
    """One film, stated by exactly one of resistance, conductivity and composition.

    resistance    times area, of a film of ``sei.thickness``, at the temperature of the run
    conductivity  at the temperature of the run
    composition   area fractions of library components that conduct in parallel
    title, reason what it is, and why this value
    status        how well it is known (default: "assumed"; for a composition, the worst of its
                  components')
    """

    title: str = ""
    resistance: units.AreaResistance | None = None
    conductivity: units.Conductivity | None = None
    composition: Shares | None = None
    status: Status | None = None
    reason: str = ""

    @field_validator("composition")
    @classmethod
    def _of_library_components(cls, value: dict[str, float] | None) -> dict[str, float] | None:
        for name in value or {}:
            _has_data(name, ())
        return value

    @model_validator(mode="after")
    def _stated_once(self) -> Film:
        stated = [self.resistance, self.conductivity, self.composition]
        if sum(value is not None for value in stated) != 1:
            raise ValueError("state exactly one of resistance, conductivity and composition")
        return self


class Sei(Section):
    """The film on the lithium.

    films            films of this scenario by name; a name of the library is overridden
    thickness        of every film, at the start
    fresh            film on unnamed and on new surface (default: the electrolyte's)
    frame            "material": patches travel with the surface, stretched surface gets the fresh
                     film; "spatial": conductive channels in a matrix that stays where it is
    dilution_length  length over which stretching is averaged (frame "material" only)
    composition, patch_size, seed: lay patches of these films out on the lithium, at random but
                     always alike for one seed; all three, or none
    """

    films: dict[Text, Film] = {}
    thickness: units.Length = 20e-9
    fresh: Text = Field(description='a film such as "LiF"')
    frame: Literal["material", "spatial"] = "material"
    dilution_length: units.Length = 1e-6
    composition: Shares | None = None
    patch_size: units.Length | None = None
    seed: Annotated[Whole, Field(ge=0)] | None = None

    @field_validator("films")
    @classmethod
    def _none_is_reserved(cls, value: dict[str, Film]) -> dict[str, Film]:
        if NO_FILM in value:
            raise ValueError(
                f'"{NO_FILM}" means a surface without film; give the film another name'
            )
        return value

    @field_validator("fresh")
    @classmethod
    def _fresh_is_known(cls, value: str, info: ValidationInfo) -> str:
        if "films" in info.data:
            _has_data(value, info.data["films"])
        return value

    @field_validator("composition")
    @classmethod
    def _patches_are_known(
        cls, value: dict[str, float] | None, info: ValidationInfo
    ) -> dict[str, float] | None:
        for name in value or {} if "films" in info.data else {}:
            _has_data(name, info.data["films"])
        return value

    @model_validator(mode="after")
    def _patches_are_whole(self) -> Sei:
        stated = {
            "composition": self.composition,
            "patch_size": self.patch_size,
            "seed": self.seed,
        }
        missing = [key for key, value in stated.items() if value is None]
        if 0 < len(missing) < len(stated):
            raise ValueError(
                f"patches need composition, patch_size and seed; missing: {listing(missing)}"
            )
        return self


class Kinetics(Section):
    """Charge transfer through the surface: Butler-Volmer, both transfer coefficients one half.

    exchange_current_density  at the initial concentration
    """

    exchange_current_density: units.ExchangeCurrentDensity = Field(
        description='a current density such as "100 A/m^2"'
    )


class Lithium(Section):
    """The metal; the library's values unless stated."""

    surface_energy: units.SurfaceEnergy
    molar_volume: units.MolarVolume


class Counter(Section):
    """The counter electrode.

    kind    "lithium": only Li⁺ passes; "reservoir": concentration and potential are held
    motion  "receding": it gives what is plated, so that the mean concentration stays;
            "fixed": it stays (a reservoir always does)
    """

    kind: Literal["lithium", "reservoir"] = "lithium"
    motion: Literal["receding", "fixed"] = "receding"

    @model_validator(mode="before")
    @classmethod
    def _a_reservoir_stays(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("kind") == "reservoir" and "motion" not in value:
            return {**value, "motion": "fixed"}
        return value

    @model_validator(mode="after")
    def _a_reservoir_gives_no_metal(self) -> Counter:
        if self.kind == "reservoir" and self.motion == "receding":
            raise ValueError('a reservoir cannot recede; leave motion out, or set it to "fixed"')
        return self


class Protocol(Section):
    """What is asked of the cell, and until when.

    current_density  mean over the projected area; positive plates, negative strips, 0 rests
    voltage          φ_counter - φ_working, instead of a current; positive plates
    capacity         charge to pass, plated or stripped, per projected area
    duration         time; with a capacity as well, whichever is reached first
    """

    current_density: units.CurrentDensity | None = None
    voltage: units.Voltage | None = None
    capacity: units.ChargePerArea | None = None
    duration: units.Time | None = None

    @model_validator(mode="after")
    def _asks_and_ends(self) -> Protocol:
        wrong = [*self._asked_wrongly(), *self._ended_wrongly()]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _asked_wrongly(self) -> Iterable[str]:
        if self.current_density is None and self.voltage is None:
            yield (
                f'current_density is missing: state one such as "{units.CURRENT_DENSITY.example}", '
                f'or a voltage such as "{units.VOLTAGE.example}"'
            )
        if self.current_density is not None and self.voltage is not None:
            yield "state current_density or voltage, not both"

    def _ended_wrongly(self) -> Iterable[str]:
        if self.capacity is None and self.duration is None:
            yield (
                f'capacity is missing: state one such as "{units.CHARGE_PER_AREA.example}", '
                f'or a duration such as "{units.TIME.example}"'
            )
        if self.current_density == 0.0 and self.capacity is not None:
            yield "current_density = 0 passes no charge: state a duration and no capacity"


class Time(Section):
    """The time step.

    first_step, max_step  the first and the longest
    max_advance           how far the surface may move in a step, as a fraction of
                          ``mesh.surface_size``
    """

    first_step: units.Time = 1.0
    max_step: units.Time = 200.0
    max_advance: Annotated[Number, Field(gt=0.0, le=1.0)] = 0.5

    @model_validator(mode="after")
    def _first_is_no_longer(self) -> Time:
        if self.first_step > self.max_step:
            raise ValueError("first_step must not be longer than max_step")
        return self


class Output(Section):
    """What is written; every step is in the history.

    every       fields are written after every such charge passed
    checkpoint  wall time between two checkpoints, from which a stopped run can be resumed
    """

    every: units.ChargePerArea = 0.05 * MAH_PER_CM2
    checkpoint: units.Time = 120.0


class Scenario(Section):
    """Everything that a run needs, in SI.

    base (in a file only) names the scenario that this one starts from.
    """

    name: Annotated[str, Field(pattern=r"^[^\s/\\.][^/\\]*$")]
    title: Text = Field(description="one line on what is simulated")
    description: str = ""
    figure: str = ""
    temperature: units.Temperature = 298.15
    interface: Literal["moving", "fixed"] = "moving"
    geometry: Geometry = Field(description="the geometry, in a table [geometry]")
    mesh: Mesh = Mesh()
    electrolyte: Electrolyte = Field(description="the electrolyte, in a table [electrolyte]")
    sei: Sei
    kinetics: Kinetics = Field(description="the kinetics, in a table [kinetics]")
    lithium: Lithium
    counter: Counter = Counter()
    protocol: Protocol = Field(description="the current and the charge, in a table [protocol]")
    time: Time = Time()
    output: Output = Output()
    _layers: tuple[Layer, ...] = PrivateAttr(default=())

    @classmethod
    def load(
        cls, name: str | Path, overrides: Iterable[str] = (), *, trust: bool = False
    ) -> Scenario:
        """Read and check a scenario.

        name       a shipped scenario, or the path of a .toml file
        overrides  ``key=value`` with dotted keys, set on top of the file
        trust      let a geometry script that is not shipped run shell commands
        Raises ScenarioError that lists everything that is wrong.
        """
        from deposition.scenario.load import load_scenario

        return load_scenario(name, tuple(overrides), trust=trust)

    def film_table(self, tagged: Sequence[str] = ()) -> FilmTable:
        """Every film that can lie on the surface, at the temperature of the run.

        tagged: names of further films, those that the geometry asks for (``sei:NAME``).
        Raises LibraryError if one is unknown or has no data.
        """
        return make_film_table(self.sei, self.temperature, tagged)

    def resolved_toml(self) -> str:
        """The complete scenario as a file that ``load`` reads back to an equal one."""
        from deposition.scenario.write import to_toml

        return to_toml(self.model_dump(exclude_none=True))

    def origin(self, path: Sequence[str]) -> str:
        """Where the value of a key comes from: a file, ``--set``, the library, a default.

        path: the parts of a dotted key, ``("mesh", "surface_size")``.
        """
        found = [layer.origin for layer in self._layers if layer.has(path)]
        return found[-1] if found else "default"

    def model_post_init(self, context: Any) -> None:
        """Remember where the values came from."""
        self._layers = tuple((context or {}).get("layers", ()))

    def __eq__(self, other: object) -> bool:
        """Same settings, wherever they came from."""
        return isinstance(other, Scenario) and self.__dict__ == other.__dict__

    @model_validator(mode="after")
    def _films_have_data(self) -> Scenario:
        try:
            self.film_table()
        except LibraryError as error:
            raise ValueError(str(error)) from None
        return self


def _has_data(name: str, films: Iterable[str]) -> None:
    """``check_film`` for pydantic."""
    try:
        check_film(name, films)
    except LibraryError as error:
        raise ValueError(str(error)) from None
