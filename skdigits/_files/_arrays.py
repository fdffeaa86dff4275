"""Plain values and arrays as the bytes of a safetensors file [1]_.

The metadata have a description in JSON, a hash of all that the file holds, the number
of this format, and the version of the package that wrote it. Reading checks the sizes
of arrays and the hash, and runs nothing.

.. [1] https://huggingface.co/docs/safetensors, section "Format".
"""

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._files._limits import FILE_SIZE, HEADER_SIZE
from skdigits._files._values import Build, Describe, Reader, Writer, refuse

_FORMAT = "1"
_FIELDS = {"format", "version", "description", "sha256"}
_N_LENGTH_BYTES = 8


def pack(value: Any, describe: Describe = refuse) -> bytes:
    """Return the bytes of a file that holds a plain value.

    Parameters
    ----------
    value : None, bool, int, float, str, array, list, tuple, dict or RandomState
        The value; parts of other types are passed to `describe`.
    describe : callable
        Returns a description of a part in plain values, given the writer, the part and
        its path.

    Raises
    ------
    ValueError
        If the value is not plain, or its description larger than allowed.
    """
    from safetensors.numpy import save

    writer = Writer(describe)
    text = json.dumps(writer.value(value, ""), allow_nan=False, separators=(",", ":"))
    arrays = {n: np.asarray(array, order="C") for n, array in writer.arrays.items()}
    metadata = {
        "format": _FORMAT,
        "version": f"skdigits {version('skdigits')}",
        "description": text,
        "sha256": _hash(text, arrays),
    }
    data = save(arrays, metadata)
    _check_sizes(data)
    return data


def unpack(data: bytes, build: Build = refuse) -> Any:
    """Return the value in the bytes of a file.

    `build` returns the part that a description stands for.

    Raises
    ------
    ValueError
        If these are not the bytes of such a file, or it is damaged or too large.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    header_size = _check_sizes(data)
    try:
        arrays = load(data)
        header = data[_N_LENGTH_BYTES : _N_LENGTH_BYTES + header_size]
        description = _parse(_description(_parse(header), arrays))
    except (SafetensorError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"it is damaged ({error!r:.200}).") from error
    reader = Reader(arrays, build)
    value = reader.value(description, "")
    reader.check_all_read()
    return value


def _description(header: Any, arrays: Mapping[str, NDArray[Any]]) -> str:
    """Return the description of arrays, whose hash and format are checked."""
    metadata = header.get("__metadata__", {})
    if metadata.keys() != _FIELDS:
        raise ValueError("it has no description by skdigits.")
    if metadata["format"] != _FORMAT:
        raise ValueError(
            f"it has the format {metadata['format']!r:.80}, but this version of "
            f"skdigits reads {_FORMAT!r}: it needs {metadata['version']!r:.80}."
        )
    text = metadata["description"]
    if metadata["sha256"] != _hash(text, arrays):
        raise ValueError("it is damaged: its contents do not have its hash.")
    return text


def _check_sizes(data: bytes) -> int:
    """Return the size of the header, if the file is within the limits."""
    header_size = int.from_bytes(data[:_N_LENGTH_BYTES], "little")
    if data[_N_LENGTH_BYTES : _N_LENGTH_BYTES + 1] != b"{":
        raise ValueError("it does not start as a safetensors file does.")
    if len(data) > FILE_SIZE or header_size > HEADER_SIZE:
        raise ValueError(
            f"it has {len(data)} bytes, {header_size} of them in its header; the "
            f"limits are {FILE_SIZE} and {HEADER_SIZE}."
        )
    return header_size


def _hash(text: str, arrays: Mapping[str, NDArray[Any]]) -> str:
    """Return the hash of a file's contents: against damage, not against forgery."""
    digest = hashlib.sha256(text.encode())
    for name, array in sorted(arrays.items()):
        digest.update(f"\n{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def _parse(text: str | bytes) -> Any:
    return json.loads(
        text, parse_constant=_refuse_constant, object_pairs_hook=_unique_names
    )


def _refuse_constant(name: str) -> None:
    raise ValueError(f"it has the number {name}, which JSON does not have.")


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise ValueError("it has the same name twice.")
    return names
