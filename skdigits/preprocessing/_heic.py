"""HEIC images, as phones save them; optional."""

import io

from PIL import Image

_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def is_heic(data: bytes) -> bool:
    """Return True if the bytes of a file begin as those of a HEIC image."""
    return data[4:8] == b"ftyp" and data[8:12] in _BRANDS


def open_heic(data: bytes) -> Image.Image:
    """Open the main image of a HEIC file, upright and not yet decoded."""
    try:
        from pillow_heif import HeifImageFile
    except ImportError:
        raise ValueError(
            "HEIC needs the package pillow-heif. Install skdigits[heic], or save the "
            "image as PNG"
        ) from None
    image: Image.Image = HeifImageFile(io.BytesIO(data))
    return image
