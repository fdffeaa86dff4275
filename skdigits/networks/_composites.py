"""Layers that hold layers: sequences, submodels and connections that bypass some."""

import dataclasses
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from skdigits.networks._formulas import clean_pixels, hiding_grids, keep_certain
from skdigits.networks._layers import Array, Layer, Shape, Step, Watch, Weight

if TYPE_CHECKING:
    import keras


@dataclasses.dataclass(frozen=True)
class Composite(Layer):
    """Layers that run one after the other; subclasses connect them otherwise."""

    layers: tuple[Layer, ...]

    def inner_shapes(self, shape: Shape) -> Iterator[tuple[Layer, Shape]]:
        """Each inner layer with the shape of its input."""
        for layer in self.layers:
            yield layer, shape
            shape = layer.output_shape(shape)

    def output_shape(self, shape: Shape) -> Shape:
        for layer in self.layers:
            shape = layer.output_shape(shape)
        return shape

    def weights(self, shape: Shape) -> list[Weight]:
        return [
            weight
            for layer, inner_shape in self.inner_shapes(shape)
            for weight in layer.weights(inner_shape)
        ]

    def n_products(self, shape: Shape) -> int:
        return sum(layer.n_products(s) for layer, s in self.inner_shapes(shape))

    def largest_output(self, shape: Shape) -> int:
        inner = (layer.largest_output(s) for layer, s in self.inner_shapes(shape))
        return max(math.prod(shape), math.prod(self.output_shape(shape)), *inner)

    def bind(
        self, ops: Any, weights: Iterator[Array], watch: Watch | None = None
    ) -> Step:
        steps = [layer.bind(ops, weights, watch) for layer in self.layers]

        def run(x: Any) -> Any:
            for step in steps:
                x = step(x)
            return x

        connected = self.connect(ops, run)
        if watch is None or connected is run:
            return connected

        def watched(x: Any) -> Any:
            output = connected(x)
            watch(self.name, output)
            return output

        return watched

    def connect(self, ops: Any, run: Step) -> Step:
        """Return what the layer computes, given what its inner layers compute."""
        return run

    def keras(self, x: Any, penalty: "keras.Regularizer | None") -> Any:
        inner = x
        for layer in self.layers:
            inner = layer.keras(inner, penalty)
        return self.keras_connect(x, inner)

    def keras_connect(self, x: Any, inner: Any) -> Any:
        """Return a symbolic output, given the input and that of the inner layers."""
        return inner


@dataclasses.dataclass(frozen=True)
class Model(Composite):
    """Layers with an input of their own: a network, or a named part of one."""

    input_name: str
    input_shape: Shape

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        import keras

        x = keras.Input(self.input_shape, name=self.input_name)
        return keras.Model(x, super().keras(x, penalty), name=self.name)

    def keras(self, x: Any, penalty: "keras.Regularizer | None") -> Any:
        return self.keras_layer(penalty)(x)

    def bind(
        self, ops: Any, weights: Iterator[Array], watch: Watch | None = None
    ) -> Step:
        # The layers of a part cannot be watched from outside.
        return super().bind(ops, weights)

    def part(self, name: str) -> tuple["Model", slice]:
        """Return a named part, and the place of its weights among the network's.

        Raises
        ------
        ValueError
            If there is no part of this name.
        """
        found = _find(self, self.input_shape, name, 0)
        if found is None:
            raise ValueError(f"The network {self.name!r} has no part {name!r}.")
        return found

    def bind_watched(self, ops: Any, weights: Iterator[Array], watch: Watch) -> Step:
        """Return `bind` with `watch` called for the input and layers outside parts."""
        run = super().bind(ops, weights, watch)

        def watched(x: Any) -> Any:
            watch(self.input_name, x)
            return run(x)

        return watched


@dataclasses.dataclass(frozen=True)
class Skip(Composite):
    """Concatenate the output of the inner layers with their input."""

    def output_shape(self, shape: Shape) -> Shape:
        inner = super().output_shape(shape)
        return (*inner[:-1], inner[-1] + shape[-1])

    def connect(self, ops: Any, run: Step) -> Step:
        return lambda x: ops.concatenate([run(x), x], axis=-1)

    def keras_connect(self, x: Any, inner: Any) -> Any:
        from keras import layers

        return layers.Concatenate(name=self.name)([inner, x])


