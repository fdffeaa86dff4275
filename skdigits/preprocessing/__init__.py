"""Pictures of one's own: reading files, and making digits look like MNIST's."""

from skdigits.preprocessing._image_files import read_pictures
from skdigits.preprocessing._normalizer import DigitNormalizer

__all__ = ["DigitNormalizer", "read_pictures"]
