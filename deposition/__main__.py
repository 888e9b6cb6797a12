"""``python -m deposition`` is ``deposition``."""

from __future__ import annotations

from deposition.cli import app

if __name__ == "__main__":
    app(prog_name="deposition")
