"""Everything that can go wrong, as one family of exceptions with messages meant for the user.

A message says what is wrong, where, and what to do.  The command line prints it and exits with a
non-zero code; nothing else in the package prints errors.
"""

from __future__ import annotations


class DepositionError(Exception):
    """Base of every error that the user can act on."""


class ScenarioError(DepositionError):
    """A scenario, or a value set on top of it, is not valid. Mend the value that is named;
    ``deposition show NAME`` lists all values and where they come from, ``deposition check``
    says what is left."""


class LibraryError(DepositionError):
    """A library entry (film component, electrolyte, metal) does not exist or is incomplete. Take
    one that ``deposition list`` shows, or state the value in the scenario."""


class GeometryError(DepositionError):
    """A geometry does not keep the contract of names, or cannot be meshed. Mend the entity that is
    named in Gmsh; the contract is in docs/own-scenario.md."""


class PluginError(DepositionError):
    """A class from outside the package raised an error, or returned arrays of a wrong shape. What
    was recorded before is kept; correct the class, then ``deposition resume``."""


class ResultsError(DepositionError):
    """A results folder cannot be written, is in use, or cannot be read. What lies there was not
    touched; make room or choose another place, and use ``deposition resume`` for a run that was
    cut off."""


class ExportError(DepositionError):
    """A result cannot be exported as asked."""


class SweepError(DepositionError):
    """A sweep cannot begin, or some of its runs have failed."""


class SolveError(DepositionError):
    """The transport problem did not converge, or has no solution. The last good state and a
    checkpoint are kept; a finer mesh, a smaller ``time.first_step`` or a current that can be
    carried helps."""


class InterfaceError(DepositionError):
    """The moving interface could not be advanced or the mesh could not be cut, however short the
    step. The last good state and a checkpoint are kept; a finer mesh or smaller steps help."""


class ShortCircuit(DepositionError):
    """The deposit has reached the counter electrode. A run ends there; a higher box shows more."""


class StageFailed(DepositionError):
    """A stage of the protocol ended by an event that the scenario calls an error. Say what follows
    it in ``protocol.on_event``, or ask for less."""


class VerificationError(DepositionError):
    """A case does not exist, or missed a bound."""


class CheckpointError(ResultsError):
    """A checkpoint is missing, damaged, or of another version: the run cannot be resumed, only run
    anew. Where one checkpoint is damaged, the one before it is used without a word."""
