"""The layers of Keras in ONNX: each becomes a node or two.

To add a layer, write a function that takes the graph, the layer and its inputs and
returns its output, and enter it in `_LAYERS` under the name of the layer's class.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from skdigits.exceptions import ModelFileError
from skdigits.persistence._onnx_graph import Graph, Value
from skdigits.persistence._onnx_masks import (
    blind_spot,
    hide_pixels,
    keep_certain,
    pixel_states,
)


def translated(graph: Graph, network: Any, inputs: Sequence[Value]) -> Value:
    """Output of a functional Keras model, following its tensors back to the inputs."""
    known = {id(t): value for t, value in zip(network.inputs, inputs, strict=True)}

    def value_of(tensor: Any) -> Value:
        if id(tensor) not in known:
            layer, index, _ = tensor._keras_history
            node = layer._inbound_nodes[index]
            kind = type(layer).__name__
            if kind not in _LAYERS:
                raise ModelFileError(
                    f"The layer {layer.name!r} of type {kind} has no ONNX form here."
                )
            made = _LAYERS[kind](graph, layer, *map(value_of, node.input_tensors))
            values = made if isinstance(made, tuple) else (made,)
            known.update(zip(map(id, node.output_tensors), values, strict=True))
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


def _conv_transpose(graph: Graph, layer: Any, x: Value) -> Value:
    arrays = [layer.kernel.numpy().transpose(3, 2, 0, 1)]
    if layer.use_bias:
        arrays.append(layer.bias.numpy())
    # Otherwise Keras crops or pads what ONNX leaves as it is.
    if layer.padding != "valid" or layer.kernel_size < layer.strides:
        raise ModelFileError(
            f"The layer {layer.name!r} has an ONNX form only with padding='valid' and "
            "a kernel no smaller than its strides."
        )
    name = graph.add(
        "ConvTranspose",
        graph.channels_first(x).name,
        *(graph.constant(np.ascontiguousarray(array)) for array in arrays),
        strides=list(layer.strides),
        dilations=list(layer.dilation_rate),
    )
    return _activated(graph, layer, Value(name, channels_first=True))


def _pad(graph: Graph, layer: Any, x: Value) -> Value:
    (top, bottom), (left, right) = layer.padding
    pads = graph.indices(0, 0, top, left, 0, 0, bottom, right)
    name = graph.add("Pad", graph.channels_first(x).name, pads)
    return Value(name, channels_first=True)


def _crop(graph: Graph, layer: Any, x: Value) -> Value:
    (top, bottom), (left, right) = layer.cropping
    to_the_end = np.iinfo(np.int64).max
    name = graph.add(
        "Slice",
        graph.channels_first(x).name,
        graph.indices(top, left),
        graph.indices(-bottom or to_the_end, -right or to_the_end),
        graph.indices(2, 3),
    )
    return Value(name, channels_first=True)


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
    pictures = layer.input_spec.ndim == 4
    name = graph.add(
        "BatchNormalization",
        graph.channels_first(x).name if pictures else x.name,
        *map(graph.constant, arrays),
        epsilon=layer.epsilon,
    )
    return Value(name, channels_first=pictures)


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
    shape = graph.indices(-1, *layer.target_shape)
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

_LAYERS: dict[str, Callable[..., Value | tuple[Value, ...]]] = {
    "Activation": _activated,
    "BatchNormalization": _batch_norm,
    "BlindSpot": blind_spot,
    "Concatenate": _concatenate,
    "Conv2D": _conv,
    "Conv2DTranspose": _conv_transpose,
    "Cropping2D": _crop,
    "Dense": _dense,
    "Dropout": _same,
    "Flatten": _flatten,
    "Functional": _nested,
    "HidePixels": hide_pixels,
    "KeepCertain": keep_certain,
    "MaxPooling2D": _max_pool,
    "PixelStates": pixel_states,
    "RandomDeformation": _same,
    "Reshape": _reshape,
    "SaltPepper": _same,
    "UpSampling2D": _upsample,
    "ZeroPadding2D": _pad,
}
