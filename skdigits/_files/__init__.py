"""Files: atomic writing, careful reading, and plain values in a safe format."""

from skdigits._files._arrays import pack, unpack
from skdigits._files._atomic import write_atomically
from skdigits._files._limits import FILE_SIZE, HEADER_SIZE
from skdigits._files._regular import read_regular_file
from skdigits._files._values import Reader, Writer, join

__all__ = [
    "FILE_SIZE",
    "HEADER_SIZE",
    "Reader",
    "Writer",
    "join",
    "pack",
    "read_regular_file",
    "unpack",
    "write_atomically",
]
