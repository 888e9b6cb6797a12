"""The SEI: its patches on the surface and the conductivity of its components."""
