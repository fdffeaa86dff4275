"""Architectures as pure functions: sizes in, an untrained `keras.Model` out.

Every network takes rows of pixels in [0, 1], shape ``(batch, height * width)``, and
reshapes them itself where it needs pictures. Importing this module loads Keras.
"""

from collections.abc import Sequence
from typing import Any

from skdigits._tensorflow import prepare_tensorflow

prepare_tensorflow()

import keras  # noqa: E402
from keras import layers  # noqa: E402

__all__ = ["cnn", "dense_autoencoder", "mlp"]


def mlp(
    image_shape: tuple[int, int],
    n_classes: int,
    *,
    hidden_layer_sizes: Sequence[int] = (500, 300),
    activation: str = "relu",
    alpha: float = 0.0,
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
        hidden = _hidden_dense(units, activation, alpha, f"hidden_{index}")(hidden)
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

    Returns
    -------
    network : keras.Model
        From ``(batch, height * width)`` to ``(batch, n_classes)`` probabilities.
    """
    height, width = image_shape
    pixels = keras.Input((height * width,), name="pixels")
    hidden = layers.Reshape((height, width, 1), name="picture")(pixels)
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
            if batch_norm:
                name = f"{block}_{index}"
                # Keras's momentum of 0.99 needs some 500 steps to forget its start;
                # a small training set gives fewer.
                norm = layers.BatchNormalization(momentum=0.9, name=f"norm_{name}")
                hidden = layers.Activation(activation, name=f"activation_{name}")(
                    norm(hidden)
                )
        # Padding lets pictures of one row or an odd size be pooled too.
        hidden = layers.MaxPooling2D(2, padding=padding, name=f"pool_{block}")(hidden)
    if dropout:
        hidden = layers.Dropout(dropout, name="dropout")(hidden)
    hidden = layers.Flatten(name="flatten")(hidden)
    for index, units in enumerate(hidden_layer_sizes, start=1):
        hidden = _hidden_dense(units, activation, alpha, f"hidden_{index}")(hidden)
    return keras.Model(pixels, _softmax(n_classes)(hidden), name="cnn")


def dense_autoencoder(
    image_shape: tuple[int, int],
    *,
    hidden_layer_sizes: Sequence[int] = (128,),
    latent_size: int = 96,
    activation: str = "relu",
    noise_amount: float = 0.0,
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
    noise_amount : float, default=0.0
        Probability that a pixel is replaced while training.
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
    noisy = SaltPepper(noise_amount, salt_vs_pepper, name="salt_pepper")(pixels)
    return keras.Model(pixels, decoder(encoder(noisy)), name="dense_autoencoder")


@keras.saving.register_keras_serializable("skdigits")
class SaltPepper(layers.Layer):
    """Salt-and-pepper noise that acts in training only, drawn afresh on each step.

    Parameters
    ----------
    amount : float
        Probability that a pixel is replaced, in [0, 1].
    salt_vs_pepper : float, default=0.5
        Probability that a replaced pixel becomes 1 and not 0.
    seed : int or None, default=None
        Seed of the noise.
    **kwargs : dict
        Arguments of `keras.layers.Layer`.
    """

    def __init__(
        self,
        amount: float,
        salt_vs_pepper: float = 0.5,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.amount = amount
        self.salt_vs_pepper = salt_vs_pepper
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return noisy inputs in training, the inputs themselves otherwise."""
        if not training or self.amount == 0:
            return inputs
        uniform = keras.random.uniform(
            keras.ops.shape(inputs), seed=self.seed_generator, dtype=inputs.dtype
        )
        salt = keras.ops.cast(uniform < self.amount * self.salt_vs_pepper, inputs.dtype)
        return keras.ops.where(uniform < self.amount, salt, inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the layer."""
        return {
            **super().get_config(),
            "amount": self.amount,
            "salt_vs_pepper": self.salt_vs_pepper,
            "seed": self.seed,
        }


def _hidden_dense(units: int, activation: str, alpha: float, name: str) -> layers.Layer:
    return layers.Dense(
        units, activation=activation, kernel_regularizer=_l2(alpha), name=name
    )


def _softmax(n_classes: int) -> layers.Layer:
    return layers.Dense(n_classes, activation="softmax", name="probabilities")


def _l2(alpha: float) -> keras.regularizers.Regularizer | None:
    return keras.regularizers.L2(alpha) if alpha else None
