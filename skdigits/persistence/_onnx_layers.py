"""The layers of Keras in ONNX: each becomes a node or two.

To add a layer, write a function that takes the graph, the layer and its inputs and
returns its output, and enter it in `_LAYERS` under the name of the layer's class.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits.exceptions import ModelFileError


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


def translated(graph: Graph, network: Any, inputs: Sequence[Value]) -> Value:
    """Output of a functional Keras model, following its tensors back to the inputs."""
    known = {id(t): value for t, value in zip(network.inputs, inputs, strict=True)}

    def value_of(tensor: Any) -> Value:
        if id(tensor) not in known:
            layer, node, _ = tensor._keras_history
            values = map(value_of, layer._inbound_nodes[node].input_tensors)
            kind = type(layer).__name__
            if kind not in _LAYERS:
                raise ModelFileError(
                    f"The layer {layer.name!r} of type {kind} has no ONNX form here."
                )
            known[id(tensor)] = _LAYERS[kind](graph, layer, *values)
        return known[id(tensor)]

    return value_of(network.outputs[0])


def _nested(graph: Graph, layer: Any, *inputs: Value) -> Value:
    return translated(graph, layer, inputs)


def _same(graph: Graph, layer: Any, x: Value) -> Value:
    """Layers that act in training only."""
    return x


def _dense(graph: Graph, layer: Any, x: Value) -> Value:
    kernel = graph.constant(layer.kernel.numpy())
    name = graph.add("MatMul", graph.channels_last(x).name, kernel)
    if layer.use_bias:
        name = graph.add("Add", name, graph.constant(layer.bias.numpy()))
    return _activated(graph, layer, Value(name))


def _conv(graph: Graph, layer: Any, x: Value) -> Value:
    arrays = [layer.kernel.numpy().transpose(3, 2, 0, 1)]
    if layer.use_bias:
        arrays.append(layer.bias.numpy())
    name = graph.add(
        "Conv",
        graph.channels_first(x).name,
        *(graph.constant(np.ascontiguousarray(array)) for array in arrays),
        auto_pad=_padding(layer),
        strides=list(layer.strides),
        dilations=list(layer.dilation_rate),
        group=layer.groups,
    )
    return _activated(graph, layer, Value(name, channels_first=True))


def _max_pool(graph: Graph, layer: Any, x: Value) -> Value:
    name = graph.add(
        "MaxPool",
        graph.channels_first(x).name,
        auto_pad=_padding(layer),
        kernel_shape=list(layer.pool_size),
        strides=list(layer.strides),
    )
    return Value(name, channels_first=True)


def _batch_norm(graph: Graph, layer: Any, x: Value) -> Value:
    n_channels = layer.moving_mean.shape[0]
    gamma = layer.gamma.numpy() if layer.scale else np.ones(n_channels, np.float32)
    beta = layer.beta.numpy() if layer.center else np.zeros(n_channels, np.float32)
    arrays = gamma, beta, layer.moving_mean.numpy(), layer.moving_variance.numpy()
    name = graph.add(
        "BatchNormalization",
        graph.channels_first(x).name,
        *map(graph.constant, arrays),
        epsilon=layer.epsilon,
    )
    return Value(name, channels_first=True)


def _upsample(graph: Graph, layer: Any, x: Value) -> Value:
    if layer.interpolation != "nearest":
        raise ModelFileError(
            f"The layer {layer.name!r} interpolates; only nearest has an ONNX form."
        )
    scales = graph.constant(np.array([1, 1, *layer.size], np.float32))
    name = graph.add(
        *("Resize", graph.channels_first(x).name, "", scales),
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )
    return Value(name, channels_first=True)


def _concatenate(graph: Graph, layer: Any, *inputs: Value) -> Value:
    names = [graph.channels_last(value).name for value in inputs]
    return Value(graph.add("Concat", *names, axis=layer.axis))


def _reshape(graph: Graph, layer: Any, x: Value) -> Value:
    shape = graph.constant(np.array([-1, *layer.target_shape], np.int64))
    return Value(graph.add("Reshape", graph.channels_last(x).name, shape))


def _flatten(graph: Graph, layer: Any, x: Value) -> Value:
    return Value(graph.add("Flatten", graph.channels_last(x).name, axis=1))


def _activated(graph: Graph, layer: Any, x: Value) -> Value:
    """Apply the activation of a layer that has one, element by element."""
    name = layer.activation.__name__
    if name == "softmax":
        return Value(graph.add("Softmax", graph.channels_last(x).name, axis=-1))
    if name not in _ACTIVATIONS:
        raise ModelFileError(
            f"The activation {name!r} of layer {layer.name!r} has no ONNX form here."
        )
    return Value(_ACTIVATIONS[name](graph, x.name), x.channels_first)


def _silu(graph: Graph, x: str) -> str:
    return graph.add("Mul", x, graph.add("Sigmoid", x))


def _gelu(graph: Graph, x: str) -> str:
    """Half of x times 1 + erf(x / sqrt(2))."""
    erf = graph.add("Erf", graph.add("Mul", x, graph.number(0.5**0.5)))
    half = graph.add("Mul", x, graph.number(0.5))
    return graph.add("Mul", half, graph.add("Add", erf, graph.number(1)))


def _padding(layer: Any) -> str:
    return "SAME_UPPER" if layer.padding == "same" else "VALID"


_ACTIVATIONS: dict[str, Callable[[Graph, str], str]] = {
    "elu": lambda graph, x: graph.add("Elu", x),
    "gelu": _gelu,
    "linear": lambda graph, x: x,
    "relu": lambda graph, x: graph.add("Relu", x),
    "selu": lambda graph, x: graph.add("Selu", x),
    "sigmoid": lambda graph, x: graph.add("Sigmoid", x),
    "silu": _silu,
    "tanh": lambda graph, x: graph.add("Tanh", x),
}

_LAYERS: dict[str, Callable[..., Value]] = {
    "Activation": _activated,
    "BatchNormalization": _batch_norm,
    "Concatenate": _concatenate,
    "Conv2D": _conv,
    "Dense": _dense,
    "Dropout": _same,
    "Flatten": _flatten,
    "Functional": _nested,
    "MaxPooling2D": _max_pool,
    "Reshape": _reshape,
    "SaltPepper": _same,
    "UpSampling2D": _upsample,
}
