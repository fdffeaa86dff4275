"""Architectures as pure functions: sizes in, an untrained `keras.Model` out.

Every network takes rows of pixels in [0, 1], shape ``(batch, height * width)``, and
reshapes them itself where it needs pictures. Importing this module loads Keras.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from skdigits._tensorflow import prepare_tensorflow

prepare_tensorflow()

import keras  # noqa: E402
from keras import layers  # noqa: E402

from skdigits._layers import (  # noqa: E402
    AdversarialShift,
    BlindSpot,
    HidePixels,
    KeepCertain,
    PixelStates,
    RandomDeformation,
    SaltPepper,
)
from skdigits._variational import (  # noqa: E402
    BoundedLogVariance,
    DrawnCode,
    EvidenceBound,
    PixelsAndLabel,
)

__all__ = [
    "against_adversary",
    "blind_spot_unet",
    "cnn",
    "conditional_vae",
    "dense_autoencoder",
    "in_precision",
    "mlp",
    "unet",
]

# Channels at the pictures' own resolution, where they cost most.
_FINE_FILTERS = 16


def mlp(
    image_shape: tuple[int, int],
    n_classes: int,
    *,
    hidden_layer_sizes: Sequence[int] = (500, 300),
    activation: str = "relu",
    alpha: float = 0.0,
    batch_norm: bool = False,
    dropout: float = 0.0,
) -> keras.Model:
    """Build dense layers and a softmax.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width of the pictures in pixels.
    n_classes : int
        Number of outputs.
    hidden_layer_sizes : sequence of int, default=(500, 300)
        Units per hidden layer; empty for softmax regression.
    activation : str, default="relu"
        Keras's name of the hidden activation.
    alpha : float, default=0.0
        L2 factor on the hidden kernels; 0 adds no penalty.
    batch_norm : bool, default=False
        Whether to normalize over the batch before each hidden activation.
    dropout : float, default=0.0
        Fraction of the hidden units dropped while training.

    Returns
    -------
    network : keras.Model
        From ``(batch, height * width)`` to ``(batch, n_classes)`` probabilities.

    Examples
    --------
    >>> from skdigits.networks import mlp
    >>> mlp((28, 28), 10, hidden_layer_sizes=(64, 64)).count_params()
    55050
    """
    pixels = hidden = keras.Input((image_shape[0] * image_shape[1],), name="pixels")
    for index, units in enumerate(hidden_layer_sizes, start=1):
        hidden = layers.Dense(
            units,
            activation=None if batch_norm else activation,
            use_bias=not batch_norm,
            kernel_regularizer=_l2(alpha),
            name=f"hidden_{index}",
        )(hidden)
        if batch_norm:
            hidden = _normalized(hidden, activation, f"{index}")
        if dropout:
            hidden = layers.Dropout(dropout, name=f"dropout_{index}")(hidden)
    return keras.Model(pixels, _softmax(n_classes)(hidden), name="mlp")


def cnn(
    image_shape: tuple[int, int],
    n_classes: int,
    *,
    conv_blocks: Sequence[Sequence[int]] = ((32, 64),),
    kernel_size: int = 3,
    padding: str = "same",
    batch_norm: bool = False,
    dropout: float = 0.0,
    hidden_layer_sizes: Sequence[int] = (64,),
    activation: str = "relu",
    alpha: float = 0.0,
    augmentation: Mapping[str, float] | None = None,
) -> keras.Model:
    """Build blocks of convolutions and pooling, dense layers and a softmax.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width of the pictures in pixels.
    n_classes : int
        Number of outputs.
    conv_blocks : sequence of sequence of int, default=((32, 64),)
        Filters of each convolution; one inner sequence per block, which ends in 2x2
        max-pooling.
    kernel_size : int, default=3
        Side of the convolution windows in pixels.
    padding : {"same", "valid"}, default="same"
        Whether convolutions keep the picture's size or shrink it.
    batch_norm : bool, default=False
        Whether to normalize over the batch between convolution and activation.
    dropout : float, default=0.0
        Fraction of the pooled features dropped while training, before the first
        dense layer.
    hidden_layer_sizes : sequence of int, default=(64,)
        Units of the dense layers before the softmax.
    activation : str, default="relu"
        Keras's name of the hidden activation.
    alpha : float, default=0.0
        L2 factor on convolution and hidden dense kernels; 0 adds no penalty.
    augmentation : mapping of str to float or None, default=None
        Random changes of the pictures while training: ``"shift"``, ``"zoom"`` and
        ``"elastic"`` as fractions of the sides, ``"rotation"`` in degrees; ``"order"``
        of the interpolation, 1 or 3.

    Returns
    -------
    network : keras.Model
        From ``(batch, height * width)`` to ``(batch, n_classes)`` probabilities.
    """
    height, width = image_shape
    pixels = keras.Input((height * width,), name="pixels")
    hidden = layers.Reshape((height, width, 1), name="picture")(pixels)
    if augmentation:
        hidden = RandomDeformation(**dict(augmentation), name="deformation")(hidden)
    for block, filters_in_block in enumerate(conv_blocks, start=1):
        for index, filters in enumerate(filters_in_block, start=1):
            hidden = layers.Conv2D(
                filters,
                kernel_size,
                padding=padding,
                activation=None if batch_norm else activation,
                # The normalization's own offset does the bias's work.
                use_bias=not batch_norm,
                kernel_regularizer=_l2(alpha),
                name=f"conv_{block}_{index}",
            )(hidden)
            if index == len(filters_in_block):
                # Before the normalization, which then has a quarter of the work.
                # Padding lets pictures of one row or an odd size be pooled too.
                pool = layers.MaxPooling2D(2, padding=padding, name=f"pool_{block}")
                hidden = pool(hidden)
            if batch_norm:
                hidden = _normalized(hidden, activation, f"{block}_{index}")
    if dropout:
        hidden = layers.Dropout(dropout, name="dropout")(hidden)
    hidden = layers.Flatten(name="flatten")(hidden)
    for index, units in enumerate(hidden_layer_sizes, start=1):
        hidden = _hidden_dense(units, activation, alpha, f"hidden_{index}")(hidden)
    return keras.Model(pixels, _softmax(n_classes)(hidden), name="cnn")


def against_adversary(network: keras.Model, length: float) -> keras.Model:
    """Build a network that trains another one on pictures it finds hard to read.

    Parameters
    ----------
    network : keras.Model
        From ``(batch, height * width)`` pixels to probabilities; it shares its weights
        with the result.
    length : float
        Euclidean distance by which each picture is moved while training, in units of
        the pixels' range; see `skdigits._layers.AdversarialShift`.

    Returns
    -------
    network : keras.Model
        The same function outside training.
    """
    pixels = keras.Input(network.input_shape[1:], name="pixels")
    moved = AdversarialShift(network, length, name="adversary")(pixels)
    return keras.Model(pixels, network(moved), name="against_adversary")


def in_precision(network: keras.Model, precision: str) -> keras.Model:
    """Let a classifier's hidden layers compute in another precision.

    Parameters
    ----------
    network : keras.Model
        From `mlp` or `cnn`. Its convolutions, pooling and hidden dense layers change;
        normalization and probabilities, which need more digits, stay as they are.
    precision : str
        Keras's name of a dtype policy: ``"float32"``, ``"mixed_bfloat16"``.

    Returns
    -------
    network : keras.Model
        The same one.
    """
    for layer in network.layers[:-1]:
        if isinstance(layer, layers.Conv2D | layers.MaxPooling2D | layers.Dense):
            layer.dtype_policy = keras.DTypePolicy(precision)
    return network


def dense_autoencoder(
    image_shape: tuple[int, int],
    *,
    hidden_layer_sizes: Sequence[int] = (128,),
    latent_size: int = 96,
    activation: str = "relu",
    noise_amount: tuple[float, float] = (0.0, 0.0),
    salt_vs_pepper: float = 0.5,
) -> keras.Model:
    """Build a dense hourglass that sees its input through noise while training.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width of the pictures in pixels.
    hidden_layer_sizes : sequence of int, default=(128,)
        Units of the encoder's hidden layers; the decoder has them in reverse.
    latent_size : int, default=96
        Units of the code in the middle.
    activation : str, default="relu"
        Keras's name of the hidden activation, used for the code too.
    noise_amount : tuple of float, default=(0.0, 0.0)
        Range of the probability that a pixel is replaced while training; each picture
        draws its own.
    salt_vs_pepper : float, default=0.5
        Probability that a replaced pixel becomes 1 and not 0.

    Returns
    -------
    network : keras.Model
        From and to ``(batch, height * width)`` pixels in [0, 1], with the submodels
        ``network.get_layer("encoder")`` and ``network.get_layer("decoder")``.
    """
    n_pixels = image_shape[0] * image_shape[1]

    hidden = encoder_input = keras.Input((n_pixels,), name="noisy")
    for index, units in enumerate(hidden_layer_sizes, start=1):
        layer = layers.Dense(units, activation=activation, name=f"encoder_{index}")
        hidden = layer(hidden)
    code = layers.Dense(latent_size, activation=activation, name="latent")(hidden)
    encoder = keras.Model(encoder_input, code, name="encoder")

    hidden = decoder_input = keras.Input((latent_size,), name="code")
    for index, units in enumerate(reversed(hidden_layer_sizes), start=1):
        layer = layers.Dense(units, activation=activation, name=f"decoder_{index}")
        hidden = layer(hidden)
    output = layers.Dense(n_pixels, activation="sigmoid", name="clean")(hidden)
    decoder = keras.Model(decoder_input, output, name="decoder")

    pixels = keras.Input((n_pixels,), name="pixels")
    noisy = SaltPepper(*noise_amount, salt_vs_pepper, name="salt_pepper")(pixels)
    return keras.Model(pixels, decoder(encoder(noisy)), name="dense_autoencoder")


def unet(
    image_shape: tuple[int, int],
    *,
    filters: Sequence[int] = (32, 64),
    activation: str = "relu",
    noise_amount: tuple[float, float] = (0.0, 0.0),
    salt_vs_pepper: float = 0.5,
) -> keras.Model:
    """Build a U-Net that sees its input through noise while training.

    Pixels strictly between 0 and 1 cannot be salt or pepper; they are copied.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width of the pictures in pixels.
    filters : sequence of int, default=(32, 64)
        Channels of each level; the first works at half the pictures' resolution, each
        further one at half of that.
    activation : str, default="relu"
        Keras's name of the hidden activation.
    noise_amount : tuple of float, default=(0.0, 0.0)
        Range of the probability that a pixel is replaced while training; each picture
        draws its own.
    salt_vs_pepper : float, default=0.5
        Probability that a replaced pixel becomes 1 and not 0.

    Returns
    -------
    network : keras.Model
        From and to ``(batch, height * width)`` pixels in [0, 1].
    """
    pixels = keras.Input((image_shape[0] * image_shape[1],), name="pixels")
    noisy = SaltPepper(*noise_amount, salt_vs_pepper, name="salt_pepper")(pixels)
    picture = layers.Reshape((*image_shape, 1), name="picture")(noisy)
    channels = PixelStates(name="states")(picture)
    body = _unet_body(image_shape, filters, activation, n_outputs=1)
    clean = layers.Activation("sigmoid", name="clean")(body(channels))
    output = KeepCertain(name="keep_certain")([picture, clean])
    return keras.Model(pixels, layers.Flatten(name="output")(output), name="unet")


def blind_spot_unet(
    image_shape: tuple[int, int],
    *,
    filters: Sequence[int] = (32, 64),
    activation: str = "relu",
    noise_amount: float = 0.4,
    salt_vs_pepper: float = 0.5,
) -> keras.Model:
    """Build a U-Net that learns from noisy pictures alone, through hidden pixels.

    In training it gives the negative log-likelihood of pixels that it hides from
    itself, else clean pictures; see `skdigits._layers.BlindSpot`.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width of the pictures in pixels.
    filters : sequence of int, default=(32, 64)
        Channels of each level; the first works at half the pictures' resolution, each
        further one at half of that.
    activation : str, default="relu"
        Keras's name of the hidden activation.
    noise_amount : float, default=0.4
        Probability that a pixel of the noisy pictures was replaced.
    salt_vs_pepper : float, default=0.5
        Probability that a replaced pixel became 1 and not 0.

    Returns
    -------
    network : keras.Model
        From and to ``(batch, height * width)`` pixels in [0, 1].
    """
    pixels = keras.Input((image_shape[0] * image_shape[1],), name="pixels")
    picture = layers.Reshape((*image_shape, 1), name="picture")(pixels)
    states = PixelStates(name="states")(picture)
    visible, hidden = HidePixels(name="hide")(states)
    body = _unet_body(image_shape, filters, activation, n_outputs=4)
    output = BlindSpot(noise_amount, salt_vs_pepper, name="blind_spot")(
        [states, hidden, body(visible)]
    )
    return keras.Model(
        pixels, layers.Flatten(name="output")(output), name="blind_spot_unet"
    )


def conditional_vae(
    image_shape: tuple[int, int],
    n_classes: int,
    *,
    hidden_layer_sizes: Sequence[int] = (512, 512),
    latent_size: int = 32,
    beta: float = 1.0,
    activation: str = "relu",
) -> keras.Model:
    """Build a variational autoencoder whose encoder and decoder are told the label.

    In training it gives its loss per pixel; see `skdigits._variational.EvidenceBound`.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width of the pictures in pixels.
    n_classes : int
        Number of labels.
    hidden_layer_sizes : sequence of int, default=(512, 512)
        Units of the encoder's hidden layers; the decoder has them in reverse.
    latent_size : int, default=32
        Numbers in a code.
    beta : float, default=1.0
        Weight of the codes' divergence from the normal distribution.
    activation : str, default="relu"
        Keras's name of the hidden activation.

    Returns
    -------
    network : keras.Model
        From ``(batch, height * width + n_classes)``, pixels and one-hot labels, to
        ``(batch, height * width)`` pixels in [0, 1]. Its submodel ``"encoder"`` gives
        means and logarithms of variances, ``(batch, 2 * latent_size)``; its submodel
        ``"decoder"`` takes ``(batch, latent_size + n_classes)``.
    """
    n_pixels = image_shape[0] * image_shape[1]

    hidden = encoder_input = keras.Input((n_pixels + n_classes,), name="labelled")
    for index, units in enumerate(hidden_layer_sizes, start=1):
        layer = layers.Dense(units, activation=activation, name=f"encoder_{index}")
        hidden = layer(hidden)
    latent = layers.Dense(2 * latent_size, name="latent")(hidden)
    encoder = keras.Model(
        encoder_input, BoundedLogVariance(name="bounded")(latent), name="encoder"
    )

    hidden = decoder_input = keras.Input((latent_size + n_classes,), name="code")
    for index, units in enumerate(reversed(hidden_layer_sizes), start=1):
        layer = layers.Dense(units, activation=activation, name=f"decoder_{index}")
        hidden = layer(hidden)
    output = layers.Dense(n_pixels, activation="sigmoid", name="drawn")(hidden)
    decoder = keras.Model(decoder_input, output, name="decoder")

    rows = keras.Input((n_pixels + n_classes,), name="pixels_and_label")
    pixels, label = PixelsAndLabel(n_pixels, name="parts")(rows)
    parameters = encoder(rows)
    code = DrawnCode(name="drawn_code")(parameters)
    drawn = decoder(layers.Concatenate(name="labelled_code")([code, label]))
    bound = EvidenceBound(beta, name="output")([pixels, drawn, parameters])
    return keras.Model(rows, bound, name="conditional_vae")


def _unet_body(
    image_shape: tuple[int, int],
    filters: Sequence[int],
    activation: str,
    n_outputs: int,
) -> keras.Model:
    """Contract and expand, with skip connections; linear outputs per pixel."""
    channels = keras.Input((*image_shape, 4), name="states")
    # Sides that can be halved at each level.
    multiple = 2 ** len(filters)
    pad = [(0, -side % multiple) for side in image_shape]
    padded = layers.ZeroPadding2D(pad, name="pad")(channels)
    hidden, skips = padded, [padded]
    for level, width in enumerate(filters, start=1):
        if level == 1:
            hidden = _convolution(hidden, width, activation, "down_1_1", 4, strides=2)
        else:
            hidden = layers.MaxPooling2D(2, name=f"pool_{level}")(hidden)
            hidden = _convolution(hidden, width, activation, f"down_{level}_1")
        hidden = _convolution(hidden, width, activation, f"down_{level}_2")
        skips.append(hidden)
    skips.pop()
    hidden = _convolution(hidden, filters[-1], activation, "bottom")
    for level in range(len(filters) - 1, 0, -1):
        width = filters[level - 1]
        # Fewer channels first, then more pixels: the order that costs less.
        hidden = _convolution(hidden, width, activation, f"narrow_{level}", 1)
        hidden = layers.UpSampling2D(2, name=f"up_{level}")(hidden)
        hidden = layers.Concatenate(name=f"skip_{level}")([hidden, skips.pop()])
        hidden = _convolution(hidden, width, activation, f"up_{level}_1")
        hidden = _convolution(hidden, width, activation, f"up_{level}_2")
    fine = layers.Conv2DTranspose(
        _FINE_FILTERS, 2, strides=2, use_bias=False, name="up_0"
    )(hidden)
    fine = layers.Concatenate(name="skip_0")([fine, skips.pop()])
    fine = _convolution(fine, _FINE_FILTERS, activation, "fine")
    output = layers.Conv2D(n_outputs, 3, padding="same", name="pixels")(fine)
    cropped = layers.Cropping2D(pad, name="crop")(output)
    return keras.Model(channels, cropped, name="unet_body")


def _convolution(
    hidden: Any,
    filters: int,
    activation: str,
    name: str,
    size: int = 3,
    strides: int = 1,
) -> Any:
    hidden = layers.Conv2D(
        filters, size, strides, padding="same", use_bias=False, name=name
    )(hidden)
    return _normalized(hidden, activation, name)


def _hidden_dense(units: int, activation: str, alpha: float, name: str) -> layers.Layer:
    return layers.Dense(
        units, activation=activation, kernel_regularizer=_l2(alpha), name=name
    )


def _normalized(hidden: Any, activation: str, name: str) -> Any:
    # Keras's momentum of 0.99 needs some 500 steps to forget its start; a small
    # training set gives fewer.
    hidden = layers.BatchNormalization(momentum=0.9, name=f"norm_{name}")(hidden)
    return layers.Activation(activation, name=f"activation_{name}")(hidden)


def _softmax(n_classes: int) -> layers.Layer:
    return layers.Dense(n_classes, activation="softmax", name="probabilities")


def _l2(alpha: float) -> keras.regularizers.Regularizer | None:
    return keras.regularizers.L2(alpha) if alpha else None
