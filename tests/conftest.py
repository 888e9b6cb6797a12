"""For all tests: nothing opens a window, and every run tries the same examples."""

from __future__ import annotations

import os

from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"
os.environ["PYVISTA_OFF_SCREEN"] = "true"

# Derandomised, so that a failure is seen again; without a deadline, as machines differ in speed.
settings.register_profile("deposition", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("deposition")
