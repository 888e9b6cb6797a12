"""Pictures of snapshots and results; matplotlib in 2D, PyVista off-screen in 3D.

from deposition import render

render.picture("be", "be.png", capacity="0.5 mAh/cm^2", field="current")
render.film("be", "be.mp4")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deposition.render.pictures import film, picture

__all__ = ["film", "picture"]


def __getattr__(name: str) -> Any:
    """Import on first use: matplotlib takes a second."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from deposition.render import pictures

    return getattr(pictures, name)
