"""``[sei]``: films on lithium, and their initial layout."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from deposition.common import units
from deposition.common.suggest import listing
from deposition.library import Status
from deposition.scenario.drawn import Patch
from deposition.scenario.measured_on import MeasuredOn, check_measured_on, per_electrode
from deposition.scenario.section import Number, Section, Text, Whole
from deposition.scenario.sei_growth import Growth
from deposition.sei.film_library import NO_FILM, check_film
from deposition.sei.xps import Quantification, quantification

RELATIVE_PERMITTIVITY = 10.0
"""Of a film, unless it is stated.  Assumed: static values of LiF, Li2CO3, Li2O and LiI lie between
5 and 11, CRC Handbook of Chemistry and Physics, "Permittivity of inorganic solids"."""


def _shares(value: dict[str, float]) -> dict[str, float]:
    """Area fractions: f_k > 0, Σ f_k = 1."""
    for name, share in value.items():
        if share <= 0.0:
            raise ValueError(f"the fraction of {name} must be greater than zero [E247]")
    if abs(sum(value.values()) - 1.0) > 1e-6:
        raise ValueError(f"the fractions must add up to 1, not {sum(value.values()):.6g} [E248]")
    return value


Shares = Annotated[dict[str, Number], AfterValidator(_shares)]


class Film(Section):
    """A film, stated by exactly one of resistance, conductivity and composition.

    resistance         area-specific, of a film of ``sei.thickness``
    conductivity       instead of the resistance
    composition        area fractions of library components that conduct in parallel
    activation_energy  of the resistance or conductivity, which is then that at 298.15 K; without
                       it, it is that at the temperature of the run
    relative_permittivity  of its capacitance ε ε_0/thickness in impedance, which nothing else needs
    title, reason      description, and justification of the value
    status             reliability of the value (default: "assumed"; for a composition, that of its
                       least reliable component)
    """

    title: str = ""
    resistance: units.AreaResistance | None = None
    conductivity: units.Conductivity | None = None
    composition: Shares | None = None
    activation_energy: units.ActivationEnergy | None = None
    relative_permittivity: Annotated[Number, Field(ge=1.0)] = RELATIVE_PERMITTIVITY
    status: Status | None = None
    reason: str = ""

    @field_validator("composition")
    @classmethod
    def _of_library_components(cls, value: dict[str, float] | None) -> dict[str, float] | None:
        for name in value or {}:
            check_film(name, ())
        return value

    @model_validator(mode="after")
    def _stated_once(self) -> Film:
        stated = [self.resistance, self.conductivity, self.composition]
        if sum(value is not None for value in stated) != 1:
            raise ValueError("state exactly one of resistance, conductivity and composition [E249]")
        if self.composition is not None and self.activation_energy is not None:
            raise ValueError(
                "activation_energy has no effect on a composition, whose components have their "
                "own. Leave it out"
                " [E250]"
            )
        return self


class Cracking(Section):
    """Film that breaks where it is stretched, and heals.

    strain        areal strain at which it breaks
    healing_time  time constant with which bare surface is covered again
    """

    strain: Annotated[Number, Field(gt=0.0)]
    healing_time: units.Time


class Sei(Section):
    """The film on lithium.

    films            films of this scenario by name; they override those of the library
    thickness        initial thickness of every film
    default_film     film on unnamed and on new surface (default: that of the electrolyte)
    motion           "advected": patches travel with the surface, and the default film covers new
                     surface; "stationary": conductive channels in a matrix that does not move
    stretch          what covers surface that stretches, with motion "advected": "renewed", new
                     default film; "thins", the film that is there
    cracking         strain at which film that thins breaks, and healing; it does not unless stated
    dilution_length  length over which the stretch is averaged (motion "advected" only)
    growth           laws by which components grow
    composition, patch_size, seed
                     random patches with these area fractions on the lithium, reproducible by the
                     seed; all three, or none
    xps              percentages of library components instead of the composition: texts such as
                     "12 at%", "mol%", "mass%" or "vol%", all of one kind
    patch            patches at stated places, which take precedence over all others
    resistance       area-specific, at 298.15 K, from impedance: all films are scaled by one factor
                     so that the initial electrode has it; their own values are then ratios
    of               "electrode", or "symmetric cell" with two of them in series (half each)
    charge_transfer  "separate": resistance is that of the films; "included": of films and charge
                     transfer together
    """

    films: dict[Text, Film] = Field(default_factory=dict)
    thickness: units.Length = 20e-9
    default_film: Text = Field(description='a film such as "LiF"')
    motion: Literal["advected", "stationary"] = "advected"
    stretch: Literal["renewed", "thins"] = "renewed"
    cracking: Cracking | None = None
    dilution_length: units.Length = 1e-6
    growth: tuple[Growth, ...] = ()
    composition: Shares | None = None
    xps: Annotated[dict[Text, Text], Field(min_length=1)] | None = None
    patch_size: units.Length | None = None
    seed: Annotated[Whole, Field(ge=0)] | None = None
    patch: tuple[Patch, ...] = ()
    resistance: units.AreaResistance | None = None
    of: MeasuredOn | None = None
    charge_transfer: Literal["separate", "included"] = "separate"

    @property
    def quantified(self) -> Quantification | None:
        """The quantification by XPS, if it is stated."""
        return None if self.xps is None else quantification(self.xps)

    @property
    def area_fractions(self) -> dict[str, float] | None:
        """Area fractions of the patches, from ``composition`` or ``xps``; None without patches."""
        found = self.quantified
        return self.composition if found is None else dict(found.fractions)

    @property
    def electrode_resistance(self) -> float | None:
        """``resistance`` of one electrode, ohm m²."""
        return per_electrode(self.resistance, self.of)

    @field_validator("films")
    @classmethod
    def _none_is_reserved(cls, value: dict[str, Film]) -> dict[str, Film]:
        if NO_FILM in value:
            raise ValueError(
                f'"{NO_FILM}" denotes a surface without film. Give the film another name [E251]'
            )
        return value

    @field_validator("default_film")
    @classmethod
    def _default_film_is_known(cls, value: str, info: ValidationInfo) -> str:
        if "films" in info.data:
            check_film(value, info.data["films"])
        return value

    @field_validator("composition")
    @classmethod
    def _patches_are_known(
        cls, value: dict[str, float] | None, info: ValidationInfo
    ) -> dict[str, float] | None:
        for name in value or {} if "films" in info.data else {}:
            check_film(name, info.data["films"])
        return value

    @field_validator("patch")
    @classmethod
    def _films_of_patches_are_known(
        cls, value: tuple[Patch, ...], info: ValidationInfo
    ) -> tuple[Patch, ...]:
        for patch in value:
            check_film(patch.film, info.data.get("films", {}))
        return value

    @field_validator("xps")
    @classmethod
    def _xps_is_quantified(
        cls, value: dict[str, str] | None, info: ValidationInfo
    ) -> dict[str, str] | None:
        for name in quantification(value).fractions if value is not None else ():
            check_film(name, info.data.get("films", {}))
        return value

    @model_validator(mode="after")
    def _resistance_is_of_something(self) -> Sei:
        check_measured_on("sei", "resistance", self.resistance, self.of)
        if self.resistance is None and self.charge_transfer == "included":
            raise ValueError(
                "charge_transfer has no effect without sei.resistance. State the resistance, or "
                "leave charge_transfer out [E960]"
            )
        return self

    @model_validator(mode="after")
    def _growing_film_travels(self) -> Sei:
        if self.growth and self.motion == "stationary":
            raise ValueError(
                'film that grows must travel with the surface. State motion = "advected", or '
                "leave growth out [E263]"
            )
        return self

    @model_validator(mode="after")
    def _stretching_film_travels(self) -> Sei:
        if self.stretch == "thins" and self.motion == "stationary":
            raise ValueError(
                'film that thins must travel with the surface. State motion = "advected", or leave '
                "stretch out [E298]"
            )
        if self.cracking is not None and self.stretch != "thins":
            raise ValueError(
                "cracking has no effect on film that is renewed wherever it stretches. State "
                'stretch = "thins", or leave cracking out [E299]'
            )
        return self

    @model_validator(mode="after")
    def _patches_are_whole(self) -> Sei:
        if self.composition is not None and self.xps is not None:
            raise ValueError("state either composition or xps, not both [E961]")
        stated = {
            "composition": self.area_fractions,
            "patch_size": self.patch_size,
            "seed": self.seed,
        }
        missing = [key for key, value in stated.items() if value is None]
        if 0 < len(missing) < len(stated):
            raise ValueError(
                f"{listing(missing)} missing. Patches need composition (or xps), patch_size and "
                "seed. State all three, or none [E252]"
            )
        return self
