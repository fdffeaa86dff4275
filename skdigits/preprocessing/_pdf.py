"""Pages of PDF files, rendered as grey images; optional."""

from collections.abc import Iterator
from math import ceil

from PIL import Image

_RESOLUTION = 200  # pixels per inch
_POINTS = 72  # per inch, PDF's unit
_MIN_PAGE = 2**12  # pixels that a page counts at least, so that pages are bounded too


def is_pdf(data: bytes) -> bool:
    """Return True if the bytes of a file begin as those of a PDF file."""
    return data.startswith(b"%PDF-")


def render_pages(data: bytes) -> Iterator[Image.Image]:
    """Yield the pages of a PDF file, at 200 pixels per inch.

    Raises
    ------
    PIL.Image.DecompressionBombError
        Before the pages together exceed Pillow's limit on the number of pixels.
    ValueError
        Without the package pypdfium2.
    """
    try:
        from pypdfium2 import PdfDocument
    except ImportError:
        raise ValueError(
            "PDF needs the package pypdfium2. Install skdigits[pdf], or save the page "
            "as PNG"
        ) from None
    scale = _RESOLUTION / _POINTS
    n_pixels = 0
    document = PdfDocument(data)
    try:
        for index in range(len(document)):
            page = document[index]
            width, height = (ceil(scale * side) for side in page.get_size())
            n_pixels += max(width * height, _MIN_PAGE)
            if Image.MAX_IMAGE_PIXELS is not None and n_pixels > Image.MAX_IMAGE_PIXELS:
                raise Image.DecompressionBombError
            bitmap = page.render(scale=scale, grayscale=True)
            yield bitmap.to_pil().copy()
            bitmap.close()
            page.close()
    finally:
        document.close()
