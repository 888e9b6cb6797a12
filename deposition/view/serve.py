"""Serve the viewer of a result on this machine."""

from __future__ import annotations

import os
import socket
import webbrowser
from collections.abc import Callable
from typing import Any

from deposition.common.errors import MissingRequirement, ResultsError
from deposition.results.result import Result

HOST = "localhost"


def view(
    result: Result,
    port: int = 0,
    *,
    browser: bool = True,
    told: Callable[[str], Any] = print,
) -> None:
    """Show a result in the browser until Ctrl-C.

    port     of this machine; 0: a free one
    browser  open the page
    told     is called with the address once it can be opened

    Only programs of this machine can reach it.  Raises MissingRequirement without the extra
    ``view`` or without graphics, ResultsError if no state can be read or the port is in use.
    """
    server = _server()
    from deposition.view.page import make_page
    from deposition.view.viewer import Viewer

    _check_port(port)
    viewer = Viewer(result, server)
    make_page(server, viewer)

    def ready(**_: Any) -> None:
        address = f"http://{HOST}:{server.port}/"
        told(f"{result.name} is shown at {address} (Ctrl-C ends)")
        if browser:
            webbrowser.open(address)

    server.controller.on_server_ready.add(ready)
    try:
        server.start(
            port=port, host=HOST, open_browser=False, show_connection_info=False,
            disable_logging=True, timeout=0,
        )  # fmt: skip
    finally:
        viewer.scene.close()


def _server() -> Any:
    """A server of trame."""
    os.environ["TRAME_ARGS"] = ""  # otherwise it reads the command line of this program
    try:
        import trame.widgets.vtk
        import trame.widgets.vuetify3  # noqa: F401
        from trame.app import get_server
    except ImportError as problem:
        raise MissingRequirement(
            f"the viewer needs trame ({problem}). Install the extra view: pip install "
            '"path/to/the/clone[view]", or pip install trame trame-vtk trame-vuetify. [E860]'
        ) from problem
    return get_server(f"deposition-{os.getpid()}", client_type="vue3")


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            raise ResultsError(
                f"port {port} cannot be used: {problem.strerror}. Choose another one with --port, "
                "or leave it out for a free one. [E861]"
            ) from problem
