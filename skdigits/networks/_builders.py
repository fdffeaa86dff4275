"""Networks as Keras models: sizes in, an untrained `keras.Model` out."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from skdigits.networks._architectures import (
    CNN,
    MLP,
    BlindSpotUNet,
    ConditionalVAE,
    DenseAutoencoder,
    UNet,
)
from skdigits.networks._tensorflow import prepare_tensorflow

if TYPE_CHECKING:
    import keras


def mlp(
    image_shape: tuple[int, int],
    n_classes: int,
    *,
    hidden_layer_sizes: Sequence[int] = (500, 300),
    activation: str = "relu",
    alpha: float = 0.0,
    batch_norm: bool = False,
    dropout: float = 0.0,
) -> "keras.Model":
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
    sizes = MLP(
        image_shape,
        n_classes,
        tuple(hidden_layer_sizes),
        activation,
        batch_norm,
        dropout,
    )
    return sizes.build(_l2(alpha))


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
) -> "keras.Model":
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
    sizes = CNN(
        image_shape,
        n_classes,
        tuple(map(tuple, conv_blocks)),
        kernel_size,
        padding,
        batch_norm,
        dropout,
        tuple(hidden_layer_sizes),
        activation,
        tuple(dict(augmentation or {}).items()),
    )
    return sizes.build(_l2(alpha))


def against_adversary(network: "keras.Model", length: float) -> "keras.Model":
    """Build a network that trains another one on pictures it finds hard to read.

    Parameters
    ----------
    network : keras.Model
        From ``(batch, height * width)`` pixels to probabilities; it shares its weights
        with the result.
    length : float
        Euclidean distance by which each picture is moved while training, in units of
        the pixels' range; see `skdigits.networks._keras_layers.AdversarialShift`.

    Returns
    -------
    network : keras.Model
        The same function outside training.
    """
    prepare_tensorflow()
    import keras

    from skdigits.networks._keras_layers import AdversarialShift

    pixels = keras.Input(network.input_shape[1:], name="pixels")
    moved = AdversarialShift(network, length, name="adversary")(pixels)
    return keras.Model(pixels, network(moved), name="against_adversary")


def in_precision(network: "keras.Model", precision: str) -> "keras.Model":
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
    import keras
    from keras import layers

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
) -> "keras.Model":
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
    return DenseAutoencoder(
        image_shape,
        tuple(hidden_layer_sizes),
        latent_size,
        activation,
        noise_amount,
        salt_vs_pepper,
    ).build()


def unet(
    image_shape: tuple[int, int],
    *,
    filters: Sequence[int] = (32, 64),
    activation: str = "relu",
    noise_amount: tuple[float, float] = (0.0, 0.0),
    salt_vs_pepper: float = 0.5,
) -> "keras.Model":
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
    return UNet(
        image_shape,
        tuple(filters),
        activation,
        noise_amount,
        salt_vs_pepper,
    ).build()


def blind_spot_unet(
    image_shape: tuple[int, int],
    *,
    filters: Sequence[int] = (32, 64),
    activation: str = "relu",
    noise_amount: float = 0.4,
    salt_vs_pepper: float = 0.5,
) -> "keras.Model":
    """Build a U-Net that learns from noisy pictures alone, through hidden pixels.

    In training it gives the negative log-likelihood of pixels that it hides from
    itself, else clean pictures; see `skdigits.networks._keras_layers.BlindSpot`.

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
    return BlindSpotUNet(
        image_shape, tuple(filters), activation, noise_amount, salt_vs_pepper
    ).build()


def conditional_vae(
    image_shape: tuple[int, int],
    n_classes: int,
    *,
    hidden_layer_sizes: Sequence[int] = (512, 512),
    latent_size: int = 32,
    beta: float = 1.0,
    activation: str = "relu",
) -> "keras.Model":
    """Build a variational autoencoder whose encoder and decoder are given the label.

    In training it returns its loss per pixel; see
    `skdigits.networks._keras_variational.EvidenceBound`.

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
    return ConditionalVAE(
        image_shape,
        n_classes,
        tuple(hidden_layer_sizes),
        latent_size,
        beta,
        activation,
    ).build()


def _l2(alpha: float) -> "keras.Regularizer | None":
    if not alpha:
        return None
    prepare_tensorflow()
    import keras

    return keras.regularizers.L2(alpha)
