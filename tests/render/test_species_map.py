"""Any dissolved species as the field of a map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.synthetic import flat_2d

from deposition.common.errors import ResultsError
from deposition.render.fields import Shown, named_field
from deposition.render.style import formula_in_type


def test_a_dissolved_species_is_a_field() -> None:
    plain = flat_2d(20)
    height = plain.electrolyte.points[:, -1]
    iodine = replace(plain, electrolyte=replace(plain.electrolyte, dissolved={"I3-": height}))
    field = Shown.by_name("I3-", [iodine]).electrolyte
    assert field is not None
    assert field.label.startswith("I₃⁻ (mol")
    np.testing.assert_array_equal(field.values(iodine), height)
    # Only a species that all states have.
    assert named_field("I3-", [iodine, plain]) is None
    with pytest.raises(ResultsError, match=r"I3-.*E605"):
        Shown.by_name("I4-", [iodine])


def test_formulas_in_type() -> None:
    assert [formula_in_type(name) for name in ("NO3-", "Li+", "oxidant")] == [
        "NO₃⁻",
        "Li⁺",
        "oxidant",
    ]
