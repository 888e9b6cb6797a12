"""Physical constants (CODATA 2018, exact) and the one length unit that is not SI.

Geometry (points of a ``Cell``, advances of the front, heights) is in micrometres, because Gmsh
scripts, results and pictures are; everything else is SI.  ``MICROMETRE`` is the only bridge.
"""

from __future__ import annotations

MA_PER_CM2 = 10.0
"""A/m²"""


FARADAY = 96485.33212  # C/mol


GAS_CONSTANT = 8.31446261815324  # J/(mol K)


MICROMETRE = 1e-6  # m


HOUR = 3600.0  # s


AT_REST = 1e-9  # A/m²: mean current densities below this are those of a cell at rest


MAH_PER_CM2 = 3.6e4  # C/m²: 1 mAh/cm², how results and messages state charge
