"""Properties of an electrolyte that are functions of c and T: a constant, an expression, a table.

    diffusivity = "3e-10 m^2/s"
    conductivity = {expression = "0.1297*c^3 - 2.51*c^1.5 + 3.329*c", unit = "S/m"}
    t_plus = {table = "t_plus.csv"}
    thermodynamic_factor = {points = [[0.5, 1.4], [1.0, 2.0], [2.0, 3.7]]}

c is in mol/L and T in K.  A table is a CSV file whose header names the columns with their units,
``c [mol/L], T [K], kappa [mS/cm]``; the column T may be missing.  The resolved scenario holds the
points of a table, so that it needs no further file.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationInfo
from pydantic_core import core_schema

from deposition.common import units
from deposition.common.constants import LITRE
from deposition.common.suggest import listing
from deposition.common.units import Dimension
from deposition.laws.expression import Formula
from deposition.laws.functions import Constant, PropertyFunction
from deposition.laws.property_table import PropertyTable, as_rows

FORMS = ("expression", "table", "points")
_COLUMN = re.compile(r"\s*([^\[\]]*?)\s*(?:\[([^\[\]]*)\])?\s*")


@dataclass(frozen=True)
class FunctionOf:
    """Type of a property: parses what a scenario states and writes it back.

    dimension  of the values; None for a pure number
    vanishes   the property is 0 at c = 0
    """

    dimension: Dimension | None
    vanishes: bool = False

    def parse(self, value: object, info: ValidationInfo) -> PropertyFunction:
        """The function; raises ValueError with a message for the user."""
        if isinstance(value, Constant | Formula | PropertyTable):
            return value
        if not isinstance(value, dict):
            return Constant(self._constant(value))
        stated = [key for key in FORMS if key in value]
        unknown = sorted(set(value) - {*FORMS, "unit"})
        if len(stated) != 1 or unknown:
            wrong = f"{listing(unknown)} is unknown" if unknown else f"{len(stated)} are stated"
            raise ValueError(
                f"a function has one of {listing(FORMS)}, and a unit: {wrong}. Write "
                f'{{expression = "…"{self._unit_example()}}} or {{table = "file.csv"}} [E272]'
            )
        if stated == ["table"]:
            if "unit" in value:
                raise ValueError(
                    "the unit of a table belongs to its header, as in kappa [mS/cm]. Leave unit "
                    "out [E273]"
                )
            return self._checked(self._from_file(_beside(value["table"], info)))
        factor = self._factor(value.get("unit"))
        if stated == ["expression"]:
            if not isinstance(value["expression"], str):
                raise ValueError('expression must be text such as "0.3 + 0.1*c" [E274]')
            return self._checked(Formula(value["expression"], factor, value.get("unit", "")))
        return self._checked(self._from_points(value["points"], factor))

    def _constant(self, value: object) -> float:
        if self.dimension is not None:
            return self.dimension.parse(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            raise ValueError(
                "must be a number, or a function such as "
                '{expression = "0.3 + 0.1*c"} or {table = "file.csv"} [E275]'
            )
        return float(value)

    def _checked(self, function: Formula | PropertyTable) -> PropertyFunction:
        function.check()
        return function

    def _factor(self, unit: object) -> float:
        """Factor from a unit to SI; raises ValueError for one of another dimension."""
        if self.dimension is None:
            if unit is not None:
                raise ValueError("is a pure number. Leave unit out [E276]")
            return 1.0
        if not isinstance(unit, str):
            raise ValueError(
                f"the unit of the values is missing. Write{self._unit_example()} [E277]"
            )
        return self.dimension.to_si(1.0, unit)

    def _unit_example(self) -> str:
        return "" if self.dimension is None else f', unit = "{self.dimension.si}"'

    def _from_points(self, points: object, factor: float) -> PropertyTable:
        """A table of rows [c, value] or [c, T, value]; c in mol/L, T in K."""
        rows: list[Any] = list(points) if isinstance(points, list | tuple) else [points]
        widths = {len(row) if isinstance(row, list | tuple) else 0 for row in rows}
        if widths not in ({2}, {3}) or not all(_finite(x) for row in rows for x in row):
            raise ValueError(
                "points must be a list of numbers, [[c, value], …] or [[c, T, value], …], with c "
                "in mol/L and T in K [E278]"
            )
        return self._table([[_short(row[0] / LITRE), *row[1:-1], factor * row[-1]] for row in rows])

    def _from_file(self, file: Path) -> PropertyTable:
        """A table from a CSV file with a header."""
        try:
            with open(file, encoding="utf-8-sig", newline="") as stream:
                lines = [row for row in csv.reader(stream) if any(cell.strip() for cell in row)]
        except (OSError, ValueError, csv.Error) as problem:
            raise ValueError(f"cannot read {file}: {problem} [E279]") from None
        if not lines:
            raise ValueError(f"{file} is empty. State a header and rows [E280]")
        order, convert = self._columns(file, lines[0])
        rows = []
        for number, line in enumerate(lines[1:], start=2):
            try:
                numbers = [float(line[column]) for column in order]
                if not all(map(math.isfinite, numbers)):
                    raise ValueError("not a finite number")
            except (ValueError, IndexError):
                raise ValueError(
                    f"{file}, row {number}: {','.join(line)}: not a number in each of its "
                    f"{len(order)} columns (with a decimal point, separated by commas) [E281]"
                ) from None
            rows.append([to_si(x) for to_si, x in zip(convert, numbers, strict=True)])
        if not rows:
            raise ValueError(f"{file} has a header only. State rows below it [E282]")
        return self._table(rows)

    def _columns(
        self, file: Path, header: Sequence[str]
    ) -> tuple[list[int], list[Callable[[float], float]]]:
        """Order of c, T (if any) and the value in a file, and their conversions to SI."""
        found: dict[str, tuple[int, str]] = {}
        for index, cell in enumerate(header):
            matched = _COLUMN.fullmatch(cell)
            name = matched[1].casefold() if matched else ""
            kind = {"c": "c", "concentration": "c", "t": "T", "temperature": "T"}.get(name, "value")
            if matched is None or not name or kind in found:
                found = {}
                break
            found[kind] = (index, (matched[2] or "").strip())
        if not {"c", "value"} <= set(found):
            example = "kappa [mS/cm]" if self.dimension is not None else "t_plus"
            raise ValueError(
                f"{file}: the header is {','.join(header)}. It must name a column c [mol/L], if "
                f"there is one T [K], and one of values, such as c [mol/L], T [K], {example} [E283]"
            )
        dimensions = {"c": units.CONCENTRATION, "T": units.TEMPERATURE, "value": self.dimension}
        kinds = [kind for kind in ("c", "T", "value") if kind in found]
        return (
            [found[kind][0] for kind in kinds],
            [_conversion(file, dimensions[kind], found[kind][1]) for kind in kinds],
        )

    def _table(self, rows: Sequence[Sequence[float]]) -> PropertyTable:
        for row in rows:
            if row[0] <= 0.0 or (len(row) == 3 and row[1] <= 0.0):
                raise ValueError(
                    f"c = {row[0] * LITRE:g} mol/L: concentrations and temperatures of a table "
                    "must be greater than zero [E284]"
                )
        return PropertyTable(as_rows(rows), self.vanishes)

    def write(self, function: PropertyFunction) -> Any:
        """Text that ``parse`` reads back to an equal function."""
        unit = {} if self.dimension is None else {"unit": self.dimension.si}
        if isinstance(function, Constant):
            dimension = self.dimension
            return function.value if dimension is None else dimension.format(function.value)
        if isinstance(function, PropertyTable):
            points = [
                [_short(c * LITRE), *([] if math.isnan(t) else [t]), value]
                for c, t, value in function.rows
            ]
            return {"points": points, **unit}
        return {"expression": function.text, **({"unit": function.unit} if function.unit else {})}

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(
            self.parse,
            serialization=core_schema.plain_serializer_function_ser_schema(self.write),
        )


def _short(number: float) -> float:
    """A number without the rounding error of a change of unit."""
    return float(f"{number:.15g}")


def _finite(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value)  # type: ignore[arg-type]


def _conversion(file: Path, dimension: Dimension | None, unit: str) -> Callable[[float], float]:
    """From the unit of a column to SI; raises ValueError for one of another dimension."""
    if dimension is None:
        if unit not in ("", "1", "-"):
            raise ValueError(f"{file}: values in [{unit}]: must be pure numbers [E285]")
        return float
    if not unit:
        raise ValueError(
            f"{file}: the unit of the {dimension.name} is missing in the header, as in "
            f"[{dimension.si}] [E286]"
        )
    known = dimension
    known.to_si(1.0, unit)
    return lambda x: known.to_si(x, unit)


def _beside(name: object, info: ValidationInfo) -> Path:
    """Path of a table, relative to the file that states it."""
    if not isinstance(name, str) or not name:
        raise ValueError('table must be the name of a CSV file such as "kappa.csv" [E287]')
    folder_of = (info.context or {}).get("folder_of", lambda _: Path.cwd())
    folder: Path = folder_of(("electrolyte", str(info.field_name), "table"))
    return (folder / name).resolve()
