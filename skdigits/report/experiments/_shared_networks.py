"""Networks that several experiments share, trained with `Context.compute_once`."""

from typing import Any

import numpy as np

from skdigits import (
    CNNDigitClassifier,
    DenoisingAutoencoder,
    DigitGenerator,
    MLPDigitClassifier,
)
from skdigits.report._context import Context

# Noise amount that the lab's autoencoder is trained with.
LAB_NOISE = 0.4
# Networks of a quick run. This MLP is compiled once with that of `small_network`.
QUICK_MLP: dict[str, Any] = {"hidden_layer_sizes": (64, 64), "alpha": 0.0}
QUICK_CNN: dict[str, Any] = {"conv_blocks": ((16,), (32,)), "augmentation": None}
QUICK_UNET: dict[str, Any] = {"filters": (8,)}


def join_sizes(mlp: MLPDigitClassifier, separator: str = "-") -> str:
    """Return the units of the hidden layers as text, such as 500-300."""
    return separator.join(map(str, np.atleast_1d(mlp.hidden_layer_sizes)))


def train_cnn(context: Context) -> CNNDigitClassifier:
    """Fit our convolutional network on clean images."""
    cnn = CNNDigitClassifier(
        epochs=context.choose(small=15, large=8, quick=4),
        batch_size=context.choose(small=32, large=64, quick=32),
        **(QUICK_CNN if context.quick else {}),
    )
    return context.fit("our CNN", cnn, context.X_train, context.y_train)


def train_dense(context: Context) -> DenoisingAutoencoder:
    """Fit the lab's autoencoder on clean images; `fit` adds the noise."""
    dense = DenoisingAutoencoder(
        "dense",
        noise_amount=LAB_NOISE,
        epochs=context.choose(small=150, large=20, quick=20),
        batch_size=context.choose(small=64, large=128, quick=64),
        learning_rate=context.choose(small=5e-3, large=3e-3, quick=1e-2),
    )
    return context.fit("the dense autoencoder", dense, context.X_train)


def train_unet(context: Context) -> DenoisingAutoencoder:
    """Fit the U-Net on clean images; `fit` adds the noise."""
    unet = DenoisingAutoencoder(
        epochs=context.choose(small=12, large=5, quick=3),
        batch_size=context.choose(small=32, large=64, quick=32),
        **(QUICK_UNET if context.quick else {}),
    )
    return context.fit("the U-Net", unet, context.X_train)


def train_plane(context: Context) -> DenoisingAutoencoder:
    """Fit an autoencoder with two latent dimensions, without noise."""
    plane = DenoisingAutoencoder(
        "dense",
        hidden_layer_sizes=context.choose(
            small=(64, 32), large=(256, 64), quick=(64, 32)
        ),
        latent_size=2,
        noise_amount=0.0,
        # With ReLU a latent dimension could become 0 for all images.
        activation="elu",
        epochs=context.choose(small=100, large=20, quick=20),
        batch_size=context.choose(small=64, large=128, quick=32),
        learning_rate=context.choose(small=4e-3, large=1e-3, quick=2e-3),
    )
    return context.fit(
        "the autoencoder with two latent dimensions", plane, context.X_train
    )


def train_generator(context: Context) -> DigitGenerator:
    """Fit the generator of digits by label."""
    generator = DigitGenerator(
        context.choose(small=(128,), large=(512, 256), quick=(128,)),
        latent_size=context.choose(small=16, large=32, quick=16),
        beta=context.choose(small=0.03, large=0.1, quick=0.03),
        n_components=context.choose(small=3, large=10, quick=1),
        epochs=context.choose(small=60, large=15, quick=10),
        batch_size=context.choose(small=32, large=128, quick=32),
        learning_rate=context.choose(small=3e-3, large=3e-3, quick=5e-3),
    )
    return context.fit("the generator", generator, context.X_train, context.y_train)
