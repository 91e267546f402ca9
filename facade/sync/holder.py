"""Who holds the lease of the night, and whether that job is dead."""

from __future__ import annotations

import os
import socket
from pathlib import Path

NAMESPACE = Path("/proc/self/ns/pid")


def this_job() -> str:
    """This process, as a lease names its holder: machine, its space of process ids, process id."""
    return f"{_here()}:{os.getpid()}"


def is_dead(holder: str) -> bool:
    """True only where the holder was a process of this machine, and no process has its id now."""
    place, _, number = holder.rpartition(":")
    if place != _here() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _here() -> str:
    # Two containers may bear one name; a process id of the one says nothing in the other.
    space = NAMESPACE.stat().st_ino if NAMESPACE.exists() else 0
    return f"{socket.gethostname()}:{space}"
