"""Ink of a page: working resolution, polarity, local paper, threshold."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from skdigits._images import to_unit_range
from skdigits.preprocessing._average_blocks import average_blocks
from skdigits.preprocessing._otsu import otsu_threshold
from skdigits.preprocessing._runs import find_runs

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Larger pages are downscaled to at most this number of pixels.
MAX_PIXELS = 4_000_000
# The paper is estimated on a grid with at most this number of cells on a side.
_GRID_SIDE = 256
# Side of the window in which paper is searched, at first: a fraction of the page.
_FIRST_WINDOW = 0.5
# Then in stroke widths: wider than a stroke, narrower than most shadows.
_WINDOW_STROKES = 10
# In widths of the other strokes: longer runs of ink at the border are not strokes.
_TABLE = 4
# The window of the median that separates dark ink from light ink.
_POLARITY_WINDOW = 0.3
# A larger step of the paper's grey, as a fraction of the range, is the edge of a sheet.
_EDGE = 0.15
_MIN_TABLE = 64  # pixels; smaller images show no table, but bold digits
# Contrast, as a fraction of the paper's grey, below which a page is blank.
_MIN_CONTRAST = 0.08
# Quantiles of the contrast that are paper even if ink covers half of the page, and the
# standard deviations between them in a normal distribution.
_PAPER_QUANTILES = (0.05, 0.3)
_PAPER_DEVIATIONS = 1.12
# In standard deviations of the paper's noise: pixels that may be ink, and full ink.
_NOISE_MARGIN = 4
_INK_MARGIN = 8
# Pixels of strokes have at least this fraction of full ink.
_STROKE = 0.35
_SAMPLE = 2**16  # pixels, for quantiles
_ROUNDING = 1e-4  # smaller contrasts count as 0


@dataclass(frozen=True)
class PageInk:
    """Ink of a page, at a resolution that is `factor` times lower."""

    ink: Grey  # in [0, 1]
    strokes: Mask
    factor: int


def extract_page_ink(
    page: NDArray[Any], *, dark_on_light: bool | None
) -> PageInk | None:
    """Separate ink from paper; None for a page without contrast.

    With `dark_on_light` None, the polarity is detected.
    """
    factor = max(1, int(np.ceil((page.size / MAX_PIXELS) ** 0.5)))
    image = to_unit_range(average_blocks(page, factor))
    cell = -(-max(image.shape) // _GRID_SIDE)
    grid = average_blocks(image, cell)
    if dark_on_light is None:
        dark_on_light = _is_dark_on_light(image, grid)
    if not dark_on_light:
        image, grid = 1 - image, 1 - grid
    window = _FIRST_WINDOW * min(grid.shape)
    found = _find_ink(image, grid, window, dark_on_light=dark_on_light)
    if found is not None:
        narrow = max(5.0, _WINDOW_STROKES * estimate_stroke_width(found[1]) / cell)
        if narrow < window / 2:
            found = _find_ink(image, grid, narrow, dark_on_light=dark_on_light)
    return None if found is None else PageInk(*found, factor)


def _resize(grid: Grey, shape: tuple[int, ...]) -> Grey:
    """Interpolate bilinearly."""
    image = Image.fromarray(grid.astype(np.float32, copy=False))
    return np.asarray(image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR))


def _is_dark_on_light(image: Grey, grid: Grey) -> bool:
    """Return True if the ink is darker than the paper around it."""
    size = max(3, round(_POLARITY_WINDOW * max(grid.shape)))
    # Part of the pixels is enough for a median of so many, and for a sum.
    step = max(1, size // 16)
    size = max(3, size // step)
    paper = ndimage.median_filter(grid[::step, ::step], size)
    near = size // 2
    span = ndimage.maximum_filter(paper, near) - ndimage.minimum_filter(paper, near)
    stride = max(1, image.shape[0] // grid.shape[0] // 2)
    image = image[::stride, ::stride]
    difference = image - _resize(paper, image.shape)
    # The median rounds the corners of a sheet on a table.
    smooth = _resize(span, image.shape) < _EDGE
    # The third moment separates large differences in few pixels (ink) from small ones
    # in many (shading).
    if min(grid.shape) >= _MIN_TABLE and smooth.any():
        difference *= smooth
    return float((difference**3).sum()) < 0


def _find_ink(
    image: Grey, grid: Grey, window: float, *, dark_on_light: bool
) -> tuple[Grey, Mask] | None:
    """Return ink in [0, 1] and the mask of strokes; None without contrast.

    Paper is a grey closing, which fills what is darker and narrower than the window.
    """
    size = max(3, round(window))
    paper = ndimage.grey_closing(grid, (size, size), mode="nearest")
    paper = _resize(paper, image.shape)
    contrast = paper - image
    if dark_on_light:  # a shadow scales paper and ink alike
        contrast /= np.maximum(paper, 0.1)
    step = max(1, contrast.size // _SAMPLE)
    sample = contrast.ravel()[::step]
    low, base = (float(one) for one in np.quantile(sample, _PAPER_QUANTILES))
    noise = (base - low) / _PAPER_DEVIATIONS
    margin = _NOISE_MARGIN * noise
    contrast -= base
    full = _estimate_full_ink(contrast[contrast > margin + _ROUNDING])
    if full < max(_MIN_CONTRAST, _INK_MARGIN * noise):
        return None
    margin = min(margin, _STROKE * full)
    strokes = contrast > _STROKE * full
    contrast -= margin
    contrast /= full - margin
    return np.clip(contrast, 0, 1, out=contrast), strokes


def _estimate_full_ink(values: NDArray[Any]) -> float:
    """Return the level of full ink: 90th percentile above Otsu's threshold."""
    if not values.size:
        return 0.0
    values = values[:: max(1, values.size // _SAMPLE)]
    return float(np.quantile(values[values >= otsu_threshold(values)], 0.9))


def estimate_stroke_width(strokes: Mask, *, thin_lines: bool = False) -> float:
    """Return the median length of the runs of ink along rows and columns, in pixels.

    With `thin_lines`, return 1 if most of the ink is in lines of one pixel, as on
    squared paper: their runs are long, whatever the strokes are.
    """
    lengths, is_inside = (
        np.concatenate(parts)
        for parts in zip(find_runs(strokes), find_runs(strokes.T), strict=True)
    )
    is_stroke = lengths > 1
    if thin_lines and np.count_nonzero(~is_stroke) > strokes.sum() / 2:
        return 1.0
    if (is_stroke & is_inside).any():
        # Long runs at the border of the page are a table, or another sheet.
        width = np.median(lengths[is_stroke & is_inside])
        is_stroke &= is_inside | (lengths <= _TABLE * width)
    return float(np.median(lengths[is_stroke])) if is_stroke.any() else 1.0
