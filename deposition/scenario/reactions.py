"""``[electrolyte.dissolved]`` and ``[[reactions]]``: further species, and wall reactions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, Strict, Tag, field_validator, model_validator

from deposition.common import units
from deposition.laws import iodine, nitrate, regeneration
from deposition.laws.checked import CheckedReaction
from deposition.laws.first_order import FirstOrder
from deposition.laws.reactions import BoundaryReaction
from deposition.laws.regeneration import REDOX_POTENTIAL
from deposition.library import library
from deposition.scenario.counter import Positive
from deposition.scenario.own_class import OWN, OwnClass
from deposition.scenario.section import Number, Section, Text, Whole, chosen_by

FIRST_ORDER = "first-order"
IODINE_ON_LITHIUM, IODINE_ON_FILM = "iodine-on-lithium", "iodine-on-film"
NITRATE_ON_LITHIUM = "nitrate-on-lithium"
IODIDE_AT_COUNTER = "iodide-at-counter"
LAWS = (
    FIRST_ORDER,
    IODINE_ON_LITHIUM,
    IODINE_ON_FILM,
    NITRATE_ON_LITHIUM,
    IODIDE_AT_COUNTER,
)
Electrode = Literal["lithium", "collector", "dead_lithium", "counter"]


class Dissolved(Section):
    """A dissolved species beside the salt, dilute.

    concentration  at the start, and in a reservoir
    diffusivity    D
    charge         charge number
    trace          solved after the salt, without its charge in the balance of current: for species
                   that are dilute against the salt
    """

    concentration: units.DissolvedConcentration
    diffusivity: units.Diffusivity
    charge: Whole = 0
    trace: Annotated[bool, Strict()] = False


class _Reaction(Section):
    """A reaction at the walls, beside charge transfer.

    on  kinds of electrodes on which it takes place
    """

    on: tuple[Electrode, ...] = ("lithium", "dead_lithium")

    plugin: ClassVar[str | None] = None

    @property
    def needs(self) -> tuple[str, ...]:
        """Species of [electrolyte.dissolved] without which it cannot take place."""
        return ()

    @property
    def films(self) -> tuple[str, ...]:
        """Components of the SEI that it forms or consumes."""
        return ()

    @property
    def forms(self) -> tuple[str, ...]:
        """Components of the SEI that it forms on bare metal."""
        return ()

    @property
    def needs_electrons(self) -> bool:
        """Whether it takes electrons from the metal."""
        return False

    @field_validator("on")
    @classmethod
    def _takes_place_somewhere(cls, value: tuple[Electrode, ...]) -> tuple[Electrode, ...]:
        if not value:
            raise ValueError("on is empty. State the electrodes on which it takes place [E259]")
        return value


class FirstOrderReaction(_Reaction):
    """A neutral species that consumes lithium, N = k c.

    species        of [electrolyte.dissolved]
    rate_constant  k
    lithium        mol of lithium lost per mol of the species
    """

    law: Literal["first-order"] = "first-order"
    species: Text = Field(description="a species of [electrolyte.dissolved]")
    rate_constant: units.RateConstant = Field(description='a rate constant such as "1e-6 m/s"')
    lithium: Annotated[Number, Field(gt=0.0)] = 1.0

    @property
    def needs(self) -> tuple[str, ...]:
        """Its species."""
        return (self.species,)

    @property
    def reaction(self) -> BoundaryReaction:
        """The reaction."""
        return FirstOrder(self.species, self.rate_constant, self.lithium, self.on)


class IodineOnLithium(_Reaction):
    """Triiodide dissolves lithium, N = k c: 2 Li + I3- -> 2 Li+ + 3 I-.

    rate_constant  k on all metal, whatever covers it; unless it is stated, k is the mean of the
                   constants of the films by area
    through        k below films by name; those of the library unless stated
    bare           k on metal without film; that of the library unless stated
    galvanic       the reduction takes its electrons from the body, which dissolves where its film
                   conducts best; otherwise lithium dissolves where iodine arrives
    """

    law: Literal["iodine-on-lithium"]
    rate_constant: units.RateConstant | None = None
    through: dict[Text, units.RateConstantOrNone] = Field(default_factory=dict)
    bare: units.RateConstant | None = None
    galvanic: Annotated[bool, Strict()] = False

    @property
    def needs(self) -> tuple[str, ...]:
        """Triiodide and iodide."""
        return (iodine.TRIIODIDE, iodine.IODIDE)

    @property
    def needs_electrons(self) -> bool:
        """Whether it is galvanic."""
        return self.galvanic

    @property
    def constant(self) -> iodine.ConstantOfSurface:
        """k of the surface."""
        known = library()
        stated = known.lithium.iodine_on_lithium.in_si(units.RATE_CONSTANT)
        bare = stated if self.bare is None else self.bare
        through = {**iodine_on_lithium(), **self.through}
        return iodine.ConstantOfSurface(self.rate_constant, through, bare)

    @property
    def reaction(self) -> BoundaryReaction:
        """The reaction."""
        return iodine.IodineOnLithium(self.constant, self.galvanic, self.on)


class IodineOnFilm(_Reaction):
    """Triiodide dissolves a component of the SEI, Li2O or LiOH, to iodide and iodate.

    component      of the SEI
    rate_constant  k; that of the library unless stated
    diffusivity    D of triiodide in the porous residue of the component, through which it must
                   diffuse; without it, the component leaves no residue
    thickness      of the film at the start, of which the residue is what has been dissolved; with
                   diffusivity only
    """

    law: Literal["iodine-on-film"]
    component: Literal["Li2O", "LiOH"] = "Li2O"
    rate_constant: units.RateConstant | None = None
    diffusivity: units.Diffusivity | None = None
    thickness: units.Length | None = None

    @model_validator(mode="after")
    def _residue_is_whole(self) -> IodineOnFilm:
        if (self.diffusivity is None) != (self.thickness is None):
            raise ValueError(
                "a porous residue needs both diffusivity, of triiodide in it, and thickness, of "
                'the film at the start: diffusivity = "1e-14 m^2/s" and thickness = "20 nm". '
                "State both, or neither [E527]"
            )
        return self

    @property
    def needs(self) -> tuple[str, ...]:
        """Triiodide, iodide and iodate."""
        return (iodine.TRIIODIDE, iodine.IODIDE, iodine.IODATE)

    @property
    def films(self) -> tuple[str, ...]:
        """The component."""
        return (self.component,)

    @property
    def reaction(self) -> BoundaryReaction:
        """The reaction."""
        known = library().component(self.component).iodine_on_film
        stated = 0.0 if known is None else known.in_si(units.RATE_CONSTANT_OR_NONE)
        k = stated if self.rate_constant is None else self.rate_constant
        residue = None
        if self.diffusivity is not None and self.thickness is not None:
            residue = iodine.Residue(self.diffusivity, self.thickness)
        return iodine.IodineOnFilm(self.component, k, self.on, residue)


class NitrateOnLithium(_Reaction):
    """Nitrate forms a film of Li3N and Li2O: NO3- + 9 Li+ + 8 e- -> Li3N + 3 Li2O.

    rate_constant  k of the reduction on metal without film
    diffusivity    D of nitrate, or of electrons, in the film that forms
    """

    law: Literal["nitrate-on-lithium"]
    rate_constant: units.RateConstant = Field(description='a rate constant such as "1e-8 m/s"')
    diffusivity: units.Diffusivity = Field(description='a diffusivity such as "1e-18 m^2/s"')
    on: tuple[Electrode, ...] = ("lithium",)

    @property
    def needs(self) -> tuple[str, ...]:
        """Nitrate."""
        return (nitrate.NITRATE,)

    @property
    def films(self) -> tuple[str, ...]:
        """The products."""
        return tuple(nitrate.PRODUCTS)

    @property
    def forms(self) -> tuple[str, ...]:
        """The products."""
        return tuple(nitrate.PRODUCTS)

    @property
    def needs_electrons(self) -> bool:
        """True."""
        return True

    @property
    def reaction(self) -> BoundaryReaction:
        """The reaction."""
        return nitrate.NitrateOnLithium(self.rate_constant, self.diffusivity, self.on)


class IodideAtCounter(_Reaction):
    """A positive counter electrode oxidises iodide and takes up lithium: 3 I- -> I3- + 2 e-.

    rate_constant    k of iodide
    redox_potential  of I3-/I- against lithium: the electrode must start above it, and oxidises
                     nothing where it has fallen below
    """

    law: Literal["iodide-at-counter"]
    rate_constant: units.RateConstant = Field(description='a rate constant such as "1e-4 m/s"')
    redox_potential: units.Voltage = REDOX_POTENTIAL
    on: tuple[Literal["counter"]] = ("counter",)

    @property
    def needs(self) -> tuple[str, ...]:
        """Triiodide and iodide."""
        return (iodine.TRIIODIDE, iodine.IODIDE)

    @property
    def reaction(self) -> BoundaryReaction:
        """The reaction."""
        return regeneration.IodideAtCounter(self.rate_constant, self.redox_potential)

    def check_counter(self, counter: Any) -> None:
        """Raise ValueError unless the counter electrode oxidises iodide."""
        if not isinstance(counter, Positive):
            raise ValueError(
                f'reactions: a counter electrode of kind = "{counter.kind}" does not oxidise '
                "iodide: what has dissolved lithium once stays iodide. State counter.kind = "
                '"positive", such as LFP, or leave the reaction out [E909]'
            )
        potential = float(counter.potential.potential(counter.lithiation)[0])
        if potential <= self.redox_potential:
            raise ValueError(
                f"reactions: the counter electrode has U = {potential:.3g} V at its lithiation "
                f"{counter.lithiation:g}, and I3-/I- {self.redox_potential:.3g} V: it does not "
                "oxidise iodide. State a lower counter.lithiation, or leave the reaction out "
                "[E910]"
            )


def iodine_on_lithium() -> Mapping[str, float]:
    """Rate constants of lithium below the components of the library that have one, m/s."""
    known = library().components.items()
    return {
        name: component.iodine_on_lithium.in_si(units.RATE_CONSTANT)
        for name, component in known
        if component.iodine_on_lithium is not None
    }


class OwnReaction(OwnClass, _Reaction):  # type: ignore[override]
    """A class of your own, package.module:Class, which gets all further keys as arguments.

    species  of [electrolyte.dissolved], if the class takes one
    on       if it is not stated, that of the class
    """

    kind = "reactions"
    known = LAWS
    model_config = ConfigDict(frozen=True, extra="allow")

    species: Text | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """Its species, if it is stated."""
        return () if self.species is None else (self.species,)

    @property
    def reaction(self) -> BoundaryReaction:
        """The reaction; raises PluginError if the class refuses its settings."""
        stated = self.model_dump(include={"species", "on"} & self.model_fields_set)
        settings: dict[str, Any] = {**stated, **(self.model_extra or {})}
        return CheckedReaction(self.made(settings), self.law)


Reaction = Annotated[
    Annotated[FirstOrderReaction, Tag(FIRST_ORDER)]
    | Annotated[IodineOnLithium, Tag(IODINE_ON_LITHIUM)]
    | Annotated[IodineOnFilm, Tag(IODINE_ON_FILM)]
    | Annotated[NitrateOnLithium, Tag(NITRATE_ON_LITHIUM)]
    | Annotated[IodideAtCounter, Tag(IODIDE_AT_COUNTER)]
    | Annotated[OwnReaction, Tag(OWN)],
    chosen_by("law", FIRST_ORDER, otherwise=OWN, known=LAWS),
]
"""A reaction at the walls, by ``law``."""
