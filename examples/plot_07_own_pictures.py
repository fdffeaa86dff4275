"""
Can a network read pictures of one's own?
=========================================

Networks learn from digits that are small, clean, light on dark and centred. A
photograph is none of this. Does it help to make it look like the pictures that the
network knows?

It decides everything. A network that reads test pictures well can do no more than guess
on photographs of the same digits, and reads most of them once
:class:`~skdigits.preprocessing.DigitNormalizer` has found the ink.
"""

# %%
# A network that begins with a normalizer
# ---------------------------------------
# ``DigitNormalizer`` gives any picture of a digit the form of MNIST's: ink light on
# dark, scaled to fit a box of 20x20 pixels, centred by its mass in a field of 28x28. As
# the first step of a pipeline it does the same to the pictures that the network is
# trained on and to those that it is to read.

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
BATCH_SIZE = 32  # pictures; 128 for MNIST
TEST_FRACTION = 0.25
N_PHOTOGRAPHS = 100
N_SHOWN = 8  # pictures
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels, some minutes):
# from skdigits.datasets import fetch_mnist
# X, y = fetch_mnist(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=TEST_FRACTION, stratify=y, random_state=SEED
)
network = MLPDigitClassifier(
    HIDDEN_LAYER_SIZES, epochs=EPOCHS, batch_size=BATCH_SIZE, random_state=SEED
)
pipeline = make_pipeline(DigitNormalizer(), network).fit(X_train, y_train)
print(f"test pictures: {pipeline.score(X_test, y_test):.1%} read")

# %%
# Photographs
# -----------
# Photographs of these digits do not exist, so they are made: test pictures are enlarged
# and put somewhere on a sheet of another size, as dark ink on grainy paper that is
# lit from one side. ``read_pictures`` gives such arrays for files.


def photograph(digit, rng):
    """Grey picture, 0..255, of a digit on paper."""
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
for ax, picture in zip(axes.flat, photographs, strict=False):
    ax.imshow(picture, cmap="gray", vmin=0, vmax=255)
    ax.set_axis_off()
fig.suptitle("photographs, each of its own size")
plt.show()

# %%
# What the network is given
# -------------------------
# The pictures differ in size, so they stand in a list. Plain shrinking to 28x28 pixels,
# inverted so that ink is light, is the obvious thing to do; below it is what the
# normalizer gives. Look at the paper, and at the size and place of the digits.

shrunk = np.array(
    [
        255
        - np.asarray(Image.fromarray(picture).resize((28, 28), Image.Resampling.BOX))
        for picture in photographs
    ]
)
normalizer, reader = pipeline
normalized = normalizer.transform(photographs)
fig, ax = plt.subplots(figsize=(6.4, 1.8), layout="compressed")
plot_digits(
    np.concatenate([shrunk[:N_SHOWN], normalized[:N_SHOWN]]),
    n_columns=N_SHOWN,
    row_labels=["shrunk", "normalized"],
    ax=ax,
)
plt.show()

print(f"photographs, shrunk:     {reader.score(shrunk, labels):.0%} read")
print(f"photographs, normalized: {pipeline.score(photographs, labels):.0%} read")

# %%
# What to conclude, and what not
# ------------------------------
# The form of the pictures matters more than the network. Whoever wants to read pictures
# of their own puts the normalizer into the pipeline before training, and then gives the
# pipeline pictures of any size.
#
# These photographs were made from test pictures by a rule that is kind: one digit on
# blank paper. Lines, other digits beside it or a hard shadow across it are not taken
# out, and people whose hand the training pictures do not know write digits that no
# normalizer makes alike.
