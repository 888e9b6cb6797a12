"""Recorders from outside the package: an error in one ends the run with one clear message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deposition.common.errors import DepositionError, PluginError
from deposition.common.plugins import load_plugin
from deposition.recorders import Recorder, RecorderType, Run
from deposition.simulation.state import State


def recorder_type(kind: Any) -> RecorderType:
    """The class of recorders of a name (``package.module:Class``), or a class itself."""
    found: Any = load_plugin(kind, "recorders") if isinstance(kind, str) else kind
    name = kind if isinstance(kind, str) else f"{kind.__module__}:{kind.__qualname__}"
    return GuardedType(found, name)


class GuardedType:
    """A class of recorders whose errors are PluginErrors."""

    def __init__(self, kind: RecorderType, name: str) -> None:
        self._kind, self._name = kind, name

    def open(self, run: Run, after_step: int | None) -> Recorder:
        """See ``RecorderType``."""
        return Guarded(_called(self._name, "open", self._kind.open, run, after_step), self._name)


class Guarded:
    """A recorder whose errors are PluginErrors."""

    def __init__(self, recorder: Recorder, name: str) -> None:
        self._recorder, self._name = recorder, name

    def record(self, state: State) -> None:
        """See ``Recorder``."""
        _called(self._name, "record", self._recorder.record, state)

    def close(self) -> None:
        """See ``Recorder``."""
        _called(self._name, "close", self._recorder.close)


def _called(name: str, method: str, function: Callable[..., Any], *given: Any) -> Any:
    try:
        return function(*given)
    except (DepositionError, OSError):
        raise
    except Exception as problem:
        raise PluginError(
            f'the recorder "{name}" failed: {method} raised {type(problem).__name__}: {problem}. '
            "All that was recorded before is kept: correct the class, then deposition resume "
            "continues. [E524]"
        ) from problem
