"""Verification against exact solutions and orders of convergence, in one table.

A case is a small file in ``cases``: formula and source in its docstring, a scenario (TOML) beside
it, and a function that compares.  It is computed through the same code as any run.
``deposition verify`` computes all of them.
"""

from __future__ import annotations

from deposition.verification.case import Case, Check, Findings, Panel, Series
from deposition.verification.verify import Verdict, verify

__all__ = ["Case", "Check", "Findings", "Panel", "Series", "Verdict", "verify"]
