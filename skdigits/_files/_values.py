"""Plain values as a description in JSON, and the arrays that it names.

JSON has numbers, strings, booleans, null and lists. Everything else is an object of one
name that says what it is, such as ``{"tuple": [28, 28]}`` or ``{"array": "coef_"}``.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits._files import _limits

Describe = Callable[["Writer", Any, str], Any]
Build = Callable[["Reader", Any, str], Any]

_N_STATE_WORDS = 624  # of the Mersenne Twister
_DTYPES = {"float16", "float32", "float64"} | {
    f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}
_NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def refuse(_: Any, part: Any, path: str) -> Any:
    """Raise ValueError: the part is not a plain value."""
    raise ValueError(f"{path} is not a plain value: {part!r:.80}.")


def join(path: str, name: Any) -> str:
    """Return the path of a part, of bounded length."""
    short = f"{name!s:.80}"
    return f"{path}/{short}" if path else short


class Writer:
    """Turn values into a description, and collect the arrays that it names."""

    def __init__(self, describe: Describe) -> None:
        self._describe = describe
        self.arrays: dict[str, NDArray[Any]] = {}

    def value(self, value: Any, path: str) -> Any:
        """Return the description of a value; `path` names its arrays."""
        if isinstance(value, np.number):
            # Products with arrays depend on the dtype of a number.
            item = self.value(value.item(), path)
            return {"scalar": item, "dtype": str(value.dtype)}
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or isinstance(value, bool | int | str):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else {"float": str(value)}
        if type(value) is list:
            return self._items(value, path)
        if type(value) is tuple:
            return {"tuple": self._items(value, path)}
        if isinstance(value, Mapping):
            return {"dict": self._pairs(value, path)}
        if type(value) is np.ndarray:
            return self._array(value, path)
        if type(value) is np.random.RandomState:
            return {"random_state": self._random_state(value, path)}
        return {"object": self._describe(self, value, path)}

    def _items(self, values: Any, path: str) -> list[Any]:
        return [self.value(item, join(path, i)) for i, item in enumerate(values)]

    def _pairs(self, values: Mapping[Any, Any], path: str) -> Any:
        if all(isinstance(key, str) for key in values):
            return {k: self.value(v, join(path, k)) for k, v in values.items()}
        return [
            [self.value(key, path), self.value(item, join(path, i))]
            for i, (key, item) in enumerate(values.items())
        ]

    def _array(self, array: NDArray[Any], path: str) -> Any:
        if array.dtype.kind in "UO":
            strings = array.tolist()
            if array.ndim != 1 or not all(isinstance(text, str) for text in strings):
                raise ValueError(
                    f"{path} is an array of objects; numbers and lists of strings can "
                    "be stored."
                )
            return {"strings": strings, "dtype": array.dtype.str[1:]}
        if array.dtype.kind not in "biuf":
            raise ValueError(f"{path} is an array of dtype {array.dtype}.")
        # Products of matrices depend on the order of their axes in memory.
        transposed = array.ndim > 1 and array.flags.f_contiguous
        while path in self.arrays:  # as keys of dictionaries may have slashes
            path += "_"
        node = {"transposed" if transposed else "array": path}
        stored = array.T if transposed else array
        if array.dtype == np.float32:
            with np.errstate(over="ignore"):
                halves = stored.astype(np.float16)
            if np.array_equal(halves, stored):  # in half the bytes
                stored, node["dtype"] = halves, "float32"
        self.arrays[path] = stored
        return node

    def _random_state(self, value: np.random.RandomState, path: str) -> Any:
        name, key, *position = value.get_state()
        if name != "MT19937":
            raise ValueError(f"{path} is a generator of type {name}.")
        return [self.value(np.asarray(key), path), *position]


class Reader:
    """Turn a description back into values; each array may be named once."""

    def __init__(self, arrays: dict[str, NDArray[Any]], build: Build) -> None:
        self._arrays = arrays
        self._build = build
        self._n_values = 0
        self._depth = 0

    def value(self, node: Any, path: str) -> Any:
        """Return the value of a node, or raise ValueError."""
        self._n_values += 1
        if self._n_values > _limits.N_VALUES or self._depth > _limits.DEPTH:
            raise ValueError(
                f"more than {_limits.N_VALUES} values, or {_limits.DEPTH} of them "
                "inside each other."
            )
        if node is None or isinstance(node, bool | int | float | str):
            return node
        self._depth += 1
        try:
            if isinstance(node, list):
                return self._items(node, path)
            kind, *fields = node or [None]
            read = getattr(self, f"_{kind}", None) if kind in _KINDS else None
            if read is None:
                raise ValueError(f"{path} is {kind!r:.80}, not a known value.")
            return read(node[kind], path, *map(node.__getitem__, fields))
        # What the node holds does not fit what it says that it is.
        except (TypeError, LookupError, ArithmeticError) as error:
            raise ValueError(f"{path} is not valid ({error!r:.200}).") from error
        finally:
            self._depth -= 1

    def check_all_read(self) -> None:
        """Raise ValueError if nothing names an array."""
        if self._arrays:
            name = min(self._arrays)
            raise ValueError(f"nothing refers to the array {name!r:.80}.")

    def _items(self, node: list[Any], path: str) -> list[Any]:
        return [self.value(item, join(path, i)) for i, item in enumerate(node)]

    def _float(self, node: str, _: str) -> float:
        return _NON_FINITE[node]

    def _scalar(self, node: Any, path: str, dtype: str) -> Any:
        number = self.value(node, path)
        if dtype not in _DTYPES or type(number) not in (int, float):
            raise ValueError(f"{path} is not a number of dtype {dtype!r:.80}.")
        return np.dtype(dtype).type(number)

    def _tuple(self, node: list[Any], path: str) -> tuple[Any, ...]:
        return tuple(self._items(node, path))

    def _dict(self, node: Any, path: str) -> dict[Any, Any]:
        if isinstance(node, dict):
            return {
                key: self.value(item, join(path, key)) for key, item in node.items()
            }
        pairs = [(self.value(key, path), self.value(v, path)) for key, v in node]
        if len(dict(pairs)) < len(pairs):
            raise ValueError(f"{path} has the same key twice.")
        return dict(pairs)

    def _array(self, node: str, path: str, dtype: str | None = None) -> NDArray[Any]:
        array = self._arrays.pop(node, None)
        if array is None or array.size == 0:
            raise ValueError(
                f"{path} refers to the array {node!r:.80}, which the file does not "
                "have, or which is empty or has another place already."
            )
        if dtype is None:
            return array
        if dtype != "float32" or array.dtype != np.float16:
            raise ValueError(
                f"{path} is an array of dtype {dtype!r:.80}, stored as {array.dtype}."
            )
        return array.astype(np.float32)

    def _transposed(
        self, node: str, path: str, dtype: str | None = None
    ) -> NDArray[Any]:
        return self._array(node, path, dtype).T

    def _strings(self, node: list[str], path: str, dtype: str) -> NDArray[Any]:
        if not node or not all(type(text) is str for text in node):
            raise ValueError(f"{path} is not a list of strings.")
        width = max(map(len, node))
        if dtype != "O":
            if dtype[0] != "U" or int(dtype[1:]) < width:
                raise ValueError(f"{path} has strings longer than {dtype!r:.80}.")
            width = int(dtype[1:])
        if len(node) * width > _limits.N_CHARACTERS:
            raise ValueError(f"{path} has {len(node)} strings of length {width}.")
        return np.array(node, dtype=object if dtype == "O" else dtype)

    def _random_state(self, node: list[Any], path: str) -> np.random.RandomState:
        key, position, has_gauss, gauss = self._items(node, path)
        # With a wrong position, compiled code would read elsewhere.
        if (
            getattr(key, "dtype", None) != np.uint32
            or key.shape != (_N_STATE_WORDS,)
            or type(position) is not int
            or not 0 <= position <= _N_STATE_WORDS
            or has_gauss not in (0, 1)
            or type(gauss) is not float
        ):
            raise ValueError(f"{path} is not a valid state of a random generator.")
        state = np.random.RandomState()
        state.set_state(("MT19937", key, position, has_gauss, gauss))
        return state

    def _object(self, node: Any, path: str) -> Any:
        return self._build(self, node, path)


_KINDS = frozenset(
    {
        *("array", "dict", "float", "object", "random_state", "scalar", "strings"),
        *("transposed", "tuple"),
    }
)
