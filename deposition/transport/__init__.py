"""Transport: concentration, potential and current on one cell, one implicit step in time."""
