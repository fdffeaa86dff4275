"""Opening of files that may be something else than they seem."""

import errno
import os
import stat
from typing import BinaryIO, cast


def open_regular(path: str | os.PathLike[str], mode: str = "rb") -> BinaryIO:
    """Open a file in a binary mode; a folder, pipe or device raises an OSError."""
    return cast(BinaryIO, open(path, mode, opener=_open_regular))


def read_regular(path: str | os.PathLike[str], max_size: int) -> bytes:
    """Return the bytes of a file.

    Raises
    ------
    ValueError
        If the file has more than `max_size` bytes.
    OSError
        If `path` is a folder, device or pipe, or cannot be read.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > max_size:
            raise ValueError(f"it has {size} bytes, more than the limit of {max_size}.")
        return file.read(size)


def _open_regular(path: str, flags: int) -> int:
    # Without O_NONBLOCK, which Windows lacks, a pipe would wait for its other end.
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):  # `open` refuses folders itself
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "Is a pipe or a device, not a regular file", path)
