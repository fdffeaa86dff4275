"""
How does an autoencoder arrange digits in its latent space?
===========================================================

An autoencoder encodes each image as a short latent vector and decodes the vector to an
image again. With a latent vector of two numbers, each image is a point in a plane. We
can then plot the whole latent space: the points of the images, and the images that the
decoder generates between them.

The autoencoder is trained without labels. Most digits still form a region of their own,
because similar images have nearby latent vectors. Some regions are split or overlap.
The figures show the network, the points of the images, and the decoded images.
"""

# %%
# An autoencoder with a latent space of two dimensions
# ----------------------------------------------------
# Without noise, the network only has to reconstruct its input. ``tanh`` bounds the
# latent vectors to a square.

import matplotlib.pyplot as plt
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

from skdigits import DenoisingAutoencoder
from skdigits.datasets import load_small_digits
from skdigits.plotting import LatentSpaceDisplay, plot_latent_grid, plot_network

HIDDEN_LAYER_SIZES = 64, 32  # units; 256, 64 for MNIST
ACTIVATION = "tanh"  # "relu" for MNIST, where tanh saturates
EPOCHS = 200  # 20 for MNIST
BATCH_SIZE = 32  # images; 128 for MNIST
LEARNING_RATE = 1e-3
N_NEIGHBORS = 10
TEST_FRACTION = 0.25
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels):
# from skdigits.datasets import fetch_mnist
# X, y = fetch_mnist(subset="all", return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=TEST_FRACTION, stratify=y, random_state=SEED
)

autoencoder = DenoisingAutoencoder(
    "dense",
    hidden_layer_sizes=HIDDEN_LAYER_SIZES,
    latent_size=2,
    noise_amount=0.0,
    activation=ACTIVATION,
    epochs=EPOCHS,
    batch_size=BATCH_SIZE,
    learning_rate=LEARNING_RATE,
    learning_rate_schedule="constant",
    random_state=SEED,
)
autoencoder.fit(X_train)
plot_network(autoencoder)
plt.show()

# %%
# Latent vectors of the images
# ----------------------------
# Each point is a training image. Colors and markers distinguish the digits. The label
# of a digit is at the mean of its points, which need not be where most of them are.

# sphinx_gallery_thumbnail_number = 2
LatentSpaceDisplay.from_estimator(autoencoder, X_train, y_train)
plt.show()

# %%
# How much information about the digit do two numbers keep? We classify each test image
# by its nearest neighbors among the latent vectors of the training images. For
# comparison, we do the same with the pixels.

spaces = {
    "two numbers": (autoencoder.encode(X_train), autoencoder.encode(X_test)),
    f"all {X.shape[1]} pixels": (X_train, X_test),
}
for name, (train, test) in spaces.items():
    classifier = KNeighborsClassifier(N_NEIGHBORS).fit(train, y_train)
    print(f"{name:15} test accuracy {classifier.score(test, y_test):.1%}")

# %%
# Decoded images on a grid
# ------------------------
# The decoder generates an image for any pair of numbers, not only for latent vectors of
# real images. On a grid over the same plane digits change gradually into other digits.
# Compare with the points above: where there are no points, the decoded images do not
# look like digits.

plot_latent_grid(autoencoder, X_train)
plt.show()

# %%
# Conclusions and limits
# ----------------------
# Two numbers are enough to see how an autoencoder works, and too few to reconstruct
# images well. Longer latent vectors give better images; for these, both figures show
# the plane of the first two principal components, and the axis labels show the
# explained variance.
#
# Another seed gives another arrangement: neither the axes nor the distance between two
# regions have a meaning of their own.
