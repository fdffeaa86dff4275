"""Layers that hold layers: sequences, submodels and connections that bypass some."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from skdigits.networks._formulas import clean_pixels, hiding_grids, keep_certain
from skdigits.networks._layers import (
    Array,
    Layer,
    Shape,
    Step,
    Watch,
    Weight,
    watched,
)


@dataclasses.dataclass(frozen=True)
class Composite(Layer):
    """Base class for layers that combine inner layers' output with their input."""

    layers: tuple[Layer, ...]

    def inner_shapes(self, shape: Shape) -> Iterator[tuple[Layer, Shape]]:
        """Return each inner layer with the shape of its input."""
        for layer in self.layers:
            yield layer, shape
            shape = layer.output_shape(shape)

    def inner_output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the last inner layer's output."""
        for layer in self.layers:
            shape = layer.output_shape(shape)
        return shape

    def weights(self, shape: Shape) -> list[Weight]:
        inner = self.inner_shapes(shape)
        return [weight for layer, at in inner for weight in layer.weights(at)]

    def n_products(self, shape: Shape) -> int:
        return sum(layer.n_products(at) for layer, at in self.inner_shapes(shape))

    def largest_output(self, shape: Shape) -> int:
        inner = (layer.largest_output(at) for layer, at in self.inner_shapes(shape))
        return max(super().largest_output(shape), *inner)

    def bind_inner(
        self, ops: Any, weights: Iterator[Array], watch: Watch | None = None
    ) -> Step:
        """Return the function that runs the inner layers one after the other."""
        steps = [layer.bind(ops, weights, watch) for layer in self.layers]

        def run(x: Any) -> Any:
            for step in steps:
                x = step(x)
            return x

        return run

    def bind(
        self, ops: Any, weights: Iterator[Array], watch: Watch | None = None
    ) -> Step:
        run = self.bind_inner(ops, weights, watch)
        return watched(self.connect(ops, run), self.name, watch)

    def connect(self, ops: Any, run: Step) -> Step:
        """Return what the layer computes, given what its inner layers compute."""
        raise NotImplementedError

    def keras_inner(self, x: Any, builder: Any) -> Any:
        """Return the inner layers' symbolic output for a symbolic input."""
        for layer in self.layers:
            x = layer.keras(x, builder)
        return x

    def keras(self, x: Any, builder: Any) -> Any:
        return builder.layer(self)([self.keras_inner(x, builder), x])

    def sizes(self) -> dict[str, Any]:
        sizes = super().sizes()
        del sizes["layers"]
        return sizes

    def describe(self) -> dict[str, Any]:
        inner = [layer.describe() for layer in self.layers]
        return {**super().describe(), "layers": inner}


@dataclasses.dataclass(frozen=True)
class Model(Composite):
    """Layers with an input of their own: a network, or a named part of one."""

    input_name: str
    input_shape: Shape

    def output_shape(self, shape: Shape) -> Shape:
        return self.inner_output_shape(shape)

    def bind(
        self, ops: Any, weights: Iterator[Array], watch: Watch | None = None
    ) -> Step:
        # The layers of a part cannot be watched from outside.
        return self.bind_inner(ops, weights)

    def keras(self, x: Any, builder: Any) -> Any:
        return builder.model(self)(x)

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


@dataclasses.dataclass(frozen=True)
class Skip(Composite):
    """Concatenate the output of the inner layers with their input."""

    keras_class = "Concatenate"

    def output_shape(self, shape: Shape) -> Shape:
        inner = self.inner_output_shape(shape)
        return (*inner[:-1], inner[-1] + shape[-1])

    def connect(self, ops: Any, run: Step) -> Step:
        return lambda x: ops.concatenate([run(x), x], axis=-1)


@dataclasses.dataclass(frozen=True)
class Residual(Composite):
    """Add the input of the inner layers to their output [1]_.

    .. [1] He et al. (2016). Deep residual learning for image recognition. CVPR.
    """

    keras_class = "Add"

    def connect(self, ops: Any, run: Step) -> Step:
        return lambda x: run(x) + x


@dataclasses.dataclass(frozen=True)
class KeepCertain(Composite):
    """Copy pixels strictly between 0 and 1; take the others from the inner layers."""

    def connect(self, ops: Any, run: Step) -> Step:
        return lambda x: keep_certain(ops, run(x), x)


@dataclasses.dataclass(frozen=True)
class BlindSpot(Composite):
    """Loss of a blind-spot network in training, else its denoised image.

    From the visible pixels, the inner layers predict the probabilities that a hidden
    pixel of the noisy image is 0, 1 or between, and its mean if between. Training
    maximizes the likelihood of the hidden pixels [1]_. The noise replaces each pixel
    independently, by 1 with probability a * s and by 0 with probability a * (1 - s).
    The clean pixel is therefore 1, given the other pixels, with probability
    ``(P(noisy is 1) - a * s) / (1 - a)``, and similarly for 0. Bayes' rule with the
    pixel's own noisy value then gives the mean of the clean pixel. `amount` is a,
    `salt_vs_pepper` is s.

    .. [1] Batson and Royer (2019). Noise2Self: blind denoising by self-supervision.
       ICML. arXiv:1901.11365.
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

    def keras(self, x: Any, builder: Any) -> Any:
        visible, hidden = builder.hide_pixels()(x)
        logits = self.keras_inner(visible, builder)
        return builder.layer(self)([x, hidden, logits])


@dataclasses.dataclass(frozen=True)
class Variational(Composite):
    """Loss of a conditional variational autoencoder in training, else its images.

    The inner layers are an encoder and a decoder, both of which receive the one-hot
    label: the input holds it behind the pixels. The loss is the cross-entropy of input
    and reconstructed pixels, plus `beta` times the Kullback-Leibler divergence of the
    latent distribution from the standard normal distribution [2]_, divided by the
    number of pixels. With ``beta=1`` it is the negative evidence lower bound [1]_.

    .. [1] Kingma and Welling (2014). Auto-encoding variational Bayes. ICLR.
       arXiv:1312.6114; equation 10.
    .. [2] Higgins et al. (2017). beta-VAE: learning basic visual concepts with a
       constrained variational framework. ICLR.
    """

    n_pixels: int
    latent_size: int
    beta: float

    def inner_shapes(self, shape: Shape) -> Iterator[tuple[Layer, Shape]]:
        encoder, decoder = self.layers
        yield encoder, shape
        yield decoder, (self.latent_size + shape[0] - self.n_pixels,)

    def output_shape(self, shape: Shape) -> Shape:
        return (self.n_pixels,)

    def bind(
        self, ops: Any, weights: Iterator[Array], watch: Watch | None = None
    ) -> Step:
        encode, decode = (layer.bind(ops, weights) for layer in self.layers)

        def reconstruct(x: Any) -> Any:
            mean = encode(x)[:, : self.latent_size]
            return decode(ops.concatenate([mean, x[:, self.n_pixels :]], axis=-1))

        return watched(reconstruct, self.name, watch)

    def keras(self, x: Any, builder: Any) -> Any:
        encoder, decoder = self.layers
        parameters = encoder.keras(x, builder)
        latent = builder.sampled_latent(self)([x, parameters])
        return builder.layer(self)([x, decoder.keras(latent, builder), parameters])


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
