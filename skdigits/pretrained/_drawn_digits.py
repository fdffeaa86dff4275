"""Digits drawn from strokes, of kinds that MNIST hardly has."""

import numpy as np

from skdigits.pretrained._shapes import Grey, Points, deform, draw_strokes


def draw_one(rng: np.random.Generator) -> Grey:
    """Draw a 1 with an upstroke, and often with a foot, as written in Europe."""
    lean, curve = rng.normal(0.05, 0.08), rng.normal(0, 0.02)
    top, bottom = (0.5 + lean, 0.0), (0.5 - lean, 1.0)
    strokes: list[Points] = [[top, (0.5 + curve, 0.5), bottom]]
    if rng.random() < 0.85:
        # Steeper than the bar of a 7.
        angle, length = np.radians(rng.uniform(35, 75)), rng.uniform(0.15, 0.9)
        end = (top[0] - length * np.cos(angle), top[1] + length * np.sin(angle))
        sag = rng.normal(0, 0.12 * length)
        strokes.append([top, ((top[0] + end[0]) / 2, (top[1] + end[1]) / 2 + sag), end])
    if rng.random() < 0.4:
        left, right = rng.uniform(0.05, 0.4, 2)
        foot = 1 + rng.normal(0, 0.015, 2)
        strokes.append([(bottom[0] - left, foot[0]), (bottom[0] + right, foot[1])])
    return _draw(strokes, rng, thickest=0.33)


def draw_four(rng: np.random.Generator) -> Grey:
    """Draw a 4 that is closed at the top, or open with a short stem."""
    corner = rng.uniform(0.0, 0.3), rng.uniform(0.45, 0.75)
    if rng.random() < 0.5:
        apex = rng.uniform(0.45, 0.75), 0.0
        foot = apex[0] + rng.normal(0, 0.06), 1.0
        end = foot[0] + rng.uniform(0.0, 0.35), corner[1] + rng.normal(0, 0.04)
        return _draw([[apex, corner, end], [apex, foot]], rng)
    apex = rng.uniform(0.3, 0.85), 0.0
    bulge = (apex[0] + corner[0]) / 2 - rng.uniform(0, 0.12), corner[1] / 2
    end = rng.uniform(0.7, 1.0), corner[1] + rng.normal(0, 0.06)
    stem = rng.uniform(0.55, 0.8), rng.uniform(0.3, corner[1])
    foot = stem[0] - rng.uniform(-0.1, 0.25), 1.0
    return _draw([[apex, bulge, corner, end], [stem, foot]], rng)


def draw_seven(rng: np.random.Generator) -> Grey:
    """Draw a 7 with a steep stem, a hook at the left, or a bar through the stem."""
    left, right = (rng.uniform(0.05, 0.3), rng.normal(0, 0.05)), (0.75, 0.0)
    foot = rng.uniform(0.3, 0.75), 1.0
    waist = (right[0] + foot[0]) / 2 - rng.uniform(0, 0.1), 0.5
    strokes: list[Points] = [[left, right, waist, foot]]
    if rng.random() < 0.35:
        hook = left[0] + rng.normal(0, 0.04), rng.uniform(0.08, 0.25)
        strokes.append([left, hook])
    if rng.random() < 0.5:
        height, half = rng.uniform(0.42, 0.65), rng.uniform(0.12, 0.35)
        tilt = rng.normal(-0.03, 0.04)
        middle = waist[0] + rng.uniform(-0.05, 0.1)
        strokes.append([(middle - half, height - tilt), (middle + half, height + tilt)])
    return _draw(strokes, rng)


def draw_nine(rng: np.random.Generator) -> Grey:
    """Draw a 9 whose stem ends in a hook or a foot to the left."""
    width, height = rng.uniform(0.22, 0.42), rng.uniform(0.18, 0.3)
    start = rng.uniform(-1.0, 0.3)  # of the loop, in radians
    angles = np.linspace(start, start - rng.uniform(5.0, 6.6), 14)
    loop = [
        (0.5 + width * np.cos(angle), height + height * np.sin(angle))
        for angle in angles
    ]
    side = 0.5 + width
    bottom = side - rng.uniform(0.05, 0.45)
    end = bottom - rng.uniform(0.1, 0.6), 1 - rng.uniform(-0.02, 0.25)
    knee = side - rng.uniform(0.0, 0.12), rng.uniform(0.65, 0.85)
    stem = [(side, height * rng.uniform(0.3, 1.2)), knee, (bottom, 1.0), end]
    return _draw([loop, stem], rng)


def _draw(
    strokes: list[Points], rng: np.random.Generator, thickest: float = 0.22
) -> Grey:
    pen = float(np.exp(rng.uniform(np.log(0.03), np.log(thickest))))
    return deform(draw_strokes(strokes, pen), rng, bend=0.012)
