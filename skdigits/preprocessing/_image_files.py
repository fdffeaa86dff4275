"""Reading pictures from files."""

import os
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from skdigits.exceptions import PictureError

_FORMATS = ("PNG", "JPEG", "TIFF")
_SUBFILE_TYPE = 254  # TIFF's tag; its lowest bit marks a smaller copy of another page
_WHITE = (255, 255, 255, 255)


def read_pictures(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
) -> list[NDArray[np.uint8]]:
    """Read PNG, JPEG and TIFF files as grey pictures.

    Colours become their luminance, transparent pixels white. Pictures are turned
    upright where the file says how the camera was held. 16-bit pixels are divided by
    257; 32-bit pixels, which have no set range, are stretched from the smallest to the
    largest. A TIFF file gives one picture per page, smaller copies of pages left out;
    of animations only the first picture counts.

    Parameters
    ----------
    paths : path-like or iterable of path-like
        The files.

    Returns
    -------
    pictures : list of ndarray of shape (height, width), ``uint8``
        Pictures in the order of the files, each of its own size: 0 is black and 255
        is white.

    Raises
    ------
    PictureError
        If a file is missing, is none of the three formats, is damaged, or has more
        pixels, over all pages, than ``PIL.Image.MAX_IMAGE_PIXELS``.

    See Also
    --------
    DigitNormalizer : Makes such pictures look like MNIST's.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from PIL import Image
    >>> from skdigits.preprocessing import read_pictures
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "paper.png")
    ...     Image.new("RGB", (40, 30), "white").save(file)
    ...     (picture,) = read_pictures(file)
    >>> picture.shape, picture.dtype, int(picture.min())
    ((30, 40), dtype('uint8'), 255)
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    return [picture for path in paths for picture in _read(os.fspath(path))]


def _read(path: str) -> list[NDArray[np.uint8]]:
    """Pages of one file, or an error that names it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # odd metadata
            # Given a path, Pillow maps plain TIFF files to memory and then scrambles
            # those that have to be turned.
            with (
                open(path, "rb") as stream,
                Image.open(stream, formats=_FORMATS) as file,
            ):
                return [_grey(page) for page in _pages(file)]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(
            f"{path} has more than {Image.MAX_IMAGE_PIXELS:,} pixels. If you trust the "
            "file, raise PIL.Image.MAX_IMAGE_PIXELS."
        ) from None
    except UnidentifiedImageError:
        raise PictureError(
            f"{path} is not a PNG, JPEG or TIFF picture, or is damaged. Save the "
            "picture as PNG."
        ) from None
    # Decoders of damaged files fail in many ways: SyntaxError, struct.error, ...
    except Exception as error:
        reason = getattr(error, "strerror", None) or error
        raise PictureError(f"{path} cannot be read: {reason}.") from error


def _pages(file: Any) -> Iterator[Image.Image]:
    """Pages of a TIFF file, else the picture; no more pixels than are allowed."""
    if file.format != "TIFF":  # further frames of others are previews or animations
        yield file
        return
    n_pixels = 0
    for page in ImageSequence.Iterator(file):
        if file.tag_v2.get(_SUBFILE_TYPE, 0) & 1:
            continue
        n_pixels += page.width * page.height
        if Image.MAX_IMAGE_PIXELS is not None and n_pixels > Image.MAX_IMAGE_PIXELS:
            raise Image.DecompressionBombError
        yield page


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    """Upright grey picture of 0..255."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith(("I", "F")):
        return _eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, _WHITE), image)
    # A copy: what Pillow gives out is read-only.
    return np.array(image.convert("L"))


def _eight_bits(image: Image.Image) -> NDArray[np.uint8]:
    """Scale 16-bit and 32-bit pixels down; Pillow itself would cut them off at 255."""
    pixels = np.asarray(image).astype(np.float64)
    if image.mode.startswith("I;16"):
        pixels = pixels / 257
    else:
        if not np.isfinite(pixels).all():
            raise ValueError("it holds NaN or infinity")
        low, high = pixels.min(), pixels.max()
        pixels = 255 * (pixels - low) / max(high - low, np.finfo(float).tiny)
    return np.round(pixels).astype(np.uint8)
