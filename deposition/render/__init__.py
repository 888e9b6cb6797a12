"""Pictures of snapshots and results; matplotlib in 2D, PyVista off-screen in 3D.

from deposition import render

render.picture("be", "be.png", capacity="0.5 mAh/cm^2", field="current")
render.movie("be", "be.mp4")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deposition.render.pictures import movie, picture

__all__ = ["movie", "picture"]
OLD_NAMES = ("film",)
"""Names of version 0.1, which work in version 0.2 and issue a FutureWarning."""


def __getattr__(name: str) -> Any:
    """Import on first use, because importing matplotlib takes a second."""
    if name not in (*__all__, *OLD_NAMES):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from deposition.render import pictures

    return getattr(pictures, name)
