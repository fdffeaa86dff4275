"""Make the image of noise and classification on the first page.

The classifier and the denoiser that come with the package are applied to test images of
MNIST: the first one of each class, with 10 % more noise from each class to the next.

Run ``python docs/make_picture.py``. It writes docs/_static/noise_and_reading.png.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from skdigits import SaltPepperNoise
from skdigits.datasets import fetch_mnist
from skdigits.pretrained import load_classifier, load_denoiser

SEED = 0
FILE = Path(__file__).parent / "_static" / "noise_and_reading.png"
DOTS_PER_INCH = 160


def main():
    """Denoise, classify, and write the image."""
    original, labels = first_of_each_class(fetch_mnist(subset="test"))
    amounts = np.arange(len(original)) / 10
    noisy = np.concatenate(
        [
            SaltPepperNoise(amount, random_state=SEED).fit_transform(image[np.newaxis])
            for amount, image in zip(amounts, original, strict=True)
        ]
    )
    rows = {
        "original": original,
        "with noise": noisy,
        "denoised": load_denoiser().transform(noisy),
    }
    classifier = load_classifier()
    plot(rows, labels, amounts, {name: classifier.predict(rows[name]) for name in rows})
    plt.savefig(
        FILE, dpi=DOTS_PER_INCH, facecolor="white", bbox_inches="tight", pad_inches=0.12
    )


def first_of_each_class(data):
    """Return the first image of each class and the labels."""
    labels, first = np.unique(data.target, return_index=True)
    return data.images[first], labels


def plot(rows, labels, amounts, predictions):
    """Plot rows of images with their predicted labels, wrong ones in red."""
    _, grid = plt.subplots(
        len(rows), len(labels), figsize=(8.2, 3.0), layout="constrained"
    )
    for axes, (name, images) in zip(grid, rows.items(), strict=True):
        write_below(axes[0], "predicted", -0.08, ha="right", color="0.35")
        axes[0].set_ylabel(name, rotation=0, ha="right", va="center")
        for ax, image, predicted, label in zip(
            axes, images, predictions[name], labels, strict=True
        ):
            ax.imshow(image, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set(color="0.7", linewidth=0.5)
            wrong = {"color": "red", "weight": "bold"} if predicted != label else {}
            write_below(ax, predicted, 0.5, ha="center", **wrong)
    for ax, amount in zip(grid[0], amounts, strict=True):
        ax.set_title(f"{amount:.0%}" if amount else "no noise", size=10)


def write_below(ax, text, x, **style):
    """Write below an image; `x` is a fraction of its width."""
    ax.text(x, -0.05, text, va="top", transform=ax.transAxes, **style)


if __name__ == "__main__":
    main()
