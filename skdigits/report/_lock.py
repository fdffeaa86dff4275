"""A lock file, whose lock ends with the process that holds it, however it ends."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from skdigits._files._regular import open_regular


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the lock of a file, and remove it; BlockingIOError if another run has it."""
    with open_regular(path, "ab") as file:
        try:
            _lock(file)
            # A run that just ended may have removed the file.
            if not os.path.samestat(os.fstat(file.fileno()), path.stat()):
                raise BlockingIOError
        except (BlockingIOError, PermissionError, FileNotFoundError):
            reason = "another run of skdigits report is writing to it"
            raise BlockingIOError(errno.EAGAIN, reason) from None
        except OSError:
            pass  # some network drives have no locks
        try:
            yield
        finally:
            with suppress(OSError):  # Windows does not remove open files
                path.unlink()


def _lock(file: BinaryIO) -> None:
    """Lock the file without waiting."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
