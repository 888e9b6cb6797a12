"""Physical constants (CODATA 2018) and the units that are not SI, each as its SI value.

``value / UNIT`` converts from SI to the unit and ``number * UNIT`` back.  The program computes in
SI; only the geometry (points of a ``Cell``, advances of the interface, heights) is in micrometres,
because Gmsh scripts, results and figures are.
"""

from __future__ import annotations

FARADAY = 96485.33212  # C/mol
GAS_CONSTANT = 8.31446261815324  # J/(mol K)
VACUUM_PERMITTIVITY = 8.8541878128e-12  # F/m

MICROMETRE = 1e-6  # m
NANOMETRE = 1e-9  # m
LITRE = 1e-3  # m³: a concentration in mol/m³ times LITRE is in mol/L

MINUTE = 60.0  # s
HOUR = 3600.0  # s

MILLIVOLT = 1e-3  # V
MA_PER_CM2 = 10.0  # A/m²
MAH_PER_CM2 = 3.6e4  # C/m²
OHM_CM2 = 1e-4  # ohm m²
KILOJOULE = 1e3  # J
MICROMOLE = 1e-6  # mol

AT_REST = 1e-9
"""Mean current density (A/m²) below which a cell counts as at rest."""
