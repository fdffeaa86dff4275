"""The arithmetic of layers as nodes of an ONNX graph.

`Ops` has the functions of `skdigits.networks._numpy_ops`, and `Tensor` the operators of
an array: the same layer code that computes with arrays appends nodes to a graph.
"""

from collections.abc import Callable
from functools import partialmethod
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Borders = tuple[tuple[int, int], tuple[int, int]]

# Axes of the permutations between Keras's and ONNX's layouts of images.
_TO_CHANNELS_FIRST = [0, 3, 1, 2]
_TO_CHANNELS_LAST = [0, 2, 3, 1]
_END = np.iinfo(np.int64).max


class Graph:
    """Nodes and constants of an ONNX graph under construction."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(
        self, operation: str, *inputs: str, output: str = "", **attributes: Any
    ) -> str:
        """Append a node; return the name of its output."""
        from onnx import helper

        output = output or f"{operation}_{len(self.nodes)}"
        node = helper.make_node(operation, inputs, [output], name=output, **attributes)
        self.nodes.append(node)
        return output

    def constant(self, array: Array) -> str:
        """Store an array; return its name."""
        from onnx import numpy_helper

        name = f"constant_{len(self.constants)}"
        contiguous = np.asarray(array, order="C")
        self.constants.append(numpy_helper.from_array(contiguous, name))
        return name

    def integers(self, *values: int) -> str:
        """Store integers, such as a shape; return their name."""
        return self.constant(np.array(values, np.int64))


class Tensor:
    """A float32 tensor of the graph, with NumPy's operators.

    ONNX convolves images with the channels in front; `channels_first` says which layout
    the named tensor has. Outside this class all images have the channels last.
    """

    def __init__(
        self, graph: Graph, name: str, *, channels_first: bool = False
    ) -> None:
        self.graph = graph
        self.name = name
        self.channels_first = channels_first
        self._other_layout: Tensor | None = None

    def node(self, operation: str, *inputs: str, **attributes: Any) -> Self:
        """Append a node with this tensor as first input; the layout stays."""
        name = self.graph.add(operation, self.name, *inputs, **attributes)
        return type(self)(self.graph, name, channels_first=self.channels_first)

    def in_layout(self, *, channels_first: bool) -> "Tensor":
        """Return the same values in the given layout."""
        if channels_first == self.channels_first:
            return self
        if self._other_layout is None:
            axes = _TO_CHANNELS_FIRST if channels_first else _TO_CHANNELS_LAST
            name = self.graph.add("Transpose", self.name, perm=axes)
            self._other_layout = Tensor(self.graph, name, channels_first=channels_first)
            self._other_layout._other_layout = self
        return self._other_layout

    def _combine(self, operation: str, other: Any, *, swap: bool = False) -> "Tensor":
        """Append a node of two inputs: this tensor and another, or a constant."""
        mine = self
        if isinstance(other, Tensor):
            if other.channels_first != self.channels_first:
                mine = self.in_layout(channels_first=False)
                other = other.in_layout(channels_first=False)
            name = other.name
        else:
            array = np.asarray(other, np.float32)
            if self.channels_first and array.ndim == 1:  # a value for each channel
                array = array[:, np.newaxis, np.newaxis]
            elif self.channels_first and array.ndim > 1:
                mine = self.in_layout(channels_first=False)
            name = self.graph.constant(array)
        names = (name, mine.name) if swap else (mine.name, name)
        output = self.graph.add(operation, *names)
        return Tensor(self.graph, output, channels_first=mine.channels_first)

    __add__ = __radd__ = partialmethod(_combine, "Add")
    __sub__ = partialmethod(_combine, "Sub")
    __rsub__ = partialmethod(_combine, "Sub", swap=True)
    __mul__ = __rmul__ = partialmethod(_combine, "Mul")
    __truediv__ = partialmethod(_combine, "Div")
    __gt__ = partialmethod(_combine, "Greater")
    __ge__ = partialmethod(_combine, "GreaterOrEqual")
    __lt__ = partialmethod(_combine, "Less")
    __le__ = partialmethod(_combine, "LessOrEqual")

    def __getitem__(self, index: tuple[Any, slice]) -> "Tensor":
        """Return a range along the last axis, as in ``x[..., 1:3]``."""
        part = index[-1]
        stop = _END if part.stop is None else part.stop
        return self.in_layout(channels_first=False).node(
            "Slice",
            self.graph.integers(part.start or 0),
            self.graph.integers(stop),
            self.graph.integers(-1),
        )


class Ops:
    """The functions that layers call, for tensors of one graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def _node(self, operation: str, x: Tensor) -> Tensor:
        """Apply an operation of ONNX to each element."""
        return x.node(operation)

    def product(self, kernel: Array) -> Callable[[Tensor], Tensor]:
        """Return the product of rows with a kernel (n_inputs, n_units)."""
        name = self._graph.constant(kernel)
        return lambda x: x.in_layout(channels_first=False).node("MatMul", name)

    def convolution(
        self, kernel: Array, strides: int, padding: str
    ) -> Callable[[Tensor], Tensor]:
        """Return the convolution with a kernel (size, size, channels, filters)."""
        name = self._graph.constant(kernel.transpose(3, 2, 0, 1))
        return lambda x: x.in_layout(channels_first=True).node(
            "Conv",
            name,
            auto_pad=_auto_pad(padding),
            strides=[strides, strides],
        )

    def transposed_convolution(self, kernel: Array) -> Callable[[Tensor], Tensor]:
        """Return the function that makes a square of each pixel, without overlaps."""
        name = self._graph.constant(kernel.transpose(3, 2, 0, 1))
        return lambda x: x.in_layout(channels_first=True).node(
            "ConvTranspose", name, strides=list(kernel.shape[:2])
        )

    def max_pool(self, x: Tensor, padding: str) -> Tensor:
        """Maximum of each 2x2 square."""
        return x.in_layout(channels_first=True).node(
            "MaxPool", auto_pad=_auto_pad(padding), kernel_shape=[2, 2], strides=[2, 2]
        )

    def upsample(self, x: Tensor) -> Tensor:
        """Repeat each pixel twice along both axes."""
        scales = self._graph.constant(np.array([1, 1, 2, 2], np.float32))
        return x.in_layout(channels_first=True).node(
            *("Resize", "", scales),
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )

    def pad(self, x: Tensor, padding: Borders) -> Tensor:
        """Add zeros around images."""
        (top, bottom), (left, right) = padding
        pads = self._graph.integers(0, 0, top, left, 0, 0, bottom, right)
        return x.in_layout(channels_first=True).node("Pad", pads)

    def crop(self, x: Tensor, cropping: Borders) -> Tensor:
        """Remove the borders of images."""
        (top, bottom), (left, right) = cropping
        return x.in_layout(channels_first=True).node(
            "Slice",
            self._graph.integers(top, left),
            self._graph.integers(-bottom or _END, -right or _END),
            self._graph.integers(2, 3),
        )

    def concatenate(self, tensors: list[Tensor], axis: int) -> Tensor:
        """Join tensors along the last axis."""
        first, *others = (x.in_layout(channels_first=False) for x in tensors)
        return first.node("Concat", *(x.name for x in others), axis=axis)

    def reshape(self, x: Tensor, shape: tuple[int, ...]) -> Tensor:
        """Arrange the values in another shape."""
        x = x.in_layout(channels_first=False)
        return x.node("Reshape", self._graph.integers(*shape))

    def flatten(self, x: Tensor) -> Tensor:
        """One row for each sample."""
        return x.in_layout(channels_first=False).node("Flatten", axis=1)

    def cast(self, x: Tensor, dtype: str) -> Tensor:
        """Convert truth values to float32."""
        return x.node("Cast", to=1)

    def where(self, condition: Tensor, x: Tensor, other: Tensor) -> Tensor:
        """Choose between two tensors."""
        names = (y.in_layout(channels_first=False).name for y in (x, other))
        return condition.in_layout(channels_first=False).node("Where", *names)

    def logical_and(self, x: Tensor, other: Tensor) -> Tensor:
        """Whether both are true."""
        return x.node("And", other.name)

    def maximum(self, x: Tensor, other: float) -> Tensor:
        """Larger value of a tensor and a number."""
        return x.node("Max", self._graph.constant(np.array(other, np.float32)))

    def linear(self, x: Tensor) -> Tensor:
        """Return the input."""
        return x

    relu = partialmethod(_node, "Relu")
    elu = partialmethod(_node, "Elu")
    selu = partialmethod(_node, "Selu")
    sigmoid = partialmethod(_node, "Sigmoid")
    tanh = partialmethod(_node, "Tanh")

    def silu(self, x: Tensor) -> Tensor:
        """X times its sigmoid."""
        return x * x.node("Sigmoid")

    def gelu(self, x: Tensor) -> Tensor:
        """X times the normal distribution function of x."""
        return x * 0.5 * ((x * 0.5**0.5).node("Erf") + 1)

    def softmax(self, x: Tensor) -> Tensor:
        """Exponentials that sum to 1 along the last axis."""
        return x.in_layout(channels_first=False).node("Softmax", axis=-1)


def _auto_pad(padding: str) -> str:
    return "SAME_UPPER" if padding == "same" else "VALID"
