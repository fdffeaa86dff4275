"""Preprocessing: load image files, and normalize digits to MNIST's format."""

from skdigits.preprocessing._image_files import read_pictures
from skdigits.preprocessing._normalizer import DigitNormalizer

__all__ = ["DigitNormalizer", "read_pictures"]
