"""Everything that can go wrong, as one family of exceptions with messages meant for the user.

A message says what is wrong, where, and what to do.  The command line prints it and exits with a
non-zero code; nothing else in the package prints errors.
"""

from __future__ import annotations


class DepositionError(Exception):
    """Base of every error that the user can act on."""


class ScenarioError(DepositionError):
    """A scenario, or a value set on top of it, is not valid."""


class LibraryError(DepositionError):
    """A library entry (film component, electrolyte, metal) does not exist or is incomplete."""


class GeometryError(DepositionError):
    """A geometry does not keep the contract of names, or cannot be meshed."""


class ResultsError(DepositionError):
    """A results folder cannot be written, is in use, or cannot be read."""


class ExportError(DepositionError):
    """A result cannot be exported as asked."""


class SweepError(DepositionError):
    """A sweep cannot begin, or some of its runs have failed."""


class SolveError(DepositionError):
    """The transport problem did not converge, or has no solution (the salt is depleted)."""


class FrontError(DepositionError):
    """The moving interface could not be advanced or the mesh could not be cut."""


class ShortCircuit(DepositionError):
    """The deposit has reached the counter electrode."""


class VerificationError(DepositionError):
    """A case does not exist, or missed a bound."""


class CheckpointError(ResultsError):
    """A checkpoint is missing, damaged, or of another version: a run cannot be resumed."""