@dataclasses.dataclass(frozen=True)
class Residual(Composite):
    """Add the input of the inner layers to their output [1]_.

    .. [1] He et al. (2016). Deep residual learning for image recognition. CVPR.
    """

    def connect(self, ops: Any, run: Step) -> Step:
        return lambda x: run(x) + x

    def keras_connect(self, x: Any, inner: Any) -> Any:
        from keras import layers

        return layers.Add(name=self.name)([inner, x])


@dataclasses.dataclass(frozen=True)
class KeepCertain(Composite):
    """Copy pixels strictly between 0 and 1; take the others from the inner layers."""

    def connect(self, ops: Any, run: Step) -> Step:
        return lambda x: keep_certain(ops, x, run(x))

    def keras_connect(self, x: Any, inner: Any) -> Any:
        from skdigits.networks import _keras_layers

        return _keras_layers.KeepCertain(name=self.name)([x, inner])


@dataclasses.dataclass(frozen=True)
class BlindSpot(Composite):
    """Clean pixels from their states, each hidden from the inner layers once.

    See `skdigits.networks._keras_layers.BlindSpot`.
    """

    amount: float
    salt_vs_pepper: float
    image_shape: tuple[int, int]

    def output_shape(self, shape: Shape) -> Shape:
        return (*shape[:2], 1)

    def n_products(self, shape: Shape) -> int:
        return 4 * super().n_products(shape)

    def connect(self, ops: Any, run: Step) -> Step:
        grids = hiding_grids(*self.image_shape)

        def clean(states: Any) -> Any:
            logits = [run(states * (1 - grid)) * grid for grid in grids]
            logits = logits[0] + logits[1] + logits[2] + logits[3]
            return clean_pixels(ops, states, logits, self.amount, self.salt_vs_pepper)

        return clean

    def keras(self, x: Any, penalty: "keras.Regularizer | None") -> Any:
        from skdigits.networks import _keras_layers

        visible, hidden = _keras_layers.HidePixels(name="hide")(x)
        logits = super().keras(visible, penalty)
        layer = _keras_layers.BlindSpot(
            self.amount, self.salt_vs_pepper, name=self.name
        )
        return layer([x, hidden, logits])

    def keras_connect(self, x: Any, inner: Any) -> Any:
        return inner


@dataclasses.dataclass(frozen=True)
class Variational(Composite):
    """An encoder and a decoder of images with one-hot labels behind their pixels.

    See `skdigits.networks._keras_variational.EvidenceBound`.
    """

    n_pixels: int
    latent_size: int
    beta: float

    def inner_shapes(self, shape: Shape) -> Iterator[tuple[Layer, Shape]]:
        encoder, decoder = self.layers
        n_classes = shape[0] - self.n_pixels
        yield encoder, shape
        yield decoder, (self.latent_size + n_classes,)

    def output_shape(self, shape: Shape) -> Shape:
        return (self.n_pixels,)

    def bind(
        self, ops: Any, weights: Iterator[Array], watch: Watch | None = None
    ) -> Step:
        encode, decode = (layer.bind(ops, weights) for layer in self.layers)

        def decoded(x: Any) -> Any:
            mean = encode(x)[:, : self.latent_size]
            return decode(ops.concatenate([mean, x[:, self.n_pixels :]], axis=-1))

        return decoded

    def keras(self, x: Any, penalty: "keras.Regularizer | None") -> Any:
        from keras import layers

        from skdigits.networks import _keras_variational as variational

        encoder, decoder = self.layers
        pixels, label = variational.PixelsAndLabel(self.n_pixels, name="parts")(x)
        parameters = encoder.keras(x, penalty)
        latent = variational.SampledLatent(name="sampled_latent")(parameters)
        labelled = layers.Concatenate(name="labelled_latent")([latent, label])
        decoded = decoder.keras(labelled, penalty)
        bound = variational.EvidenceBound(self.beta, name=self.name)
        return bound([pixels, decoded, parameters])


def leaves(layer: Layer, shape: Shape) -> Iterator[tuple[Layer, Shape]]:
    """Layers that hold no others, in the order of their weights; shapes of inputs."""
    if not isinstance(layer, Composite):
        yield layer, shape
        return
    for inner, inner_shape in layer.inner_shapes(shape):
        yield from leaves(inner, inner_shape)


def _find(
    layer: Composite, shape: Shape, name: str, start: int
) -> tuple[Model, slice] | None:
    for inner, inner_shape in layer.inner_shapes(shape):
        stop = start + len(inner.weights(inner_shape))
        if isinstance(inner, Model) and inner.name == name:
            return inner, slice(start, stop)
        if isinstance(inner, Composite):
            found = _find(inner, inner_shape, name, start)
            if found is not None:
                return found
        start = stop
    return None
