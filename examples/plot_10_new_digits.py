"""
How can a network generate new digits?
======================================

A classifier maps an image to a label. The inverse needs more than a label, because
there are many ways to write a three. What other input does a network need to generate
one, and where does it come from?

This example compares four methods, from the simplest to the best. The first three use
an autoencoder, which is trained without labels: they modify the latent vectors of real
images, or sample new ones. The last method learns from images and labels, and generates
the requested label. The figures show the digits of each method; those of the last one
are both legible and diverse.
"""

# %%
# Interpolating and perturbing latent vectors
# -------------------------------------------
# A dense autoencoder maps each image to a short latent vector, and the latent vector
# back to an image. A new latent vector should give a new image.
#
# *Interpolation* takes the mean of the latent vectors of two images of a class.
# *Perturbation* adds normal noise to a latent vector. This leads away from the latent
# vectors of real images, so the result is passed through the autoencoder again, which
# *sharpens* it.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split

from skdigits import DenoisingAutoencoder, DigitGenerator, MLPDigitClassifier
from skdigits.datasets import load_small_digits
from skdigits.generation import (
    interpolate_latent,
    perturb_latent,
    sample_latent_space,
    sharpen,
)
from skdigits.plotting import plot_digits

LATENT_SIZE = 16  # 96 for MNIST
NOISE_SCALE = 0.7  # in standard deviations of the latent vectors
HIDDEN_LAYER_SIZES = (128,)  # (512, 256) for MNIST
GENERATOR_LATENT_SIZE = 16  # 32 for MNIST
BETA = 0.03  # 0.1 for MNIST
N_COMPONENTS = 3  # 10 for MNIST
EPOCHS = 60  # 15 for MNIST
BATCH_SIZE = 32  # images; 128 for MNIST
TEST_FRACTION = 0.25
N_PER_CLASS = 100  # 1000 for MNIST
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels):
# from skdigits.datasets import fetch_mnist
# X, y = fetch_mnist(subset="all", return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=TEST_FRACTION, stratify=y, random_state=SEED
)
training = {"epochs": EPOCHS, "batch_size": BATCH_SIZE, "random_state": SEED}

autoencoder = DenoisingAutoencoder(
    "dense", latent_size=LATENT_SIZE, noise_amount=0.0, **training
).fit(X_train)

first = [np.flatnonzero(y_train == digit)[0] for digit in range(10)]
interpolated = interpolate_latent(autoencoder, X_train, y_train, random_state=SEED)
perturbed = perturb_latent(autoencoder, X_train, scale=NOISE_SCALE, random_state=SEED)
sharpened = sharpen(autoencoder, perturbed)
plot_digits(
    np.concatenate(
        [part[first] for part in (X_train, interpolated, perturbed, sharpened)]
    ),
    row_labels=["real", "interpolated", "perturbed", "perturbed, sharpened"],
)
plt.show()

# %%
# Random latent vectors
# ---------------------
# To generate an image without a real one, sample a latent vector at random. In a latent
# space of many dimensions almost all vectors are far from those of real images; in a
# plane (see :doc:`plot_09_latent_space`) most are near some of them. Images decoded far
# from all real latent vectors look like several digits at once, and sharpening cannot
# improve them.

plane = DenoisingAutoencoder(
    *("dense",),
    hidden_layer_sizes=(64, 32),
    latent_size=2,
    noise_amount=0.0,
    activation="tanh",  # "relu" for MNIST
    **training,
).fit(X_train)
from_plane, nearest_label = sample_latent_space(
    plane, X_train, y_train, 10 * N_PER_CLASS, random_state=SEED
)
plot_digits(
    np.concatenate([from_plane[:10], sharpen(plane, from_plane[:10], n_passes=2)]),
    row_labels=["random vectors", "sharpened twice"],
)
plt.show()

# %%
# A label and random numbers
# --------------------------
# :class:`~skdigits.DigitGenerator` is an autoencoder whose encoder and decoder have the
# label as an additional input. Its latent vectors need not encode the digit, only the
# style. A Gaussian mixture per class is fitted to them; new latent vectors are sampled
# from it.

# sphinx_gallery_thumbnail_number = 3
generator = DigitGenerator(
    HIDDEN_LAYER_SIZES,
    latent_size=GENERATOR_LATENT_SIZE,
    beta=BETA,
    n_components=N_COMPONENTS,
    **training,
).fit(X_train, y_train)
samples, _ = generator.sample(y=np.repeat(np.arange(10), 10))
plot_digits(samples, row_labels=range(10))
plt.show()

# %%
# Evaluating the methods
# ----------------------
# A classifier that was trained on real digits classifies the new ones. Another one is
# trained on the new digits only, and classifies real test images. Variety is the mean
# distance between two images of a class, as a fraction of that between real ones.


def mean_distance(images):
    """Return the mean distance between two of the first hundred images."""
    some = images[:100].astype(float)
    distances = np.linalg.norm(some[:, None] - some, axis=2)
    return distances.sum() / (len(some) * (len(some) - 1))


def make_classifier():
    """Return an unfitted classifier."""
    return MLPDigitClassifier((128,), epochs=30, batch_size=32, random_state=SEED)


new_digits = {
    "real training images": (X_train, y_train),
    "interpolated": (interpolated, y_train),
    "perturbed and sharpened": (sharpened, y_train),
    "random vectors, sharpened": (
        sharpen(plane, from_plane, n_passes=2),
        nearest_label,
    ),
    "label and random numbers": generator.sample(
        y=np.repeat(np.arange(10), N_PER_CLASS)
    ),
}
classifier = make_classifier().fit(X_train, y_train)
print(f"{'':26}classified as intended  teaches  variety")
for name, (images, labels) in new_digits.items():
    intended = classifier.score(images, labels)
    taught = make_classifier().fit(images, labels).score(X_test, y_test)
    variety = np.mean(
        [
            mean_distance(images[labels == digit])
            / mean_distance(X_test[y_test == digit])
            for digit in range(10)
        ]
    )
    print(f"{name:26}{intended:22.1%}{taught:9.1%}{variety:9.2f}")

# %%
# Conclusions and limits
# ----------------------
# Interpolated digits are classified well and vary too little: a mean is closer to the
# center than the images it is computed from. Perturbation increases the variety and
# spoils some digits. In the plane, a random latent vector need not decode to a digit.
# Only the generator can produce a requested digit without an image of it, and its
# samples are both legible and diverse.
#
# The real images are classified so well here because the classifier was trained on
# them. The command ``python tests/benchmarks/generation.py`` makes the same comparison
# on MNIST, with an independent classifier and the distance to the training images: a
# generator that copied them would pass both tests above.
