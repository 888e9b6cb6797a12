"""``python -m deposition.front.mmg_worker N``: run Mmg for the process at the other end of line N.

N is a file descriptor that was handed down; see ``front.mmg``.
"""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection

from deposition.front.mmg import serve

if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
