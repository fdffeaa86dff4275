"""Parser of the archive of a model file: an uncompressed zip of arrays and a schema."""

import io
import math
import re
import struct
from collections.abc import Iterator
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np

from skdigits.exceptions import ModelFileError

SCHEMA = "schema.json"
MAX_FILE_SIZE = 2**31  # bytes
# Parsing a schema or a directory takes about twenty times the memory of its text.
_MAX_SCHEMA_SIZE = 2**24
_MAX_DIRECTORY_SIZE = 2**22

_MEMBER = re.compile(r"\d{1,20}\.npy")
# Headers that `numpy.save` writes for numbers and strings; objects and records are
# excluded.
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(?P<length>..)"
    rb"\{'descr': '(?P<dtype>[<>|][biufSU][1-9]\d{0,5})', "
    rb"'fortran_order': (?:False|True), "
    rb"'shape': \((?P<shape>[\d, ]{0,80})\), \} *\n",
    re.DOTALL,
)
_HEADER_ROOM = 512
_END = struct.Struct("<4s4H2LH")
_END_64_SIZE = 20


def parse_archive(data: bytes) -> tuple[bytes, set[str]]:
    """Check the archive without unpacking it; return its schema and array names.

    Members must be uncompressed and together not larger than the file. Memory is
    therefore proportional to the size of the file.
    """
    _check_directory(data)
    with ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        names = {member.filename for member in members}
        if SCHEMA not in names or len(names) < len(members):
            raise ModelFileError(
                f"the archive must contain {SCHEMA!r}, and each member once."
            )
        for member in members:
            _check_member(member)
        if sum(member.file_size for member in members) > len(data):
            raise ModelFileError("members of the archive overlap.")
        for member in members:
            if member.filename != SCHEMA:
                with archive.open(member) as file:
                    _check_array(member, file.read(_HEADER_ROOM), len(data))
        return archive.read(SCHEMA), names - {SCHEMA}


def _check_directory(data: bytes) -> None:
    """Check the size of the directory before `zipfile` parses it."""
    if len(data) > MAX_FILE_SIZE:
        raise ModelFileError(f"more than {MAX_FILE_SIZE} bytes.")
    if not data.startswith(b"PK\3\4") or len(data) < _END.size:
        raise ModelFileError("not a model file: it does not start as a zip archive.")
    magic, *_, size, offset, comment = _END.unpack(data[-_END.size :])
    if magic != b"PK\5\6" or comment:
        raise ModelFileError("truncated, or bytes were added to its end.")
    end_64 = data[-_END.size - _END_64_SIZE : -_END.size]
    if (
        size > _MAX_DIRECTORY_SIZE
        or offset + size + _END.size != len(data)
        or end_64.startswith(b"PK\6\7")
    ):
        raise ModelFileError(
            f"the archive's directory of {size} bytes does not fit the file."
        )


def _check_member(member: ZipInfo) -> None:
    name, size = member.filename, member.file_size
    if name != SCHEMA and not _MEMBER.fullmatch(name):
        raise ModelFileError(f"unexpected member {name!r} in the archive.")
    if (
        member.compress_type != ZIP_STORED
        or member.compress_size != size
        or member.flag_bits & 1
    ):
        raise ModelFileError(f"member {name!r} is compressed or encrypted.")
    if name == SCHEMA and size > _MAX_SCHEMA_SIZE:
        raise ModelFileError(
            f"{SCHEMA!r} has {size} bytes, more than {_MAX_SCHEMA_SIZE}."
        )


def _check_array(member: ZipInfo, start: bytes, file_size: int) -> None:
    """Compare the size declared in the header of an array with its number of bytes."""
    name = member.filename
    header = _HEADER.match(start)
    if header is None:
        raise ModelFileError(
            f"member {name!r} is not an array of numbers or strings as NumPy saves it."
        )
    (length,) = struct.unpack("<H", header["length"])
    shape = tuple(_lengths(header["shape"]))
    declared = math.prod(shape) * np.dtype(header["dtype"].decode()).itemsize
    if 10 + length != header.end() or declared != member.file_size - header.end():
        raise ModelFileError(
            f"the array {name!r} declares shape {shape}, {declared} bytes, but has "
            f"{member.file_size - header.end()} bytes."
        )
    # The axes of an empty array could have any length.
    if shape and max(shape) > file_size:
        raise ModelFileError(f"the array {name!r} declares shape {shape}.")


def _lengths(shape: bytes) -> Iterator[int]:
    return (int(length) for length in shape.split(b",") if length.strip())
