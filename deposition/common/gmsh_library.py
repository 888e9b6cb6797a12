"""Gmsh: all other modules import it from here, so that a missing library is one message."""

from __future__ import annotations

from deposition.common.requirements import gmsh_needed

with gmsh_needed():
    import gmsh

__all__ = ["gmsh"]
