"""Kinds of layers: all that is known of each, in one class.

A layer is a frozen dataclass of sizes. It knows the shape of its output, the shapes of
its weights, its Keras layer, and its arithmetic. The arithmetic is written once, as
functions of a namespace `ops` that has the names of `keras.ops` and a few more:
`skdigits.networks._numpy_ops` computes with NumPy, and
`skdigits.persistence._onnx_ops` writes the nodes of an ONNX graph.
"""

import dataclasses
import math
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdigits.networks._formulas import bounded_log_variance, pixel_states

if TYPE_CHECKING:
    import keras

Shape = tuple[int, ...]  # without the batch axis
Array = NDArray[Any]  # float32 throughout
Step = Callable[[Any], Any]
Watch = Callable[[str, Any], None]  # takes the name and the output of a layer

# What Keras's BatchNormalization adds to the variance.
_EPSILON = np.float32(1e-3)


class Weight(NamedTuple):
    """Shape of a weight, and whether the optimizer updates it."""

    shape: Shape
    trainable: bool = True


@dataclasses.dataclass(frozen=True)
class Layer:
    """A layer with a name; by default without weights, and with its input's shape."""

    name: str

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the output for an input of this shape."""
        return shape

    def weights(self, shape: Shape) -> list[Weight]:
        """Return the weights in Keras's order for an input of this shape."""
        return []

    def n_products(self, shape: Shape) -> int:
        """Return the number of products with elements of the kernel, for a sample."""
        kernel = next((w for w in self.weights(shape) if len(w.shape) > 1), None)
        if kernel is None:
            return 0
        positions = math.prod(shape[:-1]), math.prod(self.output_shape(shape)[:-1])
        return math.prod(kernel.shape) * min(positions)

    def largest_output(self, shape: Shape) -> int:
        """Return the largest number of values between layers, for a sample."""
        return math.prod(self.output_shape(shape))

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        """Return the function of one input that the layer computes in prediction.

        It takes its arrays from the iterator over all weights of the network.
        """
        return _identity

    def bind(
        self, ops: Any, weights: Iterator[Array], watch: Watch | None = None
    ) -> Step:
        """Return `step`; `watch` is called with the layer's name and each output."""
        step = self.step(ops, weights)
        if watch is None:
            return step

        def watched(x: Any) -> Any:
            output = step(x)
            watch(self.name, output)
            return output

        return watched

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        """Return a new Keras layer; `penalty` acts on hidden kernels."""
        raise NotImplementedError

    def keras(self, x: Any, penalty: "keras.Regularizer | None") -> Any:
        """Return the output of a new Keras layer for a symbolic input."""
        return self.keras_layer(penalty)(x)

    def describe(self) -> dict[str, Any]:
        """Return kind, name and sizes as plain data that JSON can hold."""
        sizes = {
            field.name: _plain(getattr(self, field.name))
            for field in dataclasses.fields(self)
        }
        return {"kind": type(self).__name__, **sizes}


@dataclasses.dataclass(frozen=True)
class Dense(Layer):
    """Matrix product, bias and activation; hidden kernels can be penalized."""

    units: int
    activation: str = "linear"
    use_bias: bool = True
    penalized: bool = False

    def output_shape(self, shape: Shape) -> Shape:
        return (self.units,)

    def weights(self, shape: Shape) -> list[Weight]:
        bias = [Weight((self.units,))] if self.use_bias else []
        return [Weight((*shape, self.units)), *bias]

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        multiply = ops.product(next(weights))
        bias = next(weights) if self.use_bias else None
        activation = getattr(ops, self.activation)
        if bias is None:
            return lambda x: activation(multiply(x))
        return lambda x: activation(multiply(x) + bias)

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from keras import layers

        return layers.Dense(
            self.units,
            activation=self.activation,
            use_bias=self.use_bias,
            kernel_regularizer=penalty if self.penalized else None,
            name=self.name,
        )


@dataclasses.dataclass(frozen=True)
class Conv2D(Layer):
    """Convolution with square windows, bias and activation."""

    filters: int
    size: int = 3
    strides: int = 1
    padding: str = "same"
    activation: str = "linear"
    use_bias: bool = True
    penalized: bool = False

    def output_shape(self, shape: Shape) -> Shape:
        lost = self.size - 1 if self.padding == "valid" else 0
        # Images smaller than the window have no pixels left.
        sides = [-(-max(side - lost, 0) // self.strides) for side in shape[:2]]
        return (*sides, self.filters)

    def weights(self, shape: Shape) -> list[Weight]:
        bias = [Weight((self.filters,))] if self.use_bias else []
        return [Weight((self.size, self.size, shape[2], self.filters)), *bias]

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        convolve = ops.convolution(next(weights), self.strides, self.padding)
        bias = next(weights) if self.use_bias else None
        activation = getattr(ops, self.activation)
        if bias is None:
            return lambda x: activation(convolve(x))
        return lambda x: activation(convolve(x) + bias)

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from keras import layers

        return layers.Conv2D(
            self.filters,
            self.size,
            self.strides,
            padding=self.padding,
            activation=self.activation,
            use_bias=self.use_bias,
            kernel_regularizer=penalty if self.penalized else None,
            name=self.name,
        )


@dataclasses.dataclass(frozen=True)
class Conv2DTranspose(Layer):
    """Each pixel becomes a square of side `size`; the squares do not overlap."""

    filters: int
    size: int = 2

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0] * self.size, shape[1] * self.size, self.filters)

    def weights(self, shape: Shape) -> list[Weight]:
        return [Weight((self.size, self.size, self.filters, shape[2]))]

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return ops.transposed_convolution(next(weights))

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from keras import layers

        return layers.Conv2DTranspose(
            self.filters, self.size, self.size, use_bias=False, name=self.name
        )


