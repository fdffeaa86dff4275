"""Kinds of layers: all that is known of each, in one class.

A layer is a frozen dataclass of sizes. It knows the shape of its output, the shapes of
its weights, and its arithmetic. The arithmetic is written once, as functions of a
namespace `ops` with the names of `keras.ops` and a few more:
`skdigits.networks._numpy_ops` computes with NumPy, and `skdigits.persistence._onnx_ops`
writes the nodes of an ONNX graph. The Keras layer has the class's name and the fields
as arguments, unless the class says otherwise.
"""

import dataclasses
import math
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdigits.networks._formulas import bounded_log_variance, pixel_states

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

    @property
    def size(self) -> int:
        """Number of values."""
        return math.prod(self.shape)


@dataclasses.dataclass(frozen=True)
class Layer:
    """A layer with a name; by default without weights, and with its input's shape."""

    keras_class: ClassVar[str] = ""  # if not the class's own name

    name: str

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the output for an input of this shape."""
        return shape

    def weights(self, shape: Shape) -> list[Weight]:
        """Return the weights in Keras's order for an input of this shape."""
        return []

    def n_products(self, shape: Shape) -> int:
        """Return the number of products with elements of kernels, for a sample."""
        return 0

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
        return watched(self.step(ops, weights), self.name, watch)

    def keras(self, x: Any, builder: Any) -> Any:
        """Return the output of a new Keras layer for a symbolic input."""
        return builder.layer(self)(x)

    def sizes(self) -> dict[str, Any]:
        """Return the fields that belong to the layer itself: arguments for Keras."""
        return {
            field.name: getattr(self, field.name) for field in dataclasses.fields(self)
        }

    def describe(self) -> dict[str, Any]:
        """Return the kind and the fields as plain data that JSON can hold."""
        return {
            "kind": type(self).__name__,
            **{name: _plain(size) for name, size in self.sizes().items()},
        }


@dataclasses.dataclass(frozen=True)
class KernelLayer(Layer):
    """Base class for layers with a kernel, a bias and an activation.

    A penalty on the hidden kernels acts on those that are `penalized`.
    """

    _: dataclasses.KW_ONLY
    activation: str = "linear"
    use_bias: bool = True
    penalized: bool = False

    def kernel_shape(self, shape: Shape) -> Shape:
        """Return the shape of the kernel for an input of this shape."""
        raise NotImplementedError

    def multiply(self, ops: Any, kernel: Array) -> Step:
        """Return the function that multiplies an input by the kernel."""
        raise NotImplementedError

    def weights(self, shape: Shape) -> list[Weight]:
        bias = [Weight(self.output_shape(shape)[-1:])] if self.use_bias else []
        return [Weight(self.kernel_shape(shape)), *bias]

    def n_products(self, shape: Shape) -> int:
        positions = math.prod(shape[:-1]), math.prod(self.output_shape(shape)[:-1])
        return math.prod(self.kernel_shape(shape)) * min(positions)

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        multiply = self.multiply(ops, next(weights))
        activation = getattr(ops, self.activation)
        if not self.use_bias:
            return lambda x: activation(multiply(x))
        bias = next(weights)
        return lambda x: activation(multiply(x) + bias)


@dataclasses.dataclass(frozen=True)
class Dense(KernelLayer):
    """Product of rows and a matrix."""

    units: int

    def output_shape(self, shape: Shape) -> Shape:
        return (self.units,)

    def kernel_shape(self, shape: Shape) -> Shape:
        return (*shape, self.units)

    def multiply(self, ops: Any, kernel: Array) -> Step:
        return ops.product(kernel)


@dataclasses.dataclass(frozen=True)
class Conv2D(KernelLayer):
    """Convolution with square windows."""

    filters: int
    kernel_size: int = 3
    strides: int = 1
    padding: str = "same"

    def output_shape(self, shape: Shape) -> Shape:
        lost = self.kernel_size - 1 if self.padding == "valid" else 0
        # Images smaller than the window have no pixels left.
        sides = [-(-max(side - lost, 0) // self.strides) for side in shape[:2]]
        return (*sides, self.filters)

    def kernel_shape(self, shape: Shape) -> Shape:
        return (self.kernel_size, self.kernel_size, shape[2], self.filters)

    def multiply(self, ops: Any, kernel: Array) -> Step:
        return ops.convolution(kernel, self.strides, self.padding)


@dataclasses.dataclass(frozen=True)
class Conv2DTranspose(KernelLayer):
    """Each pixel becomes a square of side `strides`; the squares do not overlap."""

    filters: int
    strides: int = 2

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0] * self.strides, shape[1] * self.strides, self.filters)

    def kernel_shape(self, shape: Shape) -> Shape:
        return (self.strides, self.strides, self.filters, shape[2])

    def multiply(self, ops: Any, kernel: Array) -> Step:
        return ops.transposed_convolution(kernel)

    def sizes(self) -> dict[str, Any]:
        return {**super().sizes(), "kernel_size": self.strides}


