"""Loading of .npz files that may come from strangers."""

import math
import os
from collections.abc import Iterable
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import numpy as np
from numpy.typing import NDArray

from skdigits._files._regular import open_regular
from skdigits._files._text import one_line
from skdigits.exceptions import DatasetError

# An array may be larger than both: a small file must not fill the memory with zeros.
_MAX_SMALL = 2**28  # bytes
_MAX_RATIO = 100  # bytes of the array per byte of the file


def load_npz(
    path: str | os.PathLike[str], names: Iterable[str], *, solution: str
) -> dict[str, NDArray[Any]]:
    """Load the arrays of these names, or raise DatasetError, which ends in `solution`.

    No array is larger than 256 MiB or 100 times the file, whichever is more. Sizes are
    checked before memory is allocated.
    """
    try:
        with open_regular(path) as stream, ZipFile(stream) as archive:
            limit = max(_MAX_SMALL, _MAX_RATIO * os.fstat(stream.fileno()).st_size)
            return {name: _load_array(archive, name, limit) for name in names}
    # Damaged archives raise many types: BadZipFile, zlib.error, RuntimeError, ...
    except Exception as error:
        reason = one_line(getattr(error, "strerror", None) or str(error) or repr(error))
        raise DatasetError(f"cannot load {path}: {reason}. {solution}") from error


def _load_array(archive: ZipFile, name: str, limit: int) -> NDArray[Any]:
    if f"{name}.npy" not in archive.namelist():
        raise ValueError(f"it has no array {name}")
    member = archive.getinfo(f"{name}.npy")
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ValueError(f"array {name} is compressed in a way that NumPy does not use")
    with archive.open(member) as file:
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError(f"array {name} has a header that is too long")
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        size = math.prod(shape) * dtype.itemsize
        if not dtype.hasobject and file.tell() + size != member.file_size:
            raise ValueError(
                f"array {name} declares shape {shape} and dtype {dtype}, {size} bytes, "
                f"but has {member.file_size - file.tell()} bytes"
            )
        if size > limit:
            raise ValueError(f"array {name} unpacks to {size} bytes, more than {limit}")
    with archive.open(member) as file:
        return np.lib.format.read_array(file, allow_pickle=False)
