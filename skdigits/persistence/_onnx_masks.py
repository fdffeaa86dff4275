"""The layers of this package in ONNX: certain pixels, and hidden ones."""

from typing import Any

import numpy as np

from skdigits.persistence._onnx_graph import Graph, Value

_CHANNELS = 3  # the axis, with the channels behind


def pixel_states(graph: Graph, layer: Any, x: Value) -> Value:
    """Channels {x, x == 0, x == 1, 0 < x < 1}."""
    pixels = graph.channels_last(x).name
    zero, one = graph.number(0), graph.number(1)
    black = _as_float(graph, graph.add("LessOrEqual", pixels, zero))
    white = _as_float(graph, graph.add("GreaterOrEqual", pixels, one))
    grey = graph.add("Sub", graph.add("Sub", one, black), white)
    return Value(graph.add("Concat", pixels, black, white, grey, axis=_CHANNELS))


def keep_certain(graph: Graph, layer: Any, noisy: Value, denoised: Value) -> Value:
    """Copy the noisy pixels that lie between 0 and 1."""
    pixels = graph.channels_last(noisy).name
    above = graph.add("Greater", pixels, graph.number(0))
    below = graph.add("Less", pixels, graph.number(1))
    certain = graph.add("And", above, below)
    return Value(
        graph.add("Where", certain, pixels, graph.channels_last(denoised).name)
    )


def hide_pixels(graph: Graph, layer: Any, x: Value) -> tuple[Value, Value]:
    """Four copies of the pictures, each without a quarter of the pixels."""
    from skdigits._layers import _grids

    states = graph.channels_last(x).name
    height, width = layer.output[0].shape[1:3]
    grids = _grids(height, width).astype(np.float32)[:, np.newaxis]
    n_pictures = graph.add("Shape", states, start=0, end=1)
    shape = graph.add("Concat", n_pictures, graph.indices(height, width, 1), axis=0)
    hidden = [graph.add("Expand", graph.constant(grid), shape) for grid in grids]
    visible = [
        graph.add("Mul", states, graph.constant(np.float32(1) - grid)) for grid in grids
    ]
    return (
        Value(graph.add("Concat", *visible, axis=0)),
        Value(graph.add("Concat", *hidden, axis=0)),
    )


def blind_spot(
    graph: Graph, layer: Any, states: Value, hidden: Value, logits: Value
) -> Value:
    """Mean of each clean pixel: Bayes' rule, as in the layer's `_clean`."""
    add = graph.add
    told = add("Mul", *(graph.channels_last(value).name for value in (hidden, logits)))
    told = _sum_of_quarters(graph, told, layer.output.shape[1:3])
    salt = layer.amount * layer.salt_vs_pepper
    pepper, kept = layer.amount - salt, 1 - layer.amount
    noisy = add("Softmax", _channels(graph, told, 0, 3), axis=_CHANNELS)
    black, white, grey = (
        add(
            "Max",
            add("Sub", _channels(graph, noisy, i, i + 1), graph.number(noise)),
            graph.number(1e-6),
        )
        for i, noise in enumerate((pepper, salt, 0.0))
    )
    grey_mean = add(
        "Mul", grey, add("Sigmoid", _channels(graph, told, _CHANNELS, _CHANNELS + 1))
    )
    if_white = add(
        "Div",
        _weighted(graph, (kept + salt, white), (salt, grey_mean)),
        _weighted(graph, (kept + salt, white), (salt, grey), (salt, black)),
    )
    if_black = add(
        "Div",
        _weighted(graph, (pepper, white), (pepper, grey_mean)),
        _weighted(graph, (kept + pepper, black), (pepper, grey), (pepper, white)),
    )
    name = graph.channels_last(states).name
    pixel, is_black, is_white, is_grey = (
        _channels(graph, name, i, i + 1) for i in range(4)
    )
    parts = (is_grey, pixel), (is_white, if_white), (is_black, if_black)
    return Value(add("Sum", *(add("Mul", *part) for part in parts)))


def _sum_of_quarters(graph: Graph, x: str, image_shape: tuple[int, int]) -> str:
    """Add up the four parts that lie one after the other along the batch."""
    n_channels = _CHANNELS + 1
    apart = graph.add("Reshape", x, graph.indices(4, -1, *image_shape, n_channels))
    return graph.add("ReduceSum", apart, graph.indices(0), keepdims=0)


def _weighted(graph: Graph, *terms: tuple[float, str]) -> str:
    """Sum of factors times tensors, and a hair more, so that it divides."""
    parts = (graph.add("Mul", x, graph.number(factor)) for factor, x in terms)
    return graph.add("Sum", *parts, graph.number(1e-12))


def _channels(graph: Graph, x: str, start: int, stop: int) -> str:
    return graph.add(
        *("Slice", x, graph.indices(start), graph.indices(stop)),
        graph.indices(_CHANNELS),
    )


def _as_float(graph: Graph, x: str) -> str:
    return graph.add("CastLike", x, graph.number(0))
