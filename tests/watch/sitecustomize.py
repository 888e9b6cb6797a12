"""Python reads this at its start where ``tests/watch`` is on the path: see ``messages``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if "DEPOSITION_MESSAGES_RAISED" in os.environ:
    sys.path.append(str(Path(__file__).resolve().parents[1]))
    import messages

    messages.watch(Path(os.environ["DEPOSITION_MESSAGES_RAISED"]))
