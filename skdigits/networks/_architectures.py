"""Architectures as data: frozen sizes, and the tree of layers that they describe."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from skdigits.networks._composites import (
    BlindSpot,
    KeepCertain,
    Model,
    Skip,
    Variational,
)
from skdigits.networks._layers import (
    Activation,
    BatchNormalization,
    BoundedLogVariance,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPooling2D,
    PixelStates,
    RandomDeformation,
    Reshape,
    SaltPepper,
    UpSampling2D,
    Weight,
    ZeroPadding2D,
)
from skdigits.networks._tensorflow import prepare_tensorflow

if TYPE_CHECKING:
    import keras

# Channels at the images' own resolution, where they cost most.
_FINE_FILTERS = 16

Sizes = tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class Architecture:
    """Sizes of a network for images of a given shape."""

    function: ClassVar[str]  # name of the function in `skdigits.networks`
    input_name: ClassVar[str] = "pixels"

    image_shape: tuple[int, int]

    @property
    def n_pixels(self) -> int:
        """Number of pixels in an image."""
        return self.image_shape[0] * self.image_shape[1]

    @property
    def n_inputs(self) -> int:
        """Number of values in a row of the input."""
        return self.n_pixels

    def layers(self) -> Model:
        """Return the tree of layers."""
        layers = tuple(self._layers())
        return Model(self.function, layers, self.input_name, (self.n_inputs,))

    def _layers(self) -> Iterator[Layer]:
        """Layers between the pixels and the outputs."""
        raise NotImplementedError

    def weights(self) -> list[Weight]:
        """Shape of each weight in Keras's order, and whether training updates it.

        Raises
        ------
        ValueError
            If a size is not a positive integer, or windows use up the images.
        """
        tree = self.layers()
        weights = tree.weights(tree.input_shape)
        for side in (side for weight in weights for side in weight.shape):
            if type(side) is not int or side < 1:
                raise ValueError(f"{self} has a weight with an axis of length {side}.")
        return weights

    def settings(self) -> dict[str, Any]:
        """Return the sizes as plain data, the arguments of `architecture`."""
        return {
            field.name: getattr(self, field.name) for field in dataclasses.fields(self)
        }

    def build(self, penalty: "keras.Regularizer | None" = None) -> "keras.Model":
        """Return a new, untrained Keras model; `penalty` acts on hidden kernels."""
        prepare_tensorflow()
        from skdigits.networks._keras_builder import KerasBuilder

        return KerasBuilder(penalty).model(self.layers())


@dataclasses.dataclass(frozen=True)
class MLP(Architecture):
    """Dense layers and a softmax."""

    function = "mlp"

    n_classes: int
    hidden_layer_sizes: Sizes
    activation: str
    batch_norm: bool
    dropout: float

    def _layers(self) -> Iterator[Layer]:
        for index, units in enumerate(self.hidden_layer_sizes, start=1):
            if self.batch_norm:
                yield Dense(f"hidden_{index}", units, use_bias=False, penalized=True)
                yield from _normalized(f"{index}", self.activation)
            else:
                yield _hidden(index, units, self.activation)
            if self.dropout:
                yield Dropout(f"dropout_{index}", self.dropout)
        yield _softmax(self.n_classes)


@dataclasses.dataclass(frozen=True)
class CNN(Architecture):
    """Blocks of convolutions and pooling, dense layers and a softmax."""

    function = "cnn"

    n_classes: int
    conv_blocks: tuple[Sizes, ...]
    kernel_size: int
    padding: str
    batch_norm: bool
    dropout: float
    hidden_layer_sizes: Sizes
    activation: str
    augmentation: tuple[tuple[str, float], ...] | None = None
    pixel_states: bool = False
    noise_amount: tuple[float, float] = (0.0, 0.0)
    salt_vs_pepper: float = 0.5

    def settings(self) -> dict[str, Any]:
        return {**super().settings(), "augmentation": dict(self.augmentation or ())}

    def _layers(self) -> Iterator[Layer]:
        yield from self._input_layers()
        for block, filters_in_block in enumerate(self.conv_blocks, start=1):
            for index, filters in enumerate(filters_in_block, start=1):
                yield Conv2D(
                    f"conv_{block}_{index}",
                    filters,
                    self.kernel_size,
                    padding=self.padding,
                    activation="linear" if self.batch_norm else self.activation,
                    # The offset of the normalization replaces the bias.
                    use_bias=not self.batch_norm,
                    penalized=True,
                )
                if index == len(filters_in_block):
                    # Before the normalization, which then has a quarter of the work.
                    # Padding lets images of one row or an odd size be pooled too.
                    yield MaxPooling2D(f"pool_{block}", self.padding)
                if self.batch_norm:
                    yield from _normalized(f"{block}_{index}", self.activation)
        if self.dropout:
            yield Dropout("dropout", self.dropout)
        yield Flatten("flatten")
        for index, units in enumerate(self.hidden_layer_sizes, start=1):
            yield _hidden(index, units, self.activation)
        yield _softmax(self.n_classes)

    def _input_layers(self) -> Iterator[Layer]:
        yield Reshape("image", (*self.image_shape, 1))
        if self.augmentation:
            deformation = dict(self.augmentation)
            if self.pixel_states:
                # Interpolation would turn noise, and black and white images, gray: to
                # this network certainly clean.
                deformation["order"] = 0
            yield RandomDeformation("deformation", **deformation)
        if self.noise_amount != (0.0, 0.0):
            yield SaltPepper("salt_pepper", *self.noise_amount, self.salt_vs_pepper)
        if self.pixel_states:
            yield PixelStates("states")


@dataclasses.dataclass(frozen=True)
class DenseAutoencoder(Architecture):
    """Dense encoder and decoder; the input is noisy while training."""

    function = "dense_autoencoder"

    hidden_layer_sizes: Sizes
    latent_size: int
    activation: str
    noise_amount: tuple[float, float]
    salt_vs_pepper: float

    def _layers(self) -> Iterator[Layer]:
        yield SaltPepper("salt_pepper", *self.noise_amount, self.salt_vs_pepper)
        encoder = (
            *_chain("encoder", self.hidden_layer_sizes, self.activation),
            Dense("latent", self.latent_size, activation=self.activation),
        )
        yield Model("encoder", encoder, "noisy", (self.n_pixels,))
        decoder = (
            *_chain("decoder", self.hidden_layer_sizes[::-1], self.activation),
            Dense("clean", self.n_pixels, activation="sigmoid"),
        )
        yield Model("decoder", decoder, "latent_vector", (self.latent_size,))


@dataclasses.dataclass(frozen=True)
class UNet(Architecture):
    """U-Net that may copy certain pixels; the input is noisy while training."""

    function = "unet"

    filters: Sizes
    activation: str
    noise_amount: tuple[float, float]
    salt_vs_pepper: float
    keep_certain: bool = True

    def _layers(self) -> Iterator[Layer]:
        yield SaltPepper("salt_pepper", *self.noise_amount, self.salt_vs_pepper)
        yield Reshape("image", (*self.image_shape, 1))
        denoise = (
            PixelStates("states"),
            _unet_body(self.image_shape, self.filters, self.activation, n_outputs=1),
            Activation("clean", "sigmoid"),
        )
        if self.keep_certain:
            yield KeepCertain("keep_certain", denoise)
        else:
            yield from denoise
        yield Flatten("output")


@dataclasses.dataclass(frozen=True)
class BlindSpotUNet(Architecture):
    """U-Net that learns from noisy images alone, through hidden pixels."""

    function = "blind_spot_unet"

    filters: Sizes
    activation: str
    noise_amount: float
    salt_vs_pepper: float

    def _layers(self) -> Iterator[Layer]:
        yield Reshape("image", (*self.image_shape, 1))
        yield PixelStates("states")
        body = _unet_body(self.image_shape, self.filters, self.activation, n_outputs=4)
        yield BlindSpot(
            "blind_spot",
            (body,),
            self.noise_amount,
            self.salt_vs_pepper,
            self.image_shape,
        )
        yield Flatten("output")


@dataclasses.dataclass(frozen=True)
class ConditionalVAE(Architecture):
    """Variational autoencoder whose encoder and decoder are given the label."""

    function = "conditional_vae"
    input_name = "pixels_and_label"

    n_classes: int
    hidden_layer_sizes: Sizes
    latent_size: int
    beta: float
    activation: str

    @property
    def n_inputs(self) -> int:
        return self.n_pixels + self.n_classes

    def _layers(self) -> Iterator[Layer]:
        encoder = (
            *_chain("encoder", self.hidden_layer_sizes, self.activation),
            Dense("latent", 2 * self.latent_size),
            BoundedLogVariance("bounded", self.latent_size),
        )
        decoder = (
            *_chain("decoder", self.hidden_layer_sizes[::-1], self.activation),
            Dense("generated", self.n_pixels, activation="sigmoid"),
        )
        n_latent = self.latent_size + self.n_classes
        halves = (
            Model("encoder", encoder, "labelled", (self.n_inputs,)),
            Model("decoder", decoder, "latent_vector", (n_latent,)),
        )
        yield Variational("output", halves, self.n_pixels, self.latent_size, self.beta)


_ARCHITECTURES: dict[str, type[Architecture]] = {
    kind.function: kind
    for kind in (MLP, CNN, DenseAutoencoder, UNet, BlindSpotUNet, ConditionalVAE)
}


def architecture(function: str, settings: Mapping[str, Any]) -> Architecture:
    """Return the architecture that has these settings.

    Raises
    ------
    ValueError
        If there is no such architecture or setting, or a size is not positive.
    """
    # The L2 factor belongs to training; files of version 0.1.0 have it here.
    sizes = {name: _tuples(size) for name, size in settings.items() if name != "alpha"}
    try:
        return _ARCHITECTURES[function](**sizes)
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"There is no network {function!r} of {settings!r}."
        ) from error


def _tuples(size: Any) -> Any:
    """Return sequences and mappings as tuples, which can be hashed."""
    if isinstance(size, Mapping):
        size = tuple(size.items())
    return tuple(map(_tuples, size)) if isinstance(size, list | tuple) else size


def _chain(half: str, sizes: Sizes, activation: str) -> Iterator[Layer]:
    for index, units in enumerate(sizes, start=1):
        yield Dense(f"{half}_{index}", units, activation=activation)


def _hidden(index: int, units: int, activation: str) -> Layer:
    return Dense(f"hidden_{index}", units, activation=activation, penalized=True)


def _softmax(n_classes: int) -> Layer:
    return Dense("probabilities", n_classes, activation="softmax")


def _normalized(name: str, activation: str) -> tuple[Layer, Layer]:
    return (
        BatchNormalization(f"norm_{name}"),
        Activation(f"activation_{name}", activation),
    )


def _convolution(
    name: str, filters: int, activation: str, size: int = 3, strides: int = 1
) -> tuple[Layer, ...]:
    return (
        Conv2D(name, filters, size, strides, use_bias=False),
        *_normalized(name, activation),
    )


def _unet_body(
    image_shape: tuple[int, int], filters: Sizes, activation: str, n_outputs: int
) -> Model:
    """Contract and expand, with skip connections; linear outputs per pixel."""

    def convolution(name: str, width: int, *window: int) -> tuple[Layer, ...]:
        return _convolution(name, width, activation, *window)

    def level(number: int) -> tuple[Layer, ...]:
        """Layers at one resolution, the coarser levels within them."""
        width = filters[number - 1]
        if number == len(filters):
            return convolution("bottom", width)
        coarser = (
            MaxPooling2D(f"pool_{number + 1}"),
            *down(number + 1),
            *level(number + 1),
            # Fewer channels first, then more pixels: the order that costs less.
            *convolution(f"narrow_{number}", width, 1),
            UpSampling2D(f"up_{number}"),
        )
        return (
            Skip(f"skip_{number}", coarser),
            *convolution(f"up_{number}_1", width),
            *convolution(f"up_{number}_2", width),
        )

    def down(number: int) -> tuple[Layer, ...]:
        width = filters[number - 1]
        window = (4, 2) if number == 1 else (3, 1)
        return (
            *convolution(f"down_{number}_1", width, *window),
            *convolution(f"down_{number}_2", width),
        )

    # Sides that can be halved at each level.
    multiple = 2 ** len(filters)
    rows, columns = (-side % multiple for side in image_shape)
    border = ((0, rows), (0, columns))
    half = (*down(1), *level(1), Conv2DTranspose("up_0", _FINE_FILTERS, use_bias=False))
    layers = (
        ZeroPadding2D("pad", border),
        Skip("skip_0", half),
        *convolution("fine", _FINE_FILTERS),
        Conv2D("pixels", n_outputs),
        Cropping2D("crop", border),
    )
    return Model("unet_body", layers, "states", (*image_shape, 4))
