"""
Where does an autoencoder put the digits?
=========================================

An autoencoder squeezes each picture into a short code and draws it again from that. If
the code has two numbers only, each picture is a point in a plane, and the whole of what
the network knows can be seen at once: where it puts the pictures, and what it draws
anywhere in between.

It was never told which digit a picture shows. Most digits get a region of their own all
the same, as pictures that look alike must lie close together. Some are torn apart or
overlap.
"""

# %%
# An hourglass with a waist of two
# --------------------------------
# Without noise, the network only has to give back what it sees. ``tanh`` keeps the
# codes within a square.

import matplotlib.pyplot as plt
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

from skdigits import DenoisingAutoencoder
from skdigits.datasets import load_small_digits
from skdigits.plotting import LatentSpaceDisplay, plot_latent_grid, plot_network

HIDDEN_LAYER_SIZES = 64, 32  # units; 256, 64 for MNIST
ACTIVATION = "tanh"  # "relu" for MNIST: its codes would stick to the square's edges
EPOCHS = 200  # 20 for MNIST
BATCH_SIZE = 32  # pictures; 128 for MNIST
LEARNING_RATE = 1e-3
N_NEIGHBORS = 10
TEST_FRACTION = 0.25
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels, some minutes):
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
# Where the pictures lie
# ----------------------
# Each point is a training picture. Colours and shapes tell the digits apart; a digit's
# name stands at the mean of its points, which need not be where most of them are.

# sphinx_gallery_thumbnail_number = 2
LatentSpaceDisplay.from_estimator(autoencoder, X_train, y_train)
plt.show()

# %%
# How much of the digits is left in two numbers? A picture is read by the majority of
# those training pictures whose codes are nearest to its own, and for comparison by
# those whose pixels are nearest.

spaces = {
    "two numbers": (autoencoder.encode(X_train), autoencoder.encode(X_test)),
    f"all {X.shape[1]} pixels": (X_train, X_test),
}
for name, (train, test) in spaces.items():
    neighbours = KNeighborsClassifier(N_NEIGHBORS).fit(train, y_train)
    print(f"{name:15} test accuracy {neighbours.score(test, y_test):.1%}")

# %%
# What is drawn in between
# ------------------------
# The decoder draws something for any pair of numbers, not only for those that belong to
# a picture. On a grid over the same plane one sees digits turn into others. Compare
# with the points above: where there are none, the drawings are nobody's digits.

plot_latent_grid(autoencoder, X_train)
plt.show()

# %%
# What to conclude, and what not
# ------------------------------
# Two numbers are enough to see what an autoencoder does, and too few to do it well.
# Longer codes draw better; of those, both drawings show the plane of the first two
# principal components, and say in the labels how much of the variance that is.
#
# Another seed gives another map: neither the axes nor the distance between two regions
# mean anything by themselves.
