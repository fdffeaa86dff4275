"""Arrays of images: validation, shape, pixel range and hashes.

Also links to the documentation, for all classes that take images.
"""

from skdigits._images._conventions import (
    describe_channels,
    refuse_one_image,
    warn_outside_unit_range,
)
from skdigits._images._documentation import DocumentationLinkMixin
from skdigits._images._hashing import (
    hash_rows,
    row_blocks,
    splitmix_output,
    splitmix_states,
)
from skdigits._images._psnr import mean_psnr
from skdigits._images._single_image import validate_image
from skdigits._images._validation import (
    ImageShape,
    StackShape,
    check_is_pixels,
    resolve_image_shape,
    restore_shape,
    to_unit_range,
    validate_images,
    validate_targets,
)

__all__ = [
    "DocumentationLinkMixin",
    "ImageShape",
    "StackShape",
    "check_is_pixels",
    "describe_channels",
    "hash_rows",
    "mean_psnr",
    "refuse_one_image",
    "resolve_image_shape",
    "restore_shape",
    "row_blocks",
    "splitmix_output",
    "splitmix_states",
    "to_unit_range",
    "validate_image",
    "validate_images",
    "validate_targets",
    "warn_outside_unit_range",
]
