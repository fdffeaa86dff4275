"""Atomic writing of files."""

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path


def write_atomically(
    path: str | os.PathLike[str], data: bytes, *, follow_links: bool = True
) -> None:
    """Write `data` to `path` completely, or leave an existing file unchanged.

    A full disk, a lost connection or an interruption must not leave a truncated file
    that other processes could load. A symbolic link is kept and its target replaced,
    or, without `follow_links`, the link itself.
    """
    target = Path(os.path.realpath(path) if follow_links else path)
    # In the same folder, as files cannot be renamed from one disk to another.
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    try:
        with unfinished.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists() and not target.is_symlink():
            shutil.copymode(target, unfinished)
        unfinished.replace(target)
    except BaseException as error:
        with suppress(OSError):
            unfinished.unlink()
        if isinstance(error, OSError) and error.filename in (None, str(unfinished)):
            error.filename = str(target)  # the path that the caller passed
        raise
