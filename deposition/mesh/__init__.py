"""Simplex meshes: cell, electrode surface, element sizes, distances, point location, Mmg."""
