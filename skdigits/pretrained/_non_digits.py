"""Images that show no digit: letters, signs, scribbles, parts and pairs of digits."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from skdigits.pretrained._printed import FONTS, GREEK_FONTS, print_character
from skdigits.pretrained._shapes import (
    CANVAS,
    Grey,
    change_width,
    deform,
    draw_strokes,
    enlarge,
)
from skdigits.pretrained._variations import finish

Images = NDArray[np.uint8]
Draw = Callable[[np.random.Generator], Grey]

# Not those that look like digits: l, I, |, O, S, Z, B, g, q, b, ...
_LATIN = "ACEFHKLMNPRUVWXYacdefhjkmnprtuvwxy+=?#%&@$<>*-.~^{}"
_GREEK = "αβγδεζηθκλμξπρστφχψωΓΔΛΞΠΣΦΨΩ"
# Cut in the middle, these leave no other digit.
_CUT = (0, 2, 3, 5, 6, 8)
# Mirrored, or rotated by multiples of 90 degrees, these are not digits.
_MIRRORED = (2, 3, 4, 7)
_TURNED = (2, 3, 4, 5, 7)


def make_non_digits(
    images: Images, labels: NDArray[np.int64], n: int, rng: np.random.Generator
) -> Images:
    """Return `n` images in MNIST's format, some of them made from images of digits."""
    kinds: tuple[tuple[float, Draw], ...] = (
        (0.32, _letter),
        (0.12, _scribble),
        (0.10, _cross),
        (0.08, _solid),
        (0.04, _texture),
        (0.02, _pixels),
        (0.18, lambda rng: _pair(images, rng)),
        (0.12, lambda rng: _part(images[np.isin(labels, _CUT)], rng)),
        (0.10, lambda rng: _turned(images, labels, rng)),
    )
    shares = np.array([share for share, _ in kinds])
    chosen = rng.choice(len(kinds), n, p=shares / shares.sum())
    # As digits are: black and white images would else be digits, whatever they show.
    return np.stack([finish(kinds[kind][1](rng), rng) for kind in chosen])


def _letter(rng: np.random.Generator) -> Grey:
    is_greek = rng.random() < 0.45
    letters, fonts = (_GREEK, GREEK_FONTS) if is_greek else (_LATIN, FONTS)
    shape = print_character(str(rng.choice(list(letters))), str(rng.choice(fonts)), rng)
    if rng.random() < 0.7:  # as if drawn by hand
        shape = change_width(deform(shape, rng, bend=0.025), rng.uniform(-4, 3))
    return shape


def _scribble(rng: np.random.Generator) -> Grey:
    strokes = []
    for _ in range(rng.integers(1, 4)):
        n_turns = int(rng.integers(5, 10))
        turns = np.cumsum(rng.normal(0, 0.35, (n_turns, 2)), axis=0)
        turns = (turns - turns.min(0)) / np.maximum(np.ptp(turns, axis=0), 0.3)
        path = ndimage.zoom(turns, (8, 1), order=3)
        strokes.append([(float(x), float(y)) for x, y in path])
    return draw_strokes(strokes, float(rng.uniform(0.02, 0.15)))


def _cross(rng: np.random.Generator) -> Grey:
    """Draw two or three lines that cross near the middle: plus, times, asterisk."""
    n_lines = 2 if rng.random() < 0.75 else 3
    # Half of them upright, as a plus: without the stroke on its left, no 4.
    is_upright = rng.random() < 0.5
    first = rng.normal(0, 0.05) if is_upright else rng.uniform(0, np.pi)
    tilt = rng.normal(0, 0.05 if is_upright else 0.15, n_lines)
    strokes = []
    for angle in first + np.pi * np.arange(n_lines) / n_lines + tilt:
        middle = 0.5 + rng.normal(0, 0.04, 2)
        arm = rng.uniform(0.3, 0.5) * np.array([np.cos(angle), np.sin(angle)])
        ends = middle - arm, middle + arm
        strokes.append([(float(x), float(y)) for x, y in ends])
    return draw_strokes(strokes, float(rng.uniform(0.03, 0.15)))


