"""The viewer: controls of the page, and what each changes in the scene and the plots."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
from matplotlib.colors import to_hex

from deposition.mesh.cell import Floats
from deposition.render.fields import FIELDS
from deposition.results.result import Result
from deposition.view.plots import QUANTITIES, history_plot, line_plot
from deposition.view.scene import Scene, Wanted
from deposition.view.states import States, values_at
from deposition.view.words import plain

STEPS = 200
"""Positions of a slider of values."""
COLOURS = 16
"""Colours from which the page makes its colour bar."""
PAUSE = 0.4
"""Time between two states while they play, s."""
AXES = ("x", "y", "z")


class Viewer:
    """State of the page (``server.state``) and what follows from it.

    The controls set ``index``, ``field``, ``band``, ``cut``, ``probe_x`` …, ``quantity`` and
    ``playing``; the page shows ``caption``, ``values``, ``history_plot`` and ``line_plot``.
    """

    def __init__(self, result: Result, server: Any) -> None:
        """Raises ResultsError if no state can be read, MissingRequirement without graphics."""
        self.states = States(result)
        first = self.states[0]
        self.dim, self.bounds = first.dim, first.bounds
        self.scene = Scene(self.dim)
        self.state, self.ctrl = server.state, server.controller
        self._set_controls(result)
        server.state.change("index", "field", "band", "cut", *self._probe_names)(self.update)
        server.state.change("quantity", "index")(self.update_history)
        server.state.change("playing")(self.play)
        self.ctrl.reload = self.reload
        self.ctrl.whole_band = self.whole_band
        self.draw()
        self.scene.look()

    @property
    def _probe_names(self) -> list[str]:
        return [f"probe_{axis}" for axis in AXES[: self.dim]]

    def _set_controls(self, result: Result) -> None:
        state, last = self.state, self.states.count - 1
        state.trame__title = f"{result.name}: deposition"
        state.name, state.dim = result.name, self.dim
        state.index, state.last, state.playing = last, last, False
        state.fields = [
            {"title": plain(field.label), "value": name} for name, field in FIELDS.items()
        ]
        state.field = "concentration"
        offered = {name: QUANTITIES[name] for name in QUANTITIES if name in result.history}
        state.quantities = [{"title": title, "value": name} for name, title in offered.items()]
        state.quantity = "voltage_V"
        state.cut = 0.5
        self._set_probe()
        self._set_band()

    def _set_probe(self) -> None:
        """The sliders of the probe, and the probe in the middle of the cell, below its half."""
        low, high = self.bounds
        for axis, name in enumerate(self._probe_names):
            share = 0.3 if axis == self.dim - 1 else 0.5
            self.state[name] = round(float(low[axis] + share * (high - low)[axis]), 3)
            self.state[f"{name}_range"] = [float(low[axis]), float(high[axis])]

    def _set_band(self) -> None:
        """The slider of the threshold over all values of the field, and its colours."""
        low, high = self.states.limits(self.state.field)
        self.state.low, self.state.high = low, high
        self.state.step = (high - low) / STEPS
        self.state.band = [low, high]
        colours = FIELDS[self.state.field].colours()(np.linspace(0.0, 1.0, COLOURS))
        self.state.gradient = f"linear-gradient(to right, {', '.join(map(to_hex, colours))})"
        self._band_of = self.state.field

    @property
    def probe(self) -> Floats:
        """(d,) the marked point, µm."""
        return np.array([float(self.state[name]) for name in self._probe_names])

    def draw(self) -> None:
        """Draw the scene, and say what is at the probe."""
        state = self.state
        if state.field != self._band_of:
            self._set_band()
        snapshot = self.states[int(state.index)]
        band = (float(state.band[0]), float(state.band[1]))
        wanted = Wanted(state.field, (state.low, state.high), band, float(state.cut), self.probe)
        self.scene.draw(snapshot, wanted)
        state.caption = self.states.caption(int(state.index))
        state.values = [list(row) for row in values_at(snapshot, self.probe)]
        state.line_plot = line_plot(snapshot, state.field, self.probe)
        state.drawn = f"{state.index} {state.field}"

    def update(self, **_: Any) -> None:
        """Follow a control, and send the picture to the page."""
        self.draw()
        self.ctrl.view_update()

    def update_history(self, **_: Any) -> None:
        """Draw the history with the time of the state."""
        time = self.states[int(self.state.index)].time
        self.state.history_plot = history_plot(self.states.result, self.state.quantity, time)

    def reset(self) -> None:
        """Aim the camera at everything again."""
        self.scene.look()
        self.ctrl.view_update()

    def whole_band(self) -> None:
        """Show all values."""
        self.state.band = [self.state.low, self.state.high]

    def reload(self) -> None:
        """Take what the run has recorded since."""
        at_end = self.state.index == self.state.last
        self.states.reload()
        self.state.last = self.states.count - 1
        if at_end:
            self.state.index = self.state.last

    async def play(self, playing: bool, **_: Any) -> None:
        """Show one state after another, from the first where the last is shown."""
        state = self.state
        if playing and state.index >= state.last:
            with state:
                state.index = 0
        while state.playing and state.index < state.last:
            await asyncio.sleep(PAUSE)
            with state:
                state.index += 1
        with state:
            state.playing = False
