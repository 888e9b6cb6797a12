"""``python -m deposition`` is ``deposition``."""

from __future__ import annotations

from deposition.cli import main

if __name__ == "__main__":
    main()
