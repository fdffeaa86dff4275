"""Functions that build untrained Keras models from sizes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from skdigits.networks._architectures import architecture
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
    """Build a network of dense layers and a softmax.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width of the images in pixels.
    n_classes : int
        Number of classes.
    hidden_layer_sizes : sequence of int, default=(500, 300)
        Units per hidden layer; empty for softmax regression.
    activation : str, default="relu"
        Name of the hidden activation in Keras.
    alpha : float, default=0.0
        L2 factor of the hidden kernels; 0 adds no penalty.
    batch_norm : bool, default=False
        Whether to normalize over the batch before each hidden activation.
    dropout : float, default=0.0
        Fraction of the hidden units dropped during training.

    Returns
    -------
    network : keras.Model
        Maps pixels ``(batch, height * width)`` to probabilities ``(batch, n_classes)``.

    Examples
    --------
    >>> from skdigits.networks import mlp
    >>> mlp((28, 28), 10, hidden_layer_sizes=(64, 64)).count_params()
    55050
    """
    return architecture("mlp", locals()).build(_l2(alpha))


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
    pixel_states: bool = False,
    noise_amount: tuple[float, float] = (0.0, 0.0),
    salt_vs_pepper: float = 0.5,
) -> "keras.Model":
    """Build a network of convolution blocks, dense layers and a softmax.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width of the images in pixels.
    n_classes : int
        Number of classes.
    conv_blocks : sequence of sequence of int, default=((32, 64),)
        Filters of each convolution, one inner sequence per block. Each block is
        followed by 2x2 max-pooling.
    kernel_size : int, default=3
        Side of the convolution windows in pixels.
    padding : {"same", "valid"}, default="same"
        Whether convolutions keep the size of the image or shrink it.
    batch_norm : bool, default=False
        Whether to normalize over the batch between convolution and activation.
    dropout : float, default=0.0
        Fraction of the features dropped during training, before the first dense layer.
    hidden_layer_sizes : sequence of int, default=(64,)
        Units of the dense layers before the softmax.
    activation : str, default="relu"
        Name of the hidden activation in Keras.
    alpha : float, default=0.0
        L2 factor of convolution and hidden dense kernels; 0 adds no penalty.
    augmentation : mapping of str to float or None, default=None
        Random deformations of the training images: ``"shift"``, ``"zoom"`` and
        ``"elastic"`` as fractions of height and width, ``"rotation"`` in degrees, and
        ``"order"`` of the interpolation, 1 or 3.
    pixel_states : bool, default=False
        Whether the input of the convolutions also holds which pixels are 0, 1 or
        between. The deformations then take the nearest pixel, whatever the ``"order"``.
    noise_amount : tuple of float, default=(0.0, 0.0)
        Range of the probability that a pixel is replaced during training, sampled for
        each image.
    salt_vs_pepper : float, default=0.5
        Probability that a replaced pixel becomes 1 and not 0.

    Returns
    -------
    network : keras.Model
        Maps pixels ``(batch, height * width)`` to probabilities ``(batch, n_classes)``.
    """
    return architecture("cnn", locals()).build(_l2(alpha))


def against_adversary(network: "keras.Model", length: float) -> "keras.Model":
    """Build a network that trains another one on adversarial images.

    Parameters
    ----------
    network : keras.Model
        Maps pixels ``(batch, height * width)`` to probabilities. It shares its weights
        with the result.
    length : float
        Euclidean length of the adversarial perturbation, in units of the pixel range;
        see `skdigits.networks._keras_layers.AdversarialShift`.

    Returns
    -------
    network : keras.Model
        Network with the same predictions.
    """
    prepare_tensorflow()
    import keras

    from skdigits.networks._keras_layers import AdversarialShift

    pixels = keras.Input(network.input_shape[1:], dtype="float32", name="pixels")
    adversary = AdversarialShift(network, length, name="adversary", dtype="float32")
    perturbed = adversary(pixels)
    return keras.Model(pixels, network(perturbed), name="against_adversary")


def register_layers() -> None:
    """Let ``keras.models.load_model`` load networks with layers of this package.

    Call it before you load a file that ``network_.save`` or Keras's `ModelCheckpoint`
    has written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skdigits import networks
    >>> networks.register_layers()
    >>> import keras
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     networks.unet((8, 8)).save(Path(folder, "unet.keras"))
    ...     keras.models.load_model(Path(folder, "unet.keras")).name
    'unet'
    """
    prepare_tensorflow()
    from skdigits.networks import _deformation  # noqa: F401


def in_precision(network: "keras.Model", precision: str) -> "keras.Model":
    """Set the precision of the hidden layers of a classifier.

    Parameters
    ----------
    network : keras.Model
        Network built by `mlp` or `cnn`. Changes convolutions, pooling and hidden dense
        layers, but not normalization and softmax, which need a higher precision.
    precision : str
        Name of a Keras dtype policy: ``"float32"`` or ``"mixed_bfloat16"``.

    Returns
    -------
    network : keras.Model
        The network passed, changed in place.
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
    """Build a dense autoencoder that adds noise to its input during training.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width of the images in pixels.
    hidden_layer_sizes : sequence of int, default=(128,)
        Units of the encoder's hidden layers; the decoder reverses their order.
    latent_size : int, default=96
        Number of components of a latent vector.
    activation : str, default="relu"
        Name of the hidden activation in Keras, also of the latent vectors.
    noise_amount : tuple of float, default=(0.0, 0.0)
        Range of the probability that a pixel is replaced during training, sampled for
        each image.
    salt_vs_pepper : float, default=0.5
        Probability that a replaced pixel becomes 1, else 0.

    Returns
    -------
    network : keras.Model
        Maps pixels ``(batch, height * width)`` to pixels in [0, 1]. Its submodels are
        ``network.get_layer("encoder")`` and ``network.get_layer("decoder")``.
    """
    return architecture("dense_autoencoder", locals()).build()


