"""Proof: exact solutions and rates, computed the way a user's run is, in one table.

A case is a small file in ``cases``: formula and source in its docstring, a scenario (TOML) beside
it, and a function that compares.  ``deposition verify`` runs them all.
"""

from __future__ import annotations

from deposition.verification.case import Case, Check, Findings, Panel, Series
from deposition.verification.verify import Verdict, verify

__all__ = ["Case", "Check", "Findings", "Panel", "Series", "Verdict", "verify"]
