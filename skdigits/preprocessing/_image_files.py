"""Loading of image files."""

import io
import os
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import (  # noqa: F401
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageOps,
    ImageSequence,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from skdigits._files._regular import read_regular
from skdigits._files._text import one_line
from skdigits.exceptions import PictureError
from skdigits.preprocessing._heic import is_heic, open_heic
from skdigits.preprocessing._pdf import is_pdf, render_pages

# Their plugins are imported above: for a format that is not registered, Pillow would
# import all plugins that it finds.
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")
_SUBFILE_TYPE = 254  # TIFF tag; the lowest bit marks a reduced copy of another page
_BLACK, _WHITE = (0, 0, 0, 255), (255, 255, 255, 255)
_MIDDLE = 128  # grey levels below contrast more with white
_LIGHT = 0.99  # fraction of opaque pixels that are light if the ink is light
_MAX_FILE_SIZE = 2**30  # bytes
_STRIP_SIZE = 2**18  # pixels that are converted at once


def read_pictures(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
) -> list[NDArray[np.uint8]]:
    """Load image files as grey images.

    Formats are PNG, JPEG, TIFF, BMP, WebP and GIF; with ``skdigits[heic]`` also HEIC,
    and with ``skdigits[pdf]`` the pages of PDF files, at 200 pixels per inch.

    Colours are converted to luminance. Transparent pixels become white, or black if all
    others are light: white ink. Images are rotated by their EXIF orientation. 16-bit
    pixels are divided by 257. 32-bit pixels, which have no fixed range, are scaled so
    that the minimum becomes 0 and the maximum 255. A TIFF or PDF file gives one image
    per page, without reduced copies of pages; an animation gives its first frame.

    Parameters
    ----------
    paths : path-like or iterable of path-like
        Image files.

    Returns
    -------
    images : list of ndarray of shape (height, width), ``uint8``
        Images in the order of the files, each of its original size: 0 is black and 255
        is white.

    Raises
    ------
    PictureError
        If a file is missing, damaged or of another format, is not a regular file (but
        a folder, a pipe or a device), has no page of full resolution, or all its pages
        together have more pixels than ``PIL.Image.MAX_IMAGE_PIXELS``.

    See Also
    --------
    DigitNormalizer : Normalizes such images to MNIST's format.

    Notes
    -----
    Pixels are counted before they are decoded. The decoded image takes up to 4 bytes
    per pixel and the result 1 byte. With the memory of the decoders, one file takes
    about 12 bytes per pixel at most, 1.1 GB at Pillow's default limit of 89 million
    pixels, and the bytes of the file, at most 1 GiB.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from PIL import Image
    >>> from skdigits.preprocessing import read_pictures
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "paper.png")
    ...     Image.new("RGB", (40, 30), "white").save(file)
    ...     (image,) = read_pictures(file)
    >>> image.shape, image.dtype, int(image.min())
    ((30, 40), dtype('uint8'), 255)
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    return [image for path in paths for image in _load_file(os.fspath(path))]


def _load_file(path: str) -> list[NDArray[np.uint8]]:
    """Load the pages of one file, or raise PictureError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # unusual metadata
            # From memory, as Pillow reads as many bytes as a file says that it has, and
            # memory-maps uncompressed TIFF files, which corrupts those that it rotates.
            data = read_regular(path, _MAX_FILE_SIZE)
            images = [_to_grey(page) for page in _iterate_images(data)]
        if not images:
            raise ValueError(
                "it contains only reduced copies of images. Save the image itself, as "
                "PNG"
            )
        return images
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(
            f"{path} has more than {Image.MAX_IMAGE_PIXELS:,} pixels. If you trust the "
            "file, raise PIL.Image.MAX_IMAGE_PIXELS."
        ) from None
    except UnidentifiedImageError:
        raise PictureError(
            f"{path} is not a PNG, JPEG, TIFF, BMP, WebP or GIF image, or is damaged. "
            "Save the image as PNG."
        ) from None
    # On damaged files, decoders raise many types: SyntaxError, struct.error, ...
    except Exception as error:
        reason = one_line(getattr(error, "strerror", None) or str(error) or repr(error))
        raise PictureError(f"{path} cannot be read: {reason}.") from error


def _iterate_images(data: bytes) -> Iterator[Image.Image]:
    """Yield the images of a file; check the number of pixels first."""
    if is_pdf(data):
        yield from render_pages(data)
    elif is_heic(data):
        image = open_heic(data)
        _check_n_pixels(image.width * image.height)
        yield image
    else:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as file:
            yield from _iterate_pages(file)


def _check_n_pixels(n_pixels: int) -> None:
    if Image.MAX_IMAGE_PIXELS is not None and n_pixels > Image.MAX_IMAGE_PIXELS:
        raise Image.DecompressionBombError


def _iterate_pages(file: Any) -> Iterator[Image.Image]:
    """Yield the pages of a TIFF file, else the image; check the number of pixels."""
    if file.format != "TIFF":  # further frames are previews or animations
        yield file
        return
    n_pixels = 0
    for page in ImageSequence.Iterator(file):
        if file.tag_v2.get(_SUBFILE_TYPE, 0) & 1:
            continue
        n_pixels += page.width * page.height
        _check_n_pixels(n_pixels)
        yield page


def _to_grey(image: Image.Image) -> NDArray[np.uint8]:
    """Convert to an upright grey image in 0..255."""
    image.load()
    is_deep = image.mode.startswith(("I", "F"))
    low, high = _find_range(image) if is_deep else (0, 255)
    background = _choose_background(image)
    grey = Image.new("L", image.size)
    for box in _strips(image):
        strip = image.crop(box)
        if is_deep:  # Pillow itself would clip
            pixels = np.asarray(strip, np.float64) - low
            pixels = np.round(255 * pixels / max(high - low, np.finfo(float).tiny))
            strip = Image.fromarray(pixels.astype(np.uint8))
        elif strip.has_transparency_data:
            strip = strip.convert("RGBA")
            paper = Image.new("RGBA", strip.size, background)
            strip = Image.alpha_composite(paper, strip)
        grey.paste(strip.convert("L"), box)
    grey.info = image.info  # with the orientation
    ImageOps.exif_transpose(grey, in_place=True)
    # `np.array` copies: arrays that share Pillow's memory are read-only.
    return np.array(grey)


def _strips(image: Image.Image) -> Iterator[tuple[int, int, int, int]]:
    """Yield boxes of a few rows, as the conversion of a whole image takes memory."""
    n_rows = max(1, _STRIP_SIZE // image.width)
    for top in range(0, image.height, n_rows):
        yield 0, top, image.width, min(top + n_rows, image.height)


def _choose_background(image: Image.Image) -> tuple[int, int, int, int]:
    """Return black if nearly all that is not transparent is light, else white."""
    if not image.has_transparency_data:
        return _WHITE
    amounts = np.zeros(256)
    for box in _strips(image):
        grey, alpha = image.crop(box).convert("RGBA").convert("LA").split()
        amounts += np.bincount(
            np.asarray(grey).ravel(), np.asarray(alpha).ravel(), minlength=256
        )
    light = amounts[_MIDDLE:].sum()
    return _BLACK if light and light >= _LIGHT * amounts.sum() else _WHITE


def _find_range(image: Image.Image) -> tuple[float, float]:
    """Return the values of 16-bit and 32-bit pixels that become 0 and 255."""
    if image.mode.startswith("I;16"):
        return 0, 2**16 - 1
    strips = (np.asarray(image.crop(box), np.float64) for box in _strips(image))
    extremes = np.array([(strip.min(), strip.max()) for strip in strips])
    if not np.isfinite(extremes).all():
        raise ValueError("it contains NaN or infinity")
    return extremes.min(), extremes.max()
