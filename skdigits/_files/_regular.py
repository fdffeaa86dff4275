"""Reading of files that may be something else than they seem."""

import os
import stat
from pathlib import Path

# Pipes would wait for a writer. Windows has no such flag, nor such pipes.
_NOT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def read_regular_file(path: str | os.PathLike[str], max_size: int) -> bytes:
    """Return the bytes of a file.

    Raises
    ------
    ValueError
        If `path` is a folder, device or pipe, or has more than `max_size` bytes.
    OSError
        If the file cannot be read.
    """
    if Path(path).is_dir():
        raise ValueError("it is a folder, not a file.")
    with open(path, "rb", opener=_open_without_waiting) as file:
        # The opened file is checked, as the path may since lead to another one.
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is a device or pipe, not a file.")
        if status.st_size > max_size:
            raise ValueError(
                f"it has {status.st_size} bytes, more than the limit of {max_size}."
            )
        return file.read(status.st_size)


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | _NOT_WAITING)
