"""Transport: concentration, potential and current on one cell, one implicit time step."""
