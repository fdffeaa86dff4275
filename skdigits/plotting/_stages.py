"""What a network consists of, read from its graph as boxes that can be drawn.

A layer's part is told from weights and shapes, not from the name of its class, so that
layers of the user's own are drawn too. Keras itself is not needed for that.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import compress, pairwise
from types import SimpleNamespace
from typing import Any, Literal

Shape = tuple[int | None, ...]
Kind = Literal["input", "dense", "convolution", "weightless"]
_Reference = tuple[str, int]  # name of a layer, index of its output

# Settings worth a word in the caption of a layer, under Keras's names.
_WINDOWS = ("kernel_size", "pool_size", "size")


@dataclass(eq=False)
class Stage:
    """A layer that makes something new, and the minor ones that follow it."""

    layers: list[Any]
    sources: list["Stage"]
    submodel: str | None

    @property
    def name(self) -> str:
        """Name of its first layer."""
        return self.layers[0].name

    @property
    def shapes(self) -> list[Shape]:
        """Shape after each layer, without the batch, where it changes."""
        return _without_repeats(_output_shape(layer) for layer in self.layers)

    @property
    def n_parameters(self) -> int:
        """Weights and biases of all its layers."""
        return sum(layer.count_params() for layer in self.layers if _is_layer(layer))

    @property
    def n_outputs(self) -> int:
        """How many numbers it gives."""
        return _size(self.shapes[-1])

    @property
    def picture_size(self) -> tuple[int, int, int] | None:
        """Height, width and channels, where it gives pictures."""
        for shape in self.shapes:
            if len(shape) > 1:
                # A sequence of vectors is as a picture one pixel wide.
                height, width, channels = (
                    shape[-3:] if len(shape) > 2 else (shape[0], 1, shape[1])
                )
                return height or 1, width or 1, channels or 1
        return None

    @property
    def picture_layers(self) -> list[Any]:
        """Those of its layers that give pictures."""
        return [
            layer
            for layer in self.layers
            if _is_layer(layer) and len(_output_shape(layer)) == 3
        ]

    @property
    def kind(self) -> Kind:
        """What it does to the data."""
        if not self.sources:
            return "input"
        if _has_kernel(self.layers[0]):
            return "convolution" if self.picture_size else "dense"
        return "weightless"

    @property
    def description(self) -> list[str]:
        """Lines that say its shape, its parameters and what its layers are."""
        lines = [" → ".join(_shape_text(shape) for shape in self.shapes)]
        if self.n_parameters:
            lines.append(f"{self.n_parameters:,} parameters")
        shapes = [_output_shape(layer) for layer in self.layers]
        kept = [a == b for a, b in pairwise(shapes)]  # else the first line tells
        shown = compress(self.layers, [bool(self.sources), *kept])
        return lines + _without_repeats(map(_words, filter(_is_layer, shown)))


def read_stages(model: Any) -> list[Stage]:
    """Return the stages of a Keras model in the order in which the data pass them."""
    stages: list[Stage] = []
    _read(model, [], None, stages)
    return stages


def _read(
    model: Any, given: list[Stage], submodel: str | None, stages: list[Stage]
) -> list[Stage]:
    """Append the stages of `model`, fed by the stages `given`; return its outputs."""
    outputs: dict[str, list[Stage]] = {}

    def stage_of(reference: _Reference) -> Stage:
        name, index = reference
        # Several outputs of one layer come from one box, those of a submodel do not.
        return outputs[name][index if index < len(outputs[name]) else 0]

    calls, final = _graph(model)
    for layer, references in calls:
        # A layer can be called again further down; its box stands at its first call.
        known = [stage_of(call) for call in references if call[0] in outputs]
        sources = list(dict.fromkeys(known))
        if hasattr(layer, "layers"):
            outputs[layer.name] = _read(layer, known, submodel or layer.name, stages)
        elif given and not references:
            outputs[layer.name] = [given.pop(0)]
        elif _is_minor(layer, sources):
            sources[0].layers.append(layer)
            outputs[layer.name] = sources
        else:
            stages.append(Stage([layer], sources, submodel))
            outputs[layer.name] = stages[-1:]
    return [stage_of(reference) for reference in final]


def _graph(model: Any) -> tuple[list[tuple[Any, list[_Reference]]], list[_Reference]]:
    """Each layer with what it is called on, and what the model puts out."""
    if hasattr(model, "operations"):
        # As Keras's own files state it.
        config = model.get_config()
        operations = {operation.name: operation for operation in model.operations}
        calls = [
            (operations[entry["name"]], list(_references(entry["inbound_nodes"])))
            for entry in config["layers"]
        ]
        return calls, list(_references(config["output_layers"]))
    if not getattr(model, "inputs", None):
        raise ValueError(
            f"plot_network: the graph of {type(model).__name__} {model.name!r} is not "
            "known. Make the model from keras.Input and layers called on it; a "
            "Sequential needs a keras.Input as its first entry."
        )
    # A Sequential is a chain.
    pixels = SimpleNamespace(name="input", output=model.inputs[0])
    chain = [pixels, *model.layers]
    names = [layer.name for layer in chain]
    feeds = [[], *([(name, 0)] for name in names)]
    return list(zip(chain, feeds, strict=False)), [(names[-1], 0)]


def _references(described: Any) -> Iterator[_Reference]:
    """Name and output of all layers mentioned in a part of a model's description."""
    match described:
        case {"keras_history": [str(name), _, int(output)]}:
            yield name, output
        case {}:
            for part in described.values():
                yield from _references(part)
        case [str(name), int(_), int(output)]:
            yield name, output
        case [*parts]:
            for part in parts:
                yield from _references(part)


def _is_minor(layer: Any, sources: list[Stage]) -> bool:
    """Whether a layer leaves number and order of its inputs as they are."""
    return (
        len(sources) == 1
        and not _has_kernel(layer)
        and _size(_output_shape(layer)) == sources[0].n_outputs
    )


def _has_kernel(layer: Any) -> bool:
    """Whether it mixes its inputs by weights, and does not only scale and shift."""
    return any(len(weight.shape) > 1 for weight in getattr(layer, "weights", ()))


def _is_layer(operation: Any) -> bool:
    """Whether it is more than an arithmetic operation of the graph."""
    return hasattr(operation, "count_params")


def _output_shape(layer: Any) -> Shape:
    output = layer.output
    while isinstance(output, dict | list | tuple):
        output = next(iter(output.values() if isinstance(output, dict) else output))
    return tuple(output.shape[1:])


def _size(shape: Shape) -> int:
    return math.prod(side or 1 for side in shape)


def _shape_text(shape: Shape) -> str:
    return "×".join("?" if side is None else f"{side:,}" for side in shape)


def _words(layer: Any) -> str:
    """Name a layer's class, windows, rate of dropout and activation."""
    activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
    if type(layer).__name__ == "Activation":
        return activation
    words = [type(layer).__name__]
    for name in _WINDOWS:
        if isinstance(window := getattr(layer, name, None), tuple):
            words.append(_shape_text(window))
    if isinstance(rate := getattr(layer, "rate", None), float):
        words.append(f"{rate:g}")
    return " ".join(words) + ("" if activation == "linear" else f", {activation}")


def _without_repeats(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
