"""Stages of a network: layers grouped into the boxes of a diagram.

Layers are classified by their weights and shapes, not by the name of their class, so
that custom layers work too. Keras is not imported.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import compress, pairwise
from types import SimpleNamespace
from typing import Any, Literal

from skdigits.plotting._network_words import heading, kind_in_words

Shape = tuple[int | None, ...]
Kind = Literal["input", "dense", "convolution", "weightless"]
_Reference = tuple[str, int]  # name of a layer, index of its output

# Layer settings listed in captions, by Keras's names.
_WINDOWS = ("kernel_size", "pool_size", "size")


@dataclass(eq=False)
class Stage:
    """Main layer and the minor layers after it, which share one box."""

    layers: list[Any]
    sources: list["Stage"]
    submodel: str | None

    @property
    def name(self) -> str:
        """Heading of the caption."""
        main = [layer for layer in self.layers[1:] if _has_kernel(layer)]
        names = [layer.name for layer in (self.layers[0], *main)]
        return heading(names, is_input=not self.sources)

    @property
    def shapes(self) -> list[Shape]:
        """Distinct output shapes of the layers, without the batch axis."""
        return _without_repeats(_output_shape(layer) for layer in self.layers)

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases of all layers."""
        return sum(layer.count_params() for layer in self.layers if _is_layer(layer))

    @property
    def n_outputs(self) -> int:
        """Number of output values."""
        return _size(self.shapes[-1])

    @property
    def image_size(self) -> tuple[int, int, int] | None:
        """Height, width and channels of the output, or None for vectors."""
        for shape in self.shapes:
            if len(shape) > 1:
                # A sequence of vectors is shown like an image one pixel wide.
                height, width, channels = (
                    shape[-3:] if len(shape) > 2 else (shape[0], 1, shape[1])
                )
                return height or 1, width or 1, channels or 1
        return None

    @property
    def image_layers(self) -> list[Any]:
        """Layers whose outputs are images or feature maps."""
        return [
            layer
            for layer in self.layers
            if _is_layer(layer) and len(_output_shape(layer)) == 3
        ]

    @property
    def kind(self) -> Kind:
        """Kind of the main layer, which decides the colour of the box."""
        if not self.sources:
            return "input"
        if _has_kernel(self.layers[0]):
            return "convolution" if self.image_size else "dense"
        return "weightless"

    @property
    def description(self) -> list[str]:
        """Lines with shapes, number of parameters and layers."""
        lines = [" → ".join(_shape_text(shape) for shape in self.shapes)]
        if self.n_parameters:
            lines.append(f"{self.n_parameters:,} parameters")
        shapes = [_output_shape(layer) for layer in self.layers]
        # A change of shape is shown by the first line already.
        keeps_shape = [a == b for a, b in pairwise(shapes)]
        listed = compress(self.layers, [bool(self.sources), *keeps_shape])
        # Kernels first: what is listed after them follows each of them.
        layers = sorted(filter(_is_layer, listed), key=lambda x: not _has_kernel(x))
        n_kernels = Counter(_describe(layer) for layer in layers if _has_kernel(layer))
        return lines + [
            f"{n_kernels[text]} × {text}" if n_kernels[text] > 1 else text
            for text in _without_repeats(map(_describe, layers))
        ]


def parse_stages(model: Any) -> list[Stage]:
    """Return the stages of a Keras model in the order of computation."""
    stages: list[Stage] = []
    _append_stages(model, [], None, stages)
    return stages


def join_repeated(stages: list[Stage]) -> list[Stage]:
    """Join stages of the same kind, output shape and beginning of the name.

    Only stages that follow each other without a branch are joined.
    """
    joined: list[Stage] = []
    for stage in stages:
        last = joined[-1] if joined else stage
        n_uses = sum(last in other.sources for other in stages)
        if stage.sources == [last] and n_uses == 1 and _is_repeated(last, stage):
            last.layers += stage.layers
            for other in stages:
                other.sources = [last if s is stage else s for s in other.sources]
        else:
            joined.append(stage)
    return joined