def _solid(rng: np.random.Generator) -> Grey:
    """Draw a filled or hollow rectangle, ellipse or polygon, or parallel bars."""
    y, x = np.indices((CANVAS, CANVAS)) - (CANVAS - 1) / 2
    half = rng.uniform(12, 45, 2)
    kind = rng.integers(4)
    if kind == 0:
        distance = np.maximum(abs(y) / half[0], abs(x) / half[1])
    elif kind == 1:
        distance = (y / half[0]) ** 2 + (x / half[1]) ** 2
        # A ring would be a 0.
        return deform((distance < 1).astype(np.float32), rng)
    elif kind == 2:
        distance = np.maximum(abs(y) / half[0], (abs(x) * 2 - y + half[0]) / 90)
    else:
        inside = np.maximum(abs(y), abs(x)) < 45
        n_bars = rng.integers(2, 6)
        bars = np.cos(np.pi * y * n_bars / 45) > rng.uniform(-0.5, 0.5)
        if rng.random() < 0.5:
            bars = bars ^ (np.cos(np.pi * x * n_bars / 45) > 0)
        return deform((inside & bars).astype(np.float32), rng)
    inner = rng.uniform(0.5, 0.85) if rng.random() < 0.5 else 0.0
    return deform(((distance < 1) & (distance >= inner)).astype(np.float32), rng)


def _texture(rng: np.random.Generator) -> Grey:
    noise = ndimage.gaussian_filter(
        rng.normal(size=(CANVAS, CANVAS)), rng.uniform(1, 9)
    )
    shape = noise > np.quantile(noise, rng.uniform(0.4, 0.9))
    return shape.astype(np.float32)


def _pixels(rng: np.random.Generator) -> Grey:
    """Draw independent random pixels, grey or black and white."""
    side = int(rng.integers(8, 29))
    pixels = rng.random((side, side), np.float32)
    if rng.random() < 0.5:
        pixels = (pixels > rng.uniform(0.3, 0.9)).astype(np.float32)
    nearest = np.arange(CANVAS) * side // CANVAS
    return pixels[np.ix_(nearest, nearest)]


def _pair(images: Images, rng: np.random.Generator) -> Grey:
    """Put two digits side by side, apart or touching."""
    left, right = (_ink(images[rng.integers(len(images))]) for _ in range(2))
    gap = int(rng.integers(-3, 8))
    # A thin 1 can lie within the other.
    width = max(left.shape[1] + right.shape[1] + gap, left.shape[1], right.shape[1])
    pair = np.zeros((20, width), np.uint8)
    for ink, first in ((left, 0), (right, width - right.shape[1])):
        top = (20 - ink.shape[0]) // 2
        area = pair[top : top + ink.shape[0], first : first + ink.shape[1]]
        np.maximum(area, ink, out=area)
    side = max(28, width)
    square = np.zeros((side, side), np.uint8)
    corner = (side - 20) // 2, (side - width) // 2
    square[corner[0] : corner[0] + 20, corner[1] : corner[1] + width] = pair
    return deform(enlarge(square), rng)


def _part(images: Images, rng: np.random.Generator) -> Grey:
    """Return the left or right part of a digit."""
    shape = enlarge(images[rng.integers(len(images))]).copy()
    columns = np.flatnonzero((shape > 0.5).any(axis=0))
    cut = columns[0] + round(rng.uniform(0.4, 0.6) * np.ptp(columns))
    if rng.random() < 0.5:
        shape[:, cut:] = 0
    else:
        shape[:, :cut] = 0
    return shape


def _turned(
    images: Images, labels: NDArray[np.int64], rng: np.random.Generator
) -> Grey:
    mirrored = rng.random() < 0.5
    digits = images[np.isin(labels, _MIRRORED if mirrored else _TURNED)]
    shape = enlarge(digits[rng.integers(len(digits))])
    shape = shape[:, ::-1] if mirrored else np.rot90(shape, rng.choice([1, 3]))
    return deform(shape, rng)


def _ink(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = (np.flatnonzero(image.any(axis)) for axis in (1, 0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
