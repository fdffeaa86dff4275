"""Data sets of digit images: float32 pixels in [0, 1] and integer labels."""

from skdigits.datasets._labelled_images import load_labelled_images
from skdigits.datasets._mnist import fetch_mnist
from skdigits.datasets._small_digits import load_small_digits

__all__ = ["fetch_mnist", "load_labelled_images", "load_small_digits"]