def _is_repeated(first: Stage, second: Stage) -> bool:
    """Return True if two stages differ at most in the end of their names."""
    names = [stage.layers[0].name.rpartition("_")[0] for stage in (first, second)]
    return (
        names[0] == names[1] != ""
        and _has_kernel(second.layers[0])
        and first.kind == second.kind
        and first.shapes[-1] == second.shapes[-1]
    )


def _append_stages(
    model: Any, inputs: list[Stage], submodel: str | None, stages: list[Stage]
) -> list[Stage]:
    """Append the stages of `model` with these inputs; return the output stages."""
    outputs: dict[str, list[Stage]] = {}

    def stage_of(reference: _Reference) -> Stage:
        name, index = reference
        # All outputs of a layer come from one box; those of a submodel may not.
        return outputs[name][index if index < len(outputs[name]) else 0]

    calls, final = _graph(model)
    for layer, references in calls:
        # If a layer is called several times, its box is at the first call.
        known = [stage_of(call) for call in references if call[0] in outputs]
        sources = list(dict.fromkeys(known))
        if hasattr(layer, "layers"):
            name = submodel or layer.name
            outputs[layer.name] = _append_stages(layer, known, name, stages)
        elif inputs and not references:
            outputs[layer.name] = [inputs.pop(0)]
        elif _is_minor(layer, sources):
            sources[0].layers.append(layer)
            outputs[layer.name] = sources
        else:
            stages.append(Stage([layer], sources, submodel))
            outputs[layer.name] = stages[-1:]
    return [stage_of(reference) for reference in final]


def _graph(model: Any) -> tuple[list[tuple[Any, list[_Reference]]], list[_Reference]]:
    """Return each layer with its inputs, and the outputs of the model."""
    if hasattr(model, "operations"):
        # The description that Keras stores in model files.
        config = model.get_config()
        operations = {operation.name: operation for operation in model.operations}
        calls = [
            (operations[entry["name"]], list(_references(entry["inbound_nodes"])))
            for entry in config["layers"]
        ]
        return calls, list(_references(config["output_layers"]))
    if not getattr(model, "inputs", None):
        raise ValueError(
            f"plot_network: the graph of {type(model).__name__} {model.name!r} is "
            "unknown. Build the model from a keras.Input and layers called on it; a "
            "Sequential needs a keras.Input as its first entry."
        )
    # A Sequential is a chain.
    pixels = SimpleNamespace(name="input", output=model.inputs[0])
    chain = [pixels, *model.layers]
    names = [layer.name for layer in chain]
    feeds = [[], *([(name, 0)] for name in names)]
    return list(zip(chain, feeds, strict=False)), [(names[-1], 0)]


def _references(described: Any) -> Iterator[_Reference]:
    """Yield layer name and output index of all references in a part of the config."""
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
    """Return True if a layer has no kernel and keeps the number of values."""
    return (
        len(sources) == 1
        and not _has_kernel(layer)
        and _size(_output_shape(layer)) == sources[0].n_outputs
    )


def _has_kernel(layer: Any) -> bool:
    """Return True if a layer has a weight matrix, not only scales and offsets."""
    return any(len(weight.shape) > 1 for weight in getattr(layer, "weights", ()))


def _is_layer(operation: Any) -> bool:
    """Return True for layers, False for arithmetic operations of the graph."""
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


def _describe(layer: Any) -> str:
    """Return class, window sizes, dropout rate and activation of a layer."""
    activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
    if type(layer).__name__ == "Activation":
        return activation
    parts = [kind_in_words(layer)]
    for name in _WINDOWS:
        if isinstance(window := getattr(layer, name, None), tuple):
            parts.append(_shape_text(window))
    if isinstance(rate := getattr(layer, "rate", None), float):
        parts.append(f"{rate:g}")
    return " ".join(parts) + ("" if activation == "linear" else f", {activation}")


def _without_repeats(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
