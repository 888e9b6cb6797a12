"""The page of the viewer: controls at the left, the view and two plots beside them."""

from __future__ import annotations

from typing import Any

from trame.ui.vuetify3 import SinglePageWithDrawerLayout
from trame.widgets import client, html
from trame.widgets import vtk as vtk_widgets
from trame.widgets import vuetify3 as v3

from deposition.view.viewer import AXES, Viewer

NARROW = 800
"""Width of a window, px, up to which the controls are hidden until the menu is touched."""
PLOT = "width: 100%; max-height: 30vh; object-fit: contain"


def make_page(server: Any, viewer: Viewer) -> None:
    """Lay out the page of a viewer."""
    with SinglePageWithDrawerLayout(server, width=310) as layout:
        layout.title.set_text(viewer.state.name)
        client.ClientTriggers(mounted=f"main_drawer = window.innerWidth > {NARROW}")
        with layout.toolbar:
            html.Span("{{ caption }}", classes="text-body-2 mx-2", id="caption")
            v3.VSpacer()
            v3.VBtn(
                icon="mdi-fit-to-screen-outline", title="Show everything", click=viewer.ctrl.reset
            )
            v3.VBtn(
                icon="mdi-reload", title="Read what the run has recorded since",
                click=viewer.ctrl.reload,
            )  # fmt: skip
        with layout.drawer, v3.VContainer(classes="pa-3"):
            _time(viewer)
            _field(viewer)
            _probe(viewer)
        with layout.content, v3.VContainer(fluid=True, classes="pa-0 fill-height flex-column"):
            _view(viewer)
            _colour_bar()
            _plots()
        layout.footer.hide()


def _time(viewer: Viewer) -> None:
    with v3.VRow(align="center", no_gutters=True):
        v3.VBtn(
            icon=("playing ? 'mdi-pause' : 'mdi-play'",), click="playing = !playing",
            variant="text", title="Play", id="play",
        )  # fmt: skip
        v3.VSlider(
            v_model=("index",), min=0, max=("last",), step=1, hide_details=True,
            density="compact", id="time", **_ends_play(),
        )  # fmt: skip
    html.Div("State {{ index }} of {{ last }}", classes="text-caption mb-3")


def _ends_play() -> dict[str, str]:
    """Whoever moves the slider stops the playing."""
    return {"start": "playing = false"}


def _field(viewer: Viewer) -> None:
    v3.VSelect(
        v_model=("field",), items=("fields",), label="Field", density="compact",
        hide_details=True, id="field",
    )  # fmt: skip
    html.Div("Only values between", classes="text-caption mt-3")
    v3.VRangeSlider(
        v_model=("band",), min=("low",), max=("high",), step=("step",), strict=True,
        hide_details=True, density="compact", id="band",
    )  # fmt: skip
    with v3.VRow(no_gutters=True, align="center"):
        html.Span(
            "{{ band[0].toPrecision(4) }} and {{ band[1].toPrecision(4) }}", classes="text-caption"
        )
        v3.VSpacer()
        v3.VBtn("all", size="x-small", variant="text", click=viewer.ctrl.whole_band)
    if viewer.dim == 3:
        html.Div("Cut at this depth", classes="text-caption mt-3")
        v3.VSlider(
            v_model=("cut",), min=0.0, max=0.98, step=0.02, hide_details=True, density="compact",
            id="cut",
        )  # fmt: skip


def _probe(viewer: Viewer) -> None:
    html.Div("Probe (µm)", classes="text-caption mt-3")
    for axis in AXES[: viewer.dim]:
        name = f"probe_{axis}"
        low, high = viewer.state[f"{name}_range"]
        v3.VSlider(
            v_model=(name,), min=low, max=high, step=(high - low) / 400, hide_details=True,
            density="compact", label=axis, thumb_label=True, id=name,
        )  # fmt: skip
    with (
        v3.VTable(density="compact", classes="text-caption", id="values"),
        html.Tbody(),
        html.Tr(v_for="row in values", key=("row[0]",)),
    ):
        html.Td("{{ row[0] }}", classes="pa-1")
        html.Td("{{ row[1] }}", classes="pa-1 text-right")
    v3.VSelect(
        v_model=("quantity",), items=("quantities",), label="History", density="compact",
        hide_details=True, classes="mt-4", id="quantity",
    )  # fmt: skip


def _view(viewer: Viewer) -> None:
    with html.Div(style="width: 100%; flex: 1 1 60vh; min-height: 45vh", id="view"):
        view = vtk_widgets.VtkRemoteView(
            viewer.scene.plotter.render_window, interactive_ratio=1, still_quality=95
        )
        viewer.ctrl.view_update = view.update
        viewer.ctrl.reset = viewer.reset
        viewer.ctrl.on_server_ready.add(view.update)


def _colour_bar() -> None:
    with html.Div(
        classes="d-flex align-center justify-center text-caption py-1", style="width: 100%"
    ):
        html.Span("{{ low.toPrecision(4) }}", classes="px-2", id="low")
        html.Div(style=("`height: 14px; width: 45%; background: ${gradient}`",), id="bar")
        html.Span("{{ high.toPrecision(4) }}", classes="px-2", id="high")
        html.Span("{{ fields.find(one => one.value === field).title }}", id="label")


def _plots() -> None:
    with v3.VRow(no_gutters=True, style="width: 100%; flex: 0 0 auto"):
        with v3.VCol(cols=12, md=6):
            html.Img(src=("line_plot",), style=PLOT, alt="field along a line", id="line")
        with v3.VCol(cols=12, md=6):
            html.Img(src=("history_plot",), style=PLOT, alt="history", id="history")
