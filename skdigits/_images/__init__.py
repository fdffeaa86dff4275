"""Arrays of images: which are accepted, their shape and range, and their hashes."""

from skdigits._images._contract import (
    ImageShape,
    StackShape,
    resolve_image_shape,
    restore_shape,
    to_unit_range,
    validate_images,
)
from skdigits._images._hashing import blocks, counter, mix, row_hash

__all__ = [
    "ImageShape",
    "StackShape",
    "blocks",
    "counter",
    "mix",
    "resolve_image_shape",
    "restore_shape",
    "row_hash",
    "to_unit_range",
    "validate_images",
]
