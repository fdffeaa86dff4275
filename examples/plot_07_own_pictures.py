"""
Can a network classify your own images?
=======================================

Networks learn from digits that are small, clean, light on dark and centered. A
photograph is none of this. Does it help to make it look like the training images?

It is essential. A network that classifies test images well does little better than
chance on photographs of the same digits. It classifies most of them correctly after
:class:`~skdigits.preprocessing.DigitNormalizer` has extracted the ink. The figures show
photographs, and the input of the network with and without the normalizer.
"""

# %%
# A pipeline that starts with a normalizer
# ----------------------------------------
# ``DigitNormalizer`` converts any image of a digit to the format of MNIST: light ink on
# a dark background, scaled to fit a box of 20x20 pixels, centered by its center of mass
# in an image of 28x28 pixels. As the first step of a pipeline it transforms training
# images and new images in the same way.

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skdigits import MLPDigitClassifier
from skdigits.datasets import load_small_digits
from skdigits.plotting import plot_digits
from skdigits.preprocessing import DigitNormalizer

HIDDEN_LAYER_SIZES = 64, 64  # units
EPOCHS = 20
BATCH_SIZE = 32  # images; 128 for MNIST
TEST_FRACTION = 0.25
N_PHOTOGRAPHS = 100
N_SHOWN = 8  # images
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels):
# from skdigits.datasets import fetch_mnist
# X, y = fetch_mnist(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=TEST_FRACTION, stratify=y, random_state=SEED
)
network = MLPDigitClassifier(
    HIDDEN_LAYER_SIZES, epochs=EPOCHS, batch_size=BATCH_SIZE, random_state=SEED
)
pipeline = make_pipeline(DigitNormalizer(), network).fit(X_train, y_train)
print(f"accuracy on test images: {pipeline.score(X_test, y_test):.1%}")

# %%
# Photographs
# -----------
# There are no photographs of these digits, so we simulate them: test images are
# enlarged and placed at random on a sheet of paper, as dark ink on grainy paper with
# light from one side. ``read_pictures`` loads such arrays from files.


def photograph(digit, rng):
    """Simulate a grayscale photograph, 0..255, of a digit on paper."""
    side = int(rng.integers(80, 160))  # pixels
    ink = np.asarray(
        Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    )
    top, bottom, left, right = rng.integers(15, 90, 4)
    ink = np.pad(ink.clip(0, 1), ((top, bottom), (left, right)))
    y, x = np.mgrid[-1 : 1 : ink.shape[0] * 1j, -1 : 1 : ink.shape[1] * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    light = 0.75 + 0.2 * (np.cos(angle) * x + np.sin(angle) * y) - 0.05 * (x**2 + y**2)
    grain = 0.02 * rng.standard_normal(ink.shape)
    paper = light * (1 - 0.5 * ink) + grain
    return np.round(255 * paper.clip(0, 1)).astype(np.uint8)


rng = np.random.default_rng(SEED)
side = int(X.shape[1] ** 0.5)
photographs = [
    photograph(row.reshape(side, side), rng) for row in X_test[:N_PHOTOGRAPHS]
]
labels = y_test[:N_PHOTOGRAPHS]

fig, axes = plt.subplots(2, N_SHOWN // 2, figsize=(6.4, 3.4), layout="compressed")
for ax, image in zip(axes.flat, photographs, strict=False):
    ax.imshow(image, cmap="gray", vmin=0, vmax=255)
    ax.set_axis_off()
fig.suptitle("photographs of different sizes")
plt.show()

# %%
# Input of the network
# --------------------
# The images differ in size, so they are passed as a list. The simplest preprocessing is
# to shrink them to 28x28 pixels and to invert them, so that ink is light; the row below
# shows the output of the normalizer. Compare the background, and the size and position
# of the digits.

shrunk = np.array(
    [
        255 - np.asarray(Image.fromarray(image).resize((28, 28), Image.Resampling.BOX))
        for image in photographs
    ]
)
normalizer, classifier = pipeline
normalized = normalizer.transform(photographs)
fig, ax = plt.subplots(figsize=(6.4, 1.8), layout="compressed")
plot_digits(
    np.concatenate([shrunk[:N_SHOWN], normalized[:N_SHOWN]]),
    n_columns=N_SHOWN,
    row_labels=["shrunk", "normalized"],
    ax=ax,
)
plt.show()

print(f"accuracy on photographs, shrunk:     {classifier.score(shrunk, labels):.0%}")
print(f"accuracy on photographs, normalized: {pipeline.score(photographs, labels):.0%}")

# %%
# Conclusions and limits
# ----------------------
# The format of the images matters more than the network. To classify your own images,
# put the normalizer into the pipeline before training; the pipeline then accepts images
# of any size.
#
# These photographs are simulated and easy: one digit on blank paper. The normalizer
# does not remove lines, neighboring digits or hard shadows. It also does not compensate
# for handwriting styles that are missing in the training images.
