"""Impedance spectra of a cell at rest or under a steady current."""
