"""Pages with numbers of known digits: paper, shadow, rules, touching pairs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy import ndimage

HEIGHT, WIDTH = 1000, 1400  # pixels
LINE_HEIGHTS = 2.0  # line spacing in heights of a digit
# Ink of one digit lies on that of the next one, in a touching pair.
TOUCHING_PIXELS = 2
# Part of a photograph that is blank paper: file, rows and columns as fractions.
PAPER_PATCHES = {
    "0004.jpg": ((0.62, 0.98), (0.1, 0.9)),
    "0005.jpg": ((0.78, 0.98), (0.05, 0.95)),
    "0008.jpeg": ((0.4, 0.98), (0.05, 0.95)),
    "0009.jpeg": ((0.25, 0.65), (0.05, 0.95)),
}


@dataclass(frozen=True)
class Page:
    """A rendered page and the numbers on it, by line."""

    image: Any  # uint8
    numbers: list[list[str]]

    @property
    def text(self) -> str:
        return "\n".join(" ".join(line) for line in self.numbers)


def render_page(
    X: Any, y: Any, rng: Any, *, touching: bool, papers: list[Any], n_numbers: int = 20
) -> Page:
    """Write numbers of 2 to 6 digits, each with one touching pair or none, on a page.

    `X` and `y` are MNIST's images and labels; `papers` are photographs of blank paper,
    of which one is used on every other page.
    """
    height = int(rng.integers(28, 46))
    ink = np.zeros((HEIGHT, WIDTH), np.float32)
    spacing = round(LINE_HEIGHTS * height)
    baseline, numbers, left, line = 2 * spacing, [], height, []
    while sum(map(len, numbers)) + len(line) < n_numbers:
        word, digits = _write_number(X, y, rng, height, touching=touching)
        if left + word.shape[1] > WIDTH - height:
            numbers.append(line)
            line, left, baseline = [], height, baseline + spacing
            if baseline > HEIGHT - spacing:
                raise ValueError("The page is full.")
        top = baseline - word.shape[0]
        place = ink[top : top + word.shape[0], left : left + word.shape[1]]
        np.maximum(place, word, out=place)
        left += word.shape[1] + round(rng.uniform(1.2, 3) * height)
        line.append(digits)
    numbers.append(line)
    paper, strength = _paper(rng, papers), rng.uniform(0.45, 0.85)
    if rng.random() < 0.5:
        rules = rng.uniform(0.3, 0.8) * _rules(rng, spacing)
        ink = np.maximum(ink, rules)
    image = paper * (1 - strength * ink) + rng.normal(0, 0.01, ink.shape)
    return Page(np.round(255 * image.clip(0, 1)).astype(np.uint8), numbers)


def _write_number(
    X: Any, y: Any, rng: Any, height: int, *, touching: bool
) -> tuple[Any, str]:
    """Return the ink of a number and its digits."""
    n_digits = int(rng.integers(2, 7))
    picks = rng.integers(len(X), size=n_digits)
    pair = int(rng.integers(1, n_digits)) if touching else 0
    word = np.zeros((round(1.4 * height), 8 * height), np.float32)
    right = 0
    for i, pick in enumerate(picks):
        digit = _scale_digit(X[pick], height * rng.uniform(0.9, 1.1))
        top = round(1.3 * height) - digit.shape[0] + int(rng.integers(-2, 3))
        rows = slice(top, top + digit.shape[0])
        left = right + round(rng.uniform(0.1, 0.35) * height) if i else 0
        if i:
            contact = _contact(word[rows], digit, right)
            left = contact if pair == i else max(left, contact + 4 + TOUCHING_PIXELS)
        place = word[rows, left : left + digit.shape[1]]
        np.maximum(place, digit, out=place)
        right = left + digit.shape[1]
    return word[:, :right], "".join(str(y[pick]) for pick in picks)


def _scale_digit(row: Any, height: float) -> Any:
    """Crop an image of MNIST and scale its box of 20 pixels to the height."""
    image = Image.fromarray(row.reshape(28, 28))
    box = image.point(lambda value: 255 * (value > 60)).getbbox()
    digit = image.crop(box)
    size = [max(2, round(side * height / 20)) for side in digit.size]
    return np.asarray(digit.resize(size, Image.Resampling.BICUBIC), np.float32) / 255


def _contact(word: Any, digit: Any, right: int) -> int:
    """Return the column from which the digit touches the word."""
    inked = word > 0.5
    last = np.where(
        inked.any(axis=1), inked.shape[1] - inked[:, ::-1].argmax(axis=1), -1
    )
    own = digit > 0.5
    first = np.where(own.any(axis=1), own.argmax(axis=1), -1)
    both = (last >= 0) & (first >= 0)
    if not both.any():
        return right
    return max(0, int((last - first)[both].max()) - TOUCHING_PIXELS)


def _paper(rng: Any, papers: list[Any]) -> Any:
    """Return paper in [0, 1], real or synthetic, under uneven light and a shadow."""
    if papers and rng.random() < 0.5:
        paper = papers[int(rng.integers(len(papers)))]
    else:
        paper = sum(
            amount * _noise(rng, scale)
            for amount, scale in ((0.012, 1), (0.012, 4), (0.015, 30))
        )
        paper = 1 + paper
    v, u = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    angle, turn = rng.uniform(0, 2 * np.pi, 2)
    light = 0.8 + 0.12 * (np.cos(angle) * u + np.sin(angle) * v)
    edge = np.cos(turn) * u + np.sin(turn) * v - rng.uniform(-0.3, 0.6)
    shadow = 1 - rng.uniform(0, 0.45) / (1 + np.exp(-edge / rng.uniform(0.03, 0.2)))
    return (paper * light * shadow).astype(np.float32)


def _noise(rng: Any, scale: int) -> Any:
    """Return noise of unit variance that is smooth over `scale` pixels."""
    grid = rng.standard_normal((HEIGHT // scale + 2, WIDTH // scale + 2))
    image = Image.fromarray(grid.astype(np.float32))
    size = WIDTH + 2 * scale, HEIGHT + 2 * scale
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC))[:HEIGHT, :WIDTH]


def _rules(rng: Any, spacing: int) -> Any:
    """Return rules or squares, slightly inclined."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    slope = rng.uniform(-0.01, 0.01)
    width = rng.uniform(1, 2.2)
    pitch = spacing if rng.random() < 0.6 else spacing / 2
    start = rng.uniform(0, pitch)

    def lines(position: Any) -> Any:
        distance = abs((position + start) % pitch - pitch / 2)
        return np.clip(width / 2 + 0.5 - distance, 0, 1)

    ink = lines(rows + slope * columns)
    if pitch < spacing:
        ink = np.maximum(ink, lines(columns - slope * rows))
    return ink


def load_papers(folder: Path) -> list[Any]:
    """Return photographs of blank paper with mean 1, of the size of a page."""
    papers = []
    for name, (rows, columns) in PAPER_PATCHES.items():
        with Image.open(folder / name) as image:
            pixels = np.asarray(image.convert("L"), np.float32)
        patch = pixels[_part(rows, pixels.shape[0]), _part(columns, pixels.shape[1])]
        patch = patch[:HEIGHT, :WIDTH]
        missing = HEIGHT - patch.shape[0], WIDTH - patch.shape[1]
        patch = np.pad(patch, [(0, n) for n in missing], mode="symmetric")
        papers.append(patch / ndimage.gaussian_filter(patch, 100))
    return papers


def _part(fractions: tuple[float, float], length: int) -> slice:
    return slice(*(round(fraction * length) for fraction in fractions))