@dataclasses.dataclass(frozen=True)
class BatchNormalization(Layer):
    """One scale and one offset for each channel, in training those of the batch."""

    def weights(self, shape: Shape) -> list[Weight]:
        return [
            Weight(shape[-1:], trainable) for trainable in (True, True, False, False)
        ]

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        gamma, beta, mean, variance = islice(weights, 4)
        scale = gamma / np.sqrt(variance + _EPSILON)
        offset = beta - mean * scale
        return lambda x: x * scale + offset

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from keras import layers

        # Keras's momentum of 0.99 needs some 500 steps to forget its initial value; a
        # small training set gives fewer.
        return layers.BatchNormalization(momentum=0.9, name=self.name)


@dataclasses.dataclass(frozen=True)
class Activation(Layer):
    """An activation on its own, under Keras's name."""

    activation: str

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return getattr(ops, self.activation)

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from keras import layers

        return layers.Activation(self.activation, name=self.name)


@dataclasses.dataclass(frozen=True)
class Dropout(Layer):
    """In training, set a fraction `rate` of the values to 0 and scale up the others."""

    rate: float

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from keras import layers

        return layers.Dropout(self.rate, name=self.name)


@dataclasses.dataclass(frozen=True)
class MaxPooling2D(Layer):
    """Maximum of each 2x2 square.

    With ``padding="same"`` an odd last row or column is pooled on its own, with
    ``"valid"`` it is left out.
    """

    padding: str = "valid"

    def output_shape(self, shape: Shape) -> Shape:
        up = 1 if self.padding == "same" else 0
        return ((shape[0] + up) // 2, (shape[1] + up) // 2, shape[2])

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return lambda x: ops.max_pool(x, self.padding)

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from keras import layers

        return layers.MaxPooling2D(2, padding=self.padding, name=self.name)


@dataclasses.dataclass(frozen=True)
class UpSampling2D(Layer):
    """Repeat each pixel twice along both axes."""

    def output_shape(self, shape: Shape) -> Shape:
        return (2 * shape[0], 2 * shape[1], shape[2])

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return ops.upsample

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from keras import layers

        return layers.UpSampling2D(2, name=self.name)


@dataclasses.dataclass(frozen=True)
class Pad(Layer):
    """Add rows of zeros at the bottom and columns of zeros on the right."""

    bottom: int
    right: int

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0] + self.bottom, shape[1] + self.right, shape[2])

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return lambda x: ops.pad(x, self.bottom, self.right)

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from keras import layers

        return layers.ZeroPadding2D(((0, self.bottom), (0, self.right)), name=self.name)


@dataclasses.dataclass(frozen=True)
class Crop(Layer):
    """Remove rows at the bottom and columns on the right."""

    bottom: int
    right: int

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0] - self.bottom, shape[1] - self.right, shape[2])

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return lambda x: ops.crop(x, self.bottom, self.right)

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from keras import layers

        return layers.Cropping2D(((0, self.bottom), (0, self.right)), name=self.name)


@dataclasses.dataclass(frozen=True)
class Reshape(Layer):
    """Arrange the values of each sample in another shape."""

    shape: Shape

    def output_shape(self, shape: Shape) -> Shape:
        return self.shape

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return lambda x: ops.reshape(x, (-1, *self.shape))

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from keras import layers

        return layers.Reshape(self.shape, name=self.name)


@dataclasses.dataclass(frozen=True)
class Flatten(Layer):
    """Arrange the values of each sample in one row."""

    def output_shape(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return ops.flatten

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from keras import layers

        return layers.Flatten(name=self.name)


@dataclasses.dataclass(frozen=True)
class SaltPepper(Layer):
    """In training, salt-and-pepper noise of an amount between `low` and `high`."""

    low: float
    high: float
    salt_vs_pepper: float = 0.5

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from skdigits.networks import _keras_layers

        return _keras_layers.SaltPepper(
            self.low, self.high, self.salt_vs_pepper, name=self.name
        )


@dataclasses.dataclass(frozen=True)
class RandomDeformation(Layer):
    """In training, shift, rotate, zoom and bend images at random."""

    shift: float = 0.0
    rotation: float = 0.0
    zoom: float = 0.0
    elastic: float = 0.0
    order: float = 1

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from skdigits.networks import _keras_layers

        return _keras_layers.RandomDeformation(**dataclasses.asdict(self))


@dataclasses.dataclass(frozen=True)
class PixelStates(Layer):
    """Channels {x, x <= 0, x >= 1, 0 < x < 1} of images with one channel."""

    def output_shape(self, shape: Shape) -> Shape:
        return (*shape[:2], 4)

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return lambda x: pixel_states(ops, x)

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from skdigits.networks import _keras_layers

        return _keras_layers.PixelStates(name=self.name)


@dataclasses.dataclass(frozen=True)
class BoundedLogVariance(Layer):
    """Of [mean, logarithm of the variance], bound the second half smoothly."""

    latent_size: int

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return lambda x: bounded_log_variance(ops, x, self.latent_size)

    def keras_layer(self, penalty: "keras.Regularizer | None") -> Any:
        from skdigits.networks import _keras_variational

        return _keras_variational.BoundedLogVariance(self.latent_size, name=self.name)


def _identity(x: Any) -> Any:
    return x


def _plain(value: Any) -> Any:
    if isinstance(value, Layer):
        return value.describe()
    return [_plain(part) for part in value] if isinstance(value, tuple) else value
