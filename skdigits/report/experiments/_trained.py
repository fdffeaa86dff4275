"""Networks that several experiments use; `Context.once` trains each of them once."""

from skdigits import CNNDigitClassifier, DenoisingAutoencoder
from skdigits.report._context import Context

# Of the noise that the lab's autoencoder is trained against.
LAB_NOISE = 0.4


def train_cnn(context: Context) -> CNNDigitClassifier:
    """Fit our convolutional network on clean pictures."""
    cnn = CNNDigitClassifier(
        epochs=context.choose(small=30, large=10, quick=6),
        batch_size=context.choose(small=32, large=64, quick=32),
    )
    return context.fit("our CNN", cnn, context.X_train, context.y_train)


def train_dense(context: Context) -> DenoisingAutoencoder:
    """Fit the lab's autoencoder on clean pictures, which it corrupts by itself."""
    dense = DenoisingAutoencoder(
        "dense",
        noise_amount=LAB_NOISE,
        epochs=context.choose(small=300, large=20, quick=60),
        batch_size=context.choose(small=32, large=128, quick=32),
    )
    return context.fit("the dense autoencoder", dense, context.X_train)


def train_unet(context: Context) -> DenoisingAutoencoder:
    """Fit the U-Net on clean pictures, which it corrupts by itself."""
    unet = DenoisingAutoencoder(
        epochs=context.choose(small=30, large=6, quick=4),
        batch_size=context.choose(small=32, large=64, quick=32),
    )
    return context.fit("the U-Net", unet, context.X_train)


def train_plane(context: Context) -> DenoisingAutoencoder:
    """Fit an autoencoder with two numbers in its code, on clean pictures."""
    plane = DenoisingAutoencoder(
        "dense",
        hidden_layer_sizes=context.choose(
            small=(64, 32), large=(256, 64), quick=(64, 32)
        ),
        latent_size=2,
        noise_amount=0.0,
        # Unlike with ReLU, no number of the code can die.
        activation="elu",
        epochs=context.choose(small=200, large=20, quick=40),
        batch_size=context.choose(small=32, large=128, quick=32),
        learning_rate=1e-3,
    )
    return context.fit("the autoencoder with two numbers", plane, context.X_train)
