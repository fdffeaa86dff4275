"""
How can a network draw new digits?
==================================

A network that reads digits turns a picture into a label. The other way round, a label
says too little: there are many ways to write a three. What else must a network be given
to draw one, and from where should it come?

Four ways, from the simplest to the best. The first three use an autoencoder, which was
never told any labels: they change what it makes of real pictures, or make something up.
The last one learns from pictures and labels, and draws what it is asked for.
"""

# %%
# One autoencoder, two ways
# -------------------------
# A dense autoencoder turns each picture into a short code, and the code back into a
# picture. A new code should give a new picture.
#
# *Mixing* takes the mean of the codes of two pictures of a class. *Salting* adds random
# numbers to a code; as that leads away from where codes of real pictures are, the
# result is sent through the autoencoder again, which *sharpens* it.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split

from skdigits import DenoisingAutoencoder, DigitGenerator, MLPDigitClassifier
from skdigits.datasets import load_small_digits
from skdigits.generation import mix, salt, sample_latent_space, sharpen
from skdigits.plotting import plot_digits

LATENT_SIZE = 16  # 96 for MNIST
SALT = 0.7  # standard deviations of the codes
HIDDEN_LAYER_SIZES = (128,)  # (512, 256) for MNIST
GENERATOR_LATENT_SIZE = 16  # 32 for MNIST
BETA = 0.03  # 0.1 for MNIST
N_COMPONENTS = 3  # 10 for MNIST
EPOCHS = 60  # 15 for MNIST
BATCH_SIZE = 32  # pictures; 128 for MNIST
TEST_FRACTION = 0.25
N_PER_CLASS = 100  # 1000 for MNIST
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels, some minutes):
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
mixed = mix(autoencoder, X_train, y_train, random_state=SEED)
salted = salt(autoencoder, X_train, scale=SALT, random_state=SEED)
sharpened = sharpen(autoencoder, salted)
plot_digits(
    np.concatenate([part[first] for part in (X_train, mixed, salted, sharpened)]),
    row_labels=["real", "mixed with another", "salted", "salted, sharpened"],
)
plt.show()

# %%
# Random codes
# ------------
# Without a real picture to start from, one needs a code from nowhere. In a large latent
# space nearly all codes are no picture's; in a plane (see
# :doc:`plot_09_latent_space`) most of them are near some. What is drawn far from all
# real codes looks like several digits at once, and sharpening cannot help there.

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
    row_labels=["random codes", "sharpened twice"],
)
plt.show()

# %%
# A label and random numbers
# --------------------------
# :class:`~skdigits.DigitGenerator` is an autoencoder whose two halves are told the
# label. Its codes need not say which digit it is, only how it is written. A mixture of
# Gaussians per class learns where they are, and is where the random numbers come from.

# sphinx_gallery_thumbnail_number = 3
generator = DigitGenerator(
    HIDDEN_LAYER_SIZES,
    latent_size=GENERATOR_LATENT_SIZE,
    beta=BETA,
    n_components=N_COMPONENTS,
    **training,
).fit(X_train, y_train)
drawn, _ = generator.sample(y=np.repeat(np.arange(10), 10))
plot_digits(drawn, row_labels=range(10))
plt.show()

# %%
# Do they show what they should?
# ------------------------------
# A classifier that has seen real digits only reads the new ones; another one learns
# from new ones only, and reads real test pictures. Variety is the mean distance between
# two pictures of a class, as a share of that between real ones.


def mean_distance(pictures):
    """Mean distance between two of a hundred pictures."""
    some = pictures[:100].astype(float)
    distances = np.linalg.norm(some[:, None] - some, axis=2)
    return distances.sum() / (len(some) * (len(some) - 1))


def reader():
    """Return a classifier that has learnt nothing yet."""
    return MLPDigitClassifier((128,), epochs=30, batch_size=32, random_state=SEED)


new_digits = {
    "real training pictures": (X_train, y_train),
    "mixed": (mixed, y_train),
    "salted and sharpened": (sharpened, y_train),
    "random codes, sharpened": (sharpen(plane, from_plane, n_passes=2), nearest_label),
    "label and random numbers": generator.sample(
        y=np.repeat(np.arange(10), N_PER_CLASS)
    ),
}
real_reader = reader().fit(X_train, y_train)
print(f"{'':26}read as intended  teaches  variety")
for name, (pictures, labels) in new_digits.items():
    read = real_reader.score(pictures, labels)
    taught = reader().fit(pictures, labels).score(X_test, y_test)
    variety = np.mean(
        [
            mean_distance(pictures[labels == digit])
            / mean_distance(X_test[y_test == digit])
            for digit in range(10)
        ]
    )
    print(f"{name:26}{read:16.1%}{taught:9.1%}{variety:9.2f}")

# %%
# What to conclude, and what not
# ------------------------------
# Mixed digits are read well and vary too little: a mean is closer to the middle than
# what it is the mean of. Salt brings variety and spoils digits. In the plane, a random
# code need not be a digit's. Only the generator can be asked for a certain digit
# without being given one, and what it draws is both legible and various.
#
# Real pictures are read so well here because the reader was trained on them. The
# command ``python tests/benchmarks/generation.py`` makes the same comparison on MNIST,
# with an independent reader and the distance to the training pictures: a generator that
# copied them would pass both tests above.
