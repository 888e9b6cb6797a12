"""Quantities as text with a unit, ``"0.5 mA/cm^2"``, and as SI numbers.

A ``Dimension`` parses text to a float in SI and writes it back in the customary unit.
As metadata of ``Annotated[float, …]`` it is a pydantic type: ``Length``, ``CurrentDensity``, ….
A bare number, an unknown unit, a unit of another dimension, an invalid sign, nan and inf are
errors, whose messages state the expected quantity with an example.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator
from pydantic_core import core_schema

if TYPE_CHECKING:
    import pint

_QUANTITY = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf\w*))\s*(.*)")
_RATE = re.compile(r"\s*([+-]?)(\d+\.?\d*(?:e-?\d+)?|\.\d+)?\s*C\s*(?:/\s*(\d+\.?\d*|\.\d+))?\s*")
_GLUED_EXPONENT = re.compile(r"([A-Za-zµΩ])(-?\d)")
_DIGITS = 15
"""Decimal digits kept in a change of unit: 1 mol/L is 1000 mol/m³, not 999.9999999999999."""


class Sign(Enum):
    """Values that a quantity can have."""

    POSITIVE = "greater than zero"
    NOT_NEGATIVE = "zero or more"
    ANY = "any number"


@dataclass(frozen=True)
class Dimension:
    """A physical quantity: name, SI unit, units of display, an example, and its sign."""

    name: str
    si: str
    shown: tuple[str, ...]
    example: str
    sign: Sign = Sign.POSITIVE

    def parse(self, text: object) -> float:
        """The SI value of ``text``; raises ValueError with a message for the user."""
        if not isinstance(text, str):
            bare = isinstance(text, (int, float)) and not isinstance(text, bool)
            problem = "a bare number has no unit" if bare else "must be text"
            raise ValueError(f"{problem}. Write {self._expected()} [E002]")
        matched = _QUANTITY.fullmatch(text)
        if matched is None:
            raise ValueError(f"not a number with a unit. Write {self._expected()} [E003]")
        number, unit = float(matched[1]), matched[2].strip()
        if not unit:
            raise ValueError(f"the unit is missing. Write {self._expected()} [E004]")
        return self.checked(self.to_si(number, unit))

    def to_si(self, number: float, unit: str) -> float:
        """``number`` of ``unit`` in SI; raises ValueError unless the unit has this dimension."""
        parsed = self._unit(unit)
        if parsed.dimensionality != self._unit(self.si).dimensionality:
            raise ValueError(
                f'"{unit}" is not a unit of {self.name}. Write {self._expected()} [E005]'
            )
        converted = _registry().Quantity(number, parsed).to(self._unit(self.si)).magnitude
        return float(f"{converted:.{_DIGITS}g}")

    def checked(self, value: float) -> float:
        """``value`` (SI) itself; raises ValueError unless it is finite and of the right sign."""
        if not math.isfinite(value):
            raise ValueError(f"must be a finite number. Write {self._expected()} [E006]")
        allowed = {
            Sign.POSITIVE: value > 0.0,
            Sign.NOT_NEGATIVE: value >= 0.0,
            Sign.ANY: True,
        }
        if not allowed[self.sign]:
            raise ValueError(f"must be {self.sign.value}. Write {self._expected()} [E007]")
        return value

    def format(self, value: float) -> str:
        """``value`` (SI) as the shortest text that ``parse`` reads back to the same number."""
        texts = [text for unit in self.shown if (text := self._exact(value, unit))]
        return min(texts, key=len, default=f"{value!r} {self.si}")

    def convert(self, value: float, unit: str) -> float:
        """``value`` (SI) in ``unit``."""
        return float(_registry().Quantity(value, self.si).to(self._unit(unit)).magnitude)

    def _exact(self, value: float, unit: str) -> str:
        shown = self.convert(value, unit)
        for digits in range(4, 18):
            number = re.sub(r"e([+-])0*(?=\d)", _exponent, f"{shown:.{digits}g}")
            if self.to_si(float(number), unit) == value:
                return f"{number} {unit}"
        return ""

    def _unit(self, text: str) -> pint.Unit:
        try:
            return _registry().parse_units(text)
        except Exception:  # pint also raises errors of Python's tokenizer
            corrected = _GLUED_EXPONENT.sub(r"\1^\2", text)
            hint = f' Exponents are written "{corrected}".' if corrected != text else ""
            raise ValueError(
                f'unknown unit "{text}".{hint} Write {self._expected()} [E008]'
            ) from None

    def _expected(self) -> str:
        return f'a {self.name} such as "{self.example}"'

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: Callable[[Any], core_schema.CoreSchema]
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(self.format),
        )


MAX_MOLAR_ENERGY = 1e6
"""Upper bound of activation energies and of "J" read as a molar energy, J/mol."""


class MolarEnergyDimension(Dimension):
    """Energy per mole, or per particle: 1 eV is 96.485 kJ/mol."""

    def parse(self, text: object) -> float:
        """The value in J/mol; refuses "45 kJ", which would be the energy of one particle."""
        value = super().parse(text)
        if value > MAX_MOLAR_ENERGY and re.search(r"(J|cal)\w*\s*$", str(text)):
            stated = str(text).strip()
            raise ValueError(f'"{stated}" is no molar energy. Did you mean "{stated}/mol"? [E009]')
        return value

    def _unit(self, text: str) -> pint.Unit:
        unit = super()._unit(text)
        one = _registry().parse_units("particle")
        return unit / one if unit.dimensionality == _registry().eV.dimensionality else unit


class TemperatureDimension(Dimension):
    """Temperature, in K or degC; "C" is the coulomb."""

    def _expected(self) -> str:
        return f'{super()._expected()} or "25 degC"'


def _exponent(matched: re.Match[str]) -> str:
    return "e" + matched[1].replace("+", "")


@cache
def _registry() -> pint.UnitRegistry:
    # Importing pint takes 0.3 s, hence only when a quantity is read, and without Dask, which it
    # would import if it is installed and not hidden.
    hidden = "dask" not in sys.modules
    if hidden:
        sys.modules["dask"] = None  # type: ignore[assignment]
    try:
        import pint
    finally:
        if hidden:
            del sys.modules["dask"]
    return pint.UnitRegistry()


LENGTH = Dimension("length", "m", ("um", "nm"), "4 um")
COORDINATE = replace(LENGTH, sign=Sign.ANY)
AREA = Dimension("surface area", "m^2", ("cm^2",), "1.54 cm^2")
ANGLE = Dimension("plane angle", "rad", ("deg", "rad"), "30 deg", sign=Sign.ANY)
TIME = Dimension("time", "s", ("s",), "20 s")
TEMPERATURE = TemperatureDimension("temperature", "K", ("K",), "298.15 K")
CURRENT_DENSITY = Dimension("current density", "A/m^2", ("mA/cm^2",), "0.5 mA/cm^2", sign=Sign.ANY)
VOLTAGE = Dimension("voltage", "V", ("mV",), "15 mV", sign=Sign.ANY)
EXCHANGE_CURRENT_DENSITY = Dimension("current density", "A/m^2", ("A/m^2",), "100 A/m^2")
CHARGE_PER_AREA = Dimension("charge per area", "C/m^2", ("mAh/cm^2",), "1 mAh/cm^2")
AREA_RESISTANCE = Dimension("resistance times area", "ohm m^2", ("ohm cm^2",), "6 ohm cm^2")
CONDUCTIVITY = Dimension("conductivity", "S/m", ("S/m", "mS/cm"), "1e-6 S/m")
DIFFUSIVITY = Dimension("diffusivity", "m^2/s", ("m^2/s",), "3e-10 m^2/s")
AMOUNT_PER_MASS = Dimension("amount per mass", "mol/kg", ("mol/kg",), "2.8 mol/kg")
EXCHANGE_RATE = Dimension("rate of first order", "1/s", ("1/s", "1/h"), "1e-3 1/s")
SPECIFIC_AREA = Dimension("area per volume", "1/m", ("1/m", "1/um"), "1e6 1/m")
RATE_CONSTANT = Dimension("rate constant", "m/s", ("m/s", "cm/s"), "1e-6 m/s")
RATE_CONSTANT_OR_NONE = replace(RATE_CONSTANT, sign=Sign.NOT_NEGATIVE)
CONCENTRATION = Dimension("concentration", "mol/m^3", ("mol/L",), "1 mol/L")
DISSOLVED_CONCENTRATION = replace(CONCENTRATION, sign=Sign.NOT_NEGATIVE)
SURFACE_ENERGY = Dimension(
    "surface energy", "J/m^2", ("J/m^2",), "0.5 J/m^2", sign=Sign.NOT_NEGATIVE
)
MOLAR_VOLUME = Dimension("molar volume", "m^3/mol", ("cm^3/mol",), "13 cm^3/mol")
MOLAR_MASS = Dimension("molar mass", "kg/mol", ("g/mol",), "25.94 g/mol")
DENSITY = Dimension("density", "kg/m^3", ("g/cm^3",), "2.64 g/cm^3")
MOLAR_ENERGY = MolarEnergyDimension(
    "molar energy", "J/mol", ("kJ/mol", "eV"), "40 kJ/mol", sign=Sign.NOT_NEGATIVE
)
CAPACITANCE = Dimension(
    "capacitance per area", "F/m^2", ("uF/cm^2", "F/m^2", "mF/cm^2"), "10 uF/cm^2"
)
FREQUENCY = Dimension("frequency", "Hz", ("Hz", "mHz", "kHz"), "1 mHz")
SWEEP_RATE = Dimension("sweep rate", "V/s", ("mV/s", "V/s"), "1 mV/s")
STOICHIOMETRY = Dimension(
    "stoichiometric coefficient", "mol/mol", ("mol/mol",), "2 mol/mol", sign=Sign.NOT_NEGATIVE
)
FRACTION = Dimension("fraction", "1", ("1",), "0.38 1")


def _of_an_activation(value: float) -> float:
    """An activation energy (J/mol); above the bound all rates are numerically zero."""
    if value > MAX_MOLAR_ENERGY:
        raise ValueError('must be at most 1000 kJ/mol (10 eV). Write "40 kJ/mol" [E010]')
    return value


VOLTAGE_LIMIT = replace(VOLTAGE, example="0.2 V", sign=Sign.POSITIVE)


class RateOfCharge:
    """C-rate, a current in nominal capacities per hour: "C/2", "1C", "-2C"; negative strips."""

    def parse(self, text: object) -> float:
        """C-rate, 1/h; raises ValueError with a message for the user."""
        matched = _RATE.fullmatch(text) if isinstance(text, str) else None
        if matched is None:
            raise ValueError('not a C-rate. Write text such as "C/2", "1C" or "-0.5C" [E011]')
        sign, number, divisor = matched[1], matched[2] or "1", matched[3] or "1"
        if float(number) == 0.0 or float(divisor) == 0.0:
            raise ValueError('must not be zero. Write text such as "C/2", or state a rest [E012]')
        return float(f"{sign}1") * float(number) / float(divisor)

    def format(self, value: float) -> str:
        """``value`` as text that ``parse`` reads back to the same number."""
        inverse = f"{1.0 / abs(value):.15g}"
        if 1.0 / float(inverse) == abs(value) and len(inverse) < 5 and abs(value) < 1.0:
            return f"{'-' if value < 0.0 else ''}C/{inverse}"
        return f"{value!r}C"

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: Callable[[Any], core_schema.CoreSchema]
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(self.format),
        )


CURRENT = Dimension("current", "A", ("nA", "A"), "1 nA", sign=Sign.ANY)
CURRENT_PER_DEPTH = Dimension(
    "current per depth", "A/m", ("A/m", "mA/m"), "2e-4 A/m", sign=Sign.ANY
)


@dataclass(frozen=True)
class StatedCurrent:
    """A total current: A in 3D, A/m of depth in 2D; > 0 plates."""

    amount: float
    dim: int


class CurrentOfCell:
    """Total current as text, "1 nA" in 3D or "2e-4 A/m" in 2D; positive plates."""

    def parse(self, text: object) -> StatedCurrent:
        """The current; raises ValueError with a message for the user."""
        if isinstance(text, StatedCurrent):
            return text
        amounts = []
        for dimension, dim in ((CURRENT, 3), (CURRENT_PER_DEPTH, 2)):
            try:
                amounts.append(StatedCurrent(dimension.parse(text), dim))
            except ValueError:
                continue
        if not amounts or amounts[0].amount == 0.0:
            raise ValueError(
                'must be a current other than zero, such as "1 nA" in 3D or "2e-4 A/m" (per depth) '
                "in 2D; a rest passes none [E013]"
            )
        return amounts[0]

    def format(self, value: StatedCurrent) -> str:
        """Text that ``parse`` reads back to the same current."""
        return (CURRENT if value.dim == 3 else CURRENT_PER_DEPTH).format(value.amount)

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: Callable[[Any], core_schema.CoreSchema]
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(self.format),
        )


Length = Annotated[float, LENGTH]
Coordinate = Annotated[float, COORDINATE]
Angle = Annotated[float, ANGLE]
Time = Annotated[float, TIME]
Temperature = Annotated[float, TEMPERATURE]
CurrentDensity = Annotated[float, CURRENT_DENSITY]
Voltage = Annotated[float, VOLTAGE]
VoltageLimit = Annotated[float, VOLTAGE_LIMIT]
CRate = Annotated[float, RateOfCharge()]
TotalCurrent = Annotated[StatedCurrent, CurrentOfCell()]
ExchangeCurrentDensity = Annotated[float, EXCHANGE_CURRENT_DENSITY]
ChargePerArea = Annotated[float, CHARGE_PER_AREA]
AreaResistance = Annotated[float, AREA_RESISTANCE]
Capacitance = Annotated[float, CAPACITANCE]
Frequency = Annotated[float, FREQUENCY]
Conductivity = Annotated[float, CONDUCTIVITY]
Diffusivity = Annotated[float, DIFFUSIVITY]
DissolvedConcentration = Annotated[float, DISSOLVED_CONCENTRATION]
Density = Annotated[float, DENSITY]
AmountPerMass = Annotated[float, AMOUNT_PER_MASS]
ExchangeRate = Annotated[float, EXCHANGE_RATE]
SpecificArea = Annotated[float, SPECIFIC_AREA]
RateConstant = Annotated[float, RATE_CONSTANT]
RateConstantOrNone = Annotated[float, RATE_CONSTANT_OR_NONE]
Concentration = Annotated[float, CONCENTRATION]
SurfaceEnergy = Annotated[float, SURFACE_ENERGY]
SweepRate = Annotated[float, SWEEP_RATE]
MolarVolume = Annotated[float, MOLAR_VOLUME]
MolarEnergy = Annotated[float, MOLAR_ENERGY]
ActivationEnergy = Annotated[MolarEnergy, AfterValidator(_of_an_activation)]
