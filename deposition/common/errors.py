"""Exceptions of the program, whose messages are meant for the user.

A message states problem, cause and remedy.  The command line prints it and exits with a non-zero
code; nothing else in the package prints errors.
"""

from __future__ import annotations


class DepositionError(Exception):
    """Base of every error that the user can act on."""


class ScenarioError(DepositionError):
    """A scenario, or a value set on top of it, is not valid. Correct the value that the message
    names; ``deposition show NAME`` lists all values with their origin, ``deposition check`` finds
    the remaining problems."""


class LibraryError(DepositionError, ValueError):
    """A library entry (film component, electrolyte, metal) does not exist or is incomplete. Use
    one that ``deposition list`` shows, or state the value in the scenario.

    A ValueError too, so that pydantic reports it at the key that names the entry.
    """


class GeometryError(DepositionError):
    """A geometry lacks or misuses the names of its contract, or cannot be meshed. Correct the
    entity that the message names in Gmsh; the contract is in docs/own-scenario.md."""


class PluginError(DepositionError, ValueError):
    """A class from outside the package raised an error, or returned arrays of a wrong shape. What
    was recorded before is kept; correct the class, then ``deposition resume``."""


class MissingRequirement(DepositionError):
    """A library or tool that pip does not bring is missing, or of a version that is not supported.
    Install it as the message says."""


class ResultsError(DepositionError):
    """A results folder cannot be written, is in use, or cannot be read. Its files are unchanged.
    Free space or choose another folder; ``deposition resume`` continues an interrupted run."""


class ExportError(DepositionError):
    """A result cannot be exported in the requested form."""


class SweepError(DepositionError):
    """A sweep cannot begin, or some of its runs have failed."""


class SolveError(DepositionError):
    """The transport problem did not converge, or has no solution. The last valid state and a
    checkpoint are kept. Use a finer mesh, a smaller ``time.first_step``, or a current below the
    limiting current."""


class InterfaceError(DepositionError):
    """The interface could not be advanced, or the mesh not be adapted, even with the shortest time
    step. The last valid state and a checkpoint are kept. Use a finer mesh or smaller steps."""


class RemeshingTooSlow(InterfaceError):
    """Mmg exceeded its time limit, as for a mesh that is too large. Use a coarser mesh."""


class ShortCircuit(DepositionError):
    """The deposit has reached the counter electrode, which ends the run. Use a larger electrode
    distance to continue further."""


class ProtocolStepFailed(DepositionError):
    """A protocol step ended by an event that the scenario declares an error. State what follows it
    in ``protocol.on_event``, or reduce the load."""


class VerificationError(DepositionError):
    """A verification case does not exist, or exceeded a bound."""


class CheckpointError(ResultsError):
    """A checkpoint is missing, damaged, or of another version: the run cannot be resumed, only
    repeated. Where the newest checkpoint is damaged, the one before it is used."""
