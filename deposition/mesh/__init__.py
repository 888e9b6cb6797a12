"""Meshes of simplices: the cell, its surface, sizes, distances, point location and Mmg."""