def unet(
    image_shape: tuple[int, int],
    *,
    filters: Sequence[int] = (32, 64),
    activation: str = "relu",
    noise_amount: tuple[float, float] = (0.0, 0.0),
    salt_vs_pepper: float = 0.5,
    keep_certain: bool = True,
) -> "keras.Model":
    """Build a U-Net that adds noise to its input during training.

    Pixels strictly between 0 and 1 cannot be salt or pepper, and can be copied.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width of the images in pixels.
    filters : sequence of int, default=(32, 64)
        Channels at each level. The first level has half the resolution of the images,
        each further level half of the previous one.
    activation : str, default="relu"
        Name of the hidden activation in Keras.
    noise_amount : tuple of float, default=(0.0, 0.0)
        Range of the probability that a pixel is replaced during training, sampled for
        each image.
    salt_vs_pepper : float, default=0.5
        Probability that a replaced pixel becomes 1, else 0.
    keep_certain : bool, default=True
        Whether to copy pixels strictly between 0 and 1.

    Returns
    -------
    network : keras.Model
        Maps pixels ``(batch, height * width)`` to pixels in [0, 1].
    """
    return architecture("unet", locals()).build()


def blind_spot_unet(
    image_shape: tuple[int, int],
    *,
    filters: Sequence[int] = (32, 64),
    activation: str = "relu",
    noise_amount: float = 0.4,
    salt_vs_pepper: float = 0.5,
) -> "keras.Model":
    """Build a U-Net that learns from noisy images alone, by predicting hidden pixels.

    In training it returns the negative log-likelihood of hidden pixels, else denoised
    images; see `skdigits.networks._keras_layers.BlindSpot`.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width of the images in pixels.
    filters : sequence of int, default=(32, 64)
        Channels at each level. The first level has half the resolution of the images,
        each further level half of the previous one.
    activation : str, default="relu"
        Name of the hidden activation in Keras.
    noise_amount : float, default=0.4
        Probability that a pixel of the noisy images was replaced.
    salt_vs_pepper : float, default=0.5
        Probability that a replaced pixel became 1, else 0.

    Returns
    -------
    network : keras.Model
        Maps pixels ``(batch, height * width)`` to pixels in [0, 1].
    """
    return architecture("blind_spot_unet", locals()).build()


def conditional_vae(
    image_shape: tuple[int, int],
    n_classes: int,
    *,
    hidden_layer_sizes: Sequence[int] = (512, 512),
    latent_size: int = 32,
    beta: float = 1.0,
    activation: str = "relu",
) -> "keras.Model":
    """Build a variational autoencoder conditioned on the label.

    In training it returns the loss per pixel; see
    `skdigits.networks._keras_variational.EvidenceBound`.

    Parameters
    ----------
    image_shape : tuple of int
        Height and width of the images in pixels.
    n_classes : int
        Number of classes.
    hidden_layer_sizes : sequence of int, default=(512, 512)
        Units of the encoder's hidden layers; the decoder reverses their order.
    latent_size : int, default=32
        Number of components of a latent vector.
    beta : float, default=1.0
        Weight of the Kullback-Leibler divergence of the latent vectors from the
        standard normal distribution.
    activation : str, default="relu"
        Name of the hidden activation in Keras.

    Returns
    -------
    network : keras.Model
        Maps pixels and one-hot labels ``(batch, height * width + n_classes)`` to pixels
        ``(batch, height * width)`` in [0, 1]. Its submodel ``"encoder"`` returns means
        and logarithms of variances, ``(batch, 2 * latent_size)``. Its submodel
        ``"decoder"`` takes latent vectors and one-hot labels,
        ``(batch, latent_size + n_classes)``.
    """
    return architecture("conditional_vae", locals()).build()


def _l2(alpha: float) -> "keras.Regularizer | None":
    if not alpha:
        return None
    prepare_tensorflow()
    import keras

    return keras.regularizers.L2(alpha)
