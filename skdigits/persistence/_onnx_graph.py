"""Nodes, constants and tensors of an ONNX graph under construction."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Value:
    """A tensor of the graph; ONNX convolves pictures with the channels in front."""

    name: str
    channels_first: bool = False


class Graph:
    """Nodes and constants of a graph under construction."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._turned: dict[Value, Value] = {}

    def add(self, operation: str, *inputs: str, to: str = "", **attributes: Any) -> str:
        """Append a node; return the name of its output."""
        from onnx import helper

        output = to or f"{operation}_{len(self.nodes)}"
        node = helper.make_node(operation, inputs, [output], name=output, **attributes)
        self.nodes.append(node)
        return output

    def constant(self, array: NDArray[Any]) -> str:
        """Store an array; return its name."""
        from onnx import numpy_helper

        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def number(self, value: float) -> str:
        """Store a single number; return its name."""
        return self.constant(np.array(value, np.float32))

    def indices(self, *values: int) -> str:
        """Store whole numbers, such as a shape; return their name."""
        return self.constant(np.array(values, np.int64))

    def channels_first(self, value: Value) -> Value:
        """Pictures as (n, channels, height, width)."""
        return value if value.channels_first else self._turn(value, [0, 3, 1, 2])

    def channels_last(self, value: Value) -> Value:
        """Pictures as (n, height, width, channels), as Keras has them."""
        return self._turn(value, [0, 2, 3, 1]) if value.channels_first else value

    def _turn(self, value: Value, axes: list[int]) -> Value:
        if value not in self._turned:
            name = self.add("Transpose", value.name, perm=axes)
            turned = Value(name, not value.channels_first)
            self._turned |= {value: turned, turned: value}
        return self._turned[value]
