"""
Which corruptions can a digit stand?
====================================

Noise is one way to spoil an image; there are many others. Which of them cost a
classifier its accuracy, and does a denoiser or the normalization of images bring it
back?

A few corruptions cost most of it: fog, a bright background, inverted stripes, salt and
pepper. The denoiser was trained on salt and pepper alone; it also removes the stripes,
but no fog. Normalization repairs what changes all pixels alike, such as brightness, and
does harm where it takes stripes or lines for ink.
"""

# %%
# Each at five severities
# -----------------------
# The first image of each row is clean. Every corruption is a transformer whose first
# parameter is its severity.

import matplotlib.pyplot as plt
import numpy as np

from skdigits import SaltPepperNoise, corruptions
from skdigits.corruptions import mnist_c
from skdigits.datasets import fetch_mnist
from skdigits.plotting import plot_digits
from skdigits.pretrained import load_classifier, load_denoiser

N_IMAGES = 100  # of MNIST's test images, for the accuracies
SEED = 0
SEVERITIES = {
    "GaussianNoise": [0.1, 0.2, 0.3, 0.4, 0.5],  # std, of the pixel range
    "SpeckleNoise": [0.2, 0.4, 0.6, 0.8, 1.0],  # std, of the pixel
    "ShotNoise": [50, 20, 10, 5, 2],  # photons
    "SaltPepperNoise": [0.1, 0.2, 0.3, 0.4, 0.5],  # fraction of the pixels
    "DefocusBlur": [1, 1.5, 2, 3, 4],  # radius, pixels
    "MotionBlur": [1, 2, 3, 5, 8],  # std, pixels
    "GlassBlur": [0.5, 0.7, 0.9, 1.2, 1.5],  # std, pixels
    "Brightness": [0.1, 0.2, 0.3, 0.4, 0.5],  # offset, of the pixel range
    "Contrast": [0.8, 0.6, 0.4, 0.2, 0.1],  # factor
    "Fog": [0.2, 0.5, 1, 2, 3],  # strength, pixel ranges
    "Spatter": [0.3, 0.4, 0.5, 0.6, 0.7],  # coverage, fraction of the pixels
    "Rotation": [10, 20, 30, 40, 60],  # angle, degrees
    "Shear": [10, 20, 30, 40, 50],  # angle, degrees
    "Scaling": [0.9, 0.8, 0.7, 0.6, 0.5],  # factor
    "Translation": [1, 2, 3, 4, 5],  # shift, pixels
    "DottedLine": [1, 1.5, 2, 3, 4],  # width, pixels
    "Zigzag": [1, 1.5, 2, 3, 4],  # width, pixels
    "Occlusion": [0.1, 0.2, 0.3, 0.4, 0.5],  # fraction of the sides
    "DeadLines": [0.1, 0.2, 0.3, 0.4, 0.5],  # fraction of the columns
    "Stripe": [0.1, 0.15, 0.2, 0.25, 0.3],  # fraction of the width
    "CannyEdges": [0.5, 1, 1.5, 2, 3],  # std, pixels
    "JPEGCompression": [50, 25, 15, 10, 5],  # quality
    "Pixelation": [0.7, 0.5, 0.4, 0.3, 0.2],  # pixels per side, fraction
}

test = fetch_mnist(subset="test")
images, y = test.images[:N_IMAGES], test.target[:N_IMAGES]
digit = images[:1]


def corrupt(name, severity):
    """Corrupt the digit, with a seed if the corruption is random."""
    cls = SaltPepperNoise if name == "SaltPepperNoise" else getattr(corruptions, name)
    corruption = cls(severity)
    if "random_state" in corruption.get_params():
        corruption.set_params(random_state=SEED)
    return corruption.fit_transform(digit)[0]


names = list(SEVERITIES)
fig, axes = plt.subplots(1, 2, figsize=(8, 5.7), layout="compressed")
for ax, half in zip(axes, (names[:12], names[12:]), strict=True):
    rows = [
        [digit[0], *(corrupt(name, severity) for severity in SEVERITIES[name])]
        for name in half
    ]
    plot_digits(np.concatenate(rows), n_columns=6, row_labels=half, ax=ax)
axes[1].set_ylim(axes[0].get_ylim())  # a row less, at the same size
plt.show()

# %%
# Training images for unknown corruptions
# ---------------------------------------
# ``CNNDigitClassifier(noise=RandomAppearance())`` learns from such images and relies on
# the shape of the digit. It reads most corruptions without having seen them:
# :ref:`unknown_corruptions`.

appearances = corruptions.RandomAppearance(random_state=SEED)
plot_digits(appearances.fit_transform(images[:40]), n_columns=10)
plt.show()

# %%
# Accuracy on the corruptions of MNIST-C
# --------------------------------------
# MNIST-C has fifteen of them, each at one severity. The network that comes with the
# package classifies the images as they are, after the denoiser, and after the
# normalization that the package's classifier begins with.

normalizer, network = load_classifier()
denoiser = load_denoiser()
preparations = {
    "as they are": lambda X: X,
    "denoised": denoiser.transform,
    "normalized": normalizer.transform,
}
accuracy = {
    name: [
        network.score(prepare(corruption.fit_transform(images)), y)
        for prepare in preparations.values()
    ]
    for name, corruption in mnist_c(random_state=SEED).items()
}
for name, fractions in accuracy.items():
    print(f"{name:14}", *(f"{fraction:5.0%}" for fraction in fractions))

order = sorted(accuracy, key=lambda name: accuracy[name][0])
fig, ax = plt.subplots(figsize=(6.4, 4.8), layout="constrained")
for index, (label, marker) in enumerate(zip(preparations, "oD^", strict=True)):
    percent = [100 * accuracy[name][index] for name in order]
    ax.plot(
        percent, order, marker, label=label, markersize=8, fillstyle="none", mew=1.5
    )
ax.set(xlabel=f"accuracy (%), {N_IMAGES} images", xlim=(0, 102))
ax.grid(linewidth=0.5, alpha=0.5)
ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False)
plt.show()

# %%
# Conclusions and limits
# ----------------------
# A mean over corruptions hides what matters: some cost nothing, others nearly
# everything. A hundred images give each accuracy a standard error of up to five
# percentage points; :doc:`/corruptions` has the figures for all of the test images. For
# other kinds of noise, a denoiser can be trained on pairs (:ref:`pairs`).