@dataclasses.dataclass(frozen=True)
class BatchNormalization(Layer):
    """One scale and one offset for each channel, in training those of the batch.

    Keras's momentum of 0.99 needs some 500 steps to forget its initial value; a small
    training set gives fewer.
    """

    momentum: float = 0.9

    def weights(self, shape: Shape) -> list[Weight]:
        return [Weight(shape[-1:], updated) for updated in (True, True, False, False)]

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        gamma, beta, mean, variance = islice(weights, 4)
        scale = gamma / np.sqrt(variance + _EPSILON)
        offset = beta - mean * scale
        return lambda x: x * scale + offset


@dataclasses.dataclass(frozen=True)
class Activation(Layer):
    """An activation on its own, under Keras's name."""

    activation: str

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return getattr(ops, self.activation)


@dataclasses.dataclass(frozen=True)
class Dropout(Layer):
    """In training, set a fraction `rate` of the values to 0 and scale up the others."""

    rate: float


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


@dataclasses.dataclass(frozen=True)
class UpSampling2D(Layer):
    """Repeat each pixel twice along both axes."""

    def output_shape(self, shape: Shape) -> Shape:
        return (2 * shape[0], 2 * shape[1], shape[2])

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return ops.upsample


@dataclasses.dataclass(frozen=True)
class ZeroPadding2D(Layer):
    """Add rows and columns of zeros, ``((top, bottom), (left, right))``."""

    padding: tuple[tuple[int, int], tuple[int, int]]

    def output_shape(self, shape: Shape) -> Shape:
        rows, columns = map(sum, self.padding)
        return (shape[0] + rows, shape[1] + columns, shape[2])

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return lambda x: ops.pad(x, self.padding)


@dataclasses.dataclass(frozen=True)
class Cropping2D(Layer):
    """Remove rows and columns, ``((top, bottom), (left, right))``."""

    cropping: tuple[tuple[int, int], tuple[int, int]]

    def output_shape(self, shape: Shape) -> Shape:
        rows, columns = map(sum, self.cropping)
        return (shape[0] - rows, shape[1] - columns, shape[2])

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return lambda x: ops.crop(x, self.cropping)


@dataclasses.dataclass(frozen=True)
class Reshape(Layer):
    """Arrange the values of each sample in another shape."""

    target_shape: Shape

    def output_shape(self, shape: Shape) -> Shape:
        return self.target_shape

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return lambda x: ops.reshape(x, (-1, *self.target_shape))


@dataclasses.dataclass(frozen=True)
class Flatten(Layer):
    """Arrange the values of each sample in one row."""

    def output_shape(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return ops.flatten


@dataclasses.dataclass(frozen=True)
class SaltPepper(Layer):
    """Salt-and-pepper noise, sampled anew in each training step, in training only.

    Each image samples the probability that a pixel is replaced between `low` and
    `high`, in [0, 1]. A replaced pixel becomes 1 with probability `salt_vs_pepper`,
    else 0.
    """

    low: float
    high: float
    salt_vs_pepper: float


@dataclasses.dataclass(frozen=True)
class RandomDeformation(Layer):
    """Shift, rotate, scale and bend images at random, in training only.

    `shift` and `zoom` are the largest changes as fractions of the sides, `zoom` for
    height and width on their own; `rotation` is the largest angle in degrees;
    `elastic` is the standard deviation of smooth random displacements [1]_ as a
    fraction of the sides. `order` is that of the interpolation: the nearest pixel (0)
    keeps the values of pixels; linear interpolation (1) blurs; cubic interpolation (3)
    [2]_ keeps images sharp and reads four times as many pixels. Outside of their border
    images are 0.

    .. [1] Simard, Steinkraus and Platt (2003). Best practices for convolutional neural
       networks applied to visual document analysis. ICDAR.
    .. [2] Keys (1981). Cubic convolution interpolation for digital image processing.
       IEEE Transactions on Acoustics, Speech, and Signal Processing 29(6).
    """

    shift: float = 0.0
    rotation: float = 0.0
    zoom: float = 0.0
    elastic: float = 0.0
    order: float = 1


@dataclasses.dataclass(frozen=True)
class PixelStates(Layer):
    """Channels {x, x <= 0, x >= 1, 0 < x < 1} of images with one channel."""

    def output_shape(self, shape: Shape) -> Shape:
        return (*shape[:2], 4)

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return lambda x: pixel_states(ops, x)


@dataclasses.dataclass(frozen=True)
class BoundedLogVariance(Layer):
    """Of [mean, logarithm of the variance], bound the second half smoothly."""

    latent_size: int

    def step(self, ops: Any, weights: Iterator[Array]) -> Step:
        return lambda x: bounded_log_variance(ops, x, self.latent_size)


def watched(step: Step, name: str, watch: Watch | None) -> Step:
    """Return a step that calls `watch`, if any, with each output."""
    if watch is None:
        return step

    def run(x: Any) -> Any:
        output = step(x)
        watch(name, output)
        return output

    return run


def _identity(x: Any) -> Any:
    return x


def _plain(value: Any) -> Any:
    if isinstance(value, Layer):
        return value.describe()
    return [_plain(part) for part in value] if isinstance(value, tuple) else value
