"""Digits drawn from strokes, of kinds that MNIST hardly has."""

import numpy as np

from skdigits.pretrained._shapes import Grey, Points, deform, draw_strokes


def draw_one(rng: np.random.Generator) -> Grey:
    """Draw a 1 with an upstroke, and often with a foot, as written in Europe."""
    lean, curve = rng.normal(0.05, 0.08), rng.normal(0, 0.02)
    top, bottom = (0.5 + lean, 0.0), (0.5 - lean, 1.0)
    stem = [top, (0.5 + curve, 0.5), bottom]
    strokes: list[Points] = [stem]
    if rng.random() < 0.85:
        # Steeper than the bar of a 7; a long one is steeper still.
        length = rng.uniform(0.15, 0.95)
        angle = np.radians(rng.uniform(35 + 25 * length, 76))
        end = (top[0] - length * np.cos(angle), top[1] + length * np.sin(angle))
        sag, middle = rng.normal(0.01, 0.04), (top[0] + end[0]) / 2
        upstroke = [end, (middle, (top[1] + end[1]) / 2 + sag), top]
        if rng.random() < 0.15:  # the pen turns in an arch, not in a corner
            side = rng.uniform(0.03, 0.08)
            upstroke[-1:] = [(top[0] - side, 0.06), top, (top[0] + side / 2, 0.06)]
            stem[0] = upstroke[-1]
        strokes.append(upstroke)
    if rng.random() < 0.35:
        left, right = rng.uniform(0.05, 0.4, 2)
        foot = 1 + rng.normal(0, 0.015, 2)
        strokes.append([(bottom[0] - left, foot[0]), (bottom[0] + right, foot[1])])
    return _draw(strokes, rng, thickest=0.27)


def draw_four(rng: np.random.Generator) -> Grey:
    """Draw a 4 that is closed at the top, or open with a short stem."""
    corner = rng.uniform(0.0, 0.3), rng.uniform(0.45, 0.75)
    if rng.random() < 0.4:
        apex = rng.uniform(0.45, 0.75), 0.0
        foot = apex[0] + rng.normal(0, 0.06), 1.0
        end = foot[0] + rng.uniform(0.0, 0.35), corner[1] + rng.normal(0, 0.04)
        return _draw([[apex, corner, end], [apex, foot]], rng)
    apex = rng.uniform(0.1, 0.85), 0.0
    bulge = (apex[0] + corner[0]) / 2 - rng.uniform(0, 0.12), corner[1] / 2
    end = rng.uniform(0.6, 1.0), corner[1] + rng.normal(0, 0.06)
    # A short stem starts near the crossbar, and may be its continuation.
    stem = rng.uniform(0.5, end[0]), rng.uniform(0.25, corner[1] + 0.04)
    foot = stem[0] - rng.uniform(-0.1, 0.35), 1.0
    return _draw([[apex, bulge, corner, end], [stem, foot]], rng)


def draw_seven(rng: np.random.Generator) -> Grey:
    """Draw a 7 with a steep stem, a hook at the left, or a bar through the stem."""
    left, right = (rng.uniform(0.0, 0.3), rng.normal(0, 0.05)), (0.75, 0.0)
    foot = rng.uniform(0.2, 0.75), 1.0
    waist = (right[0] + foot[0]) / 2 - rng.uniform(0, 0.1), 0.5
    wave = rng.normal(0, 0.04)  # of the top bar
    quarter = (right[0] - left[0]) / 4
    bar = [left, (left[0] + quarter, left[1] - wave), (right[0] - quarter, wave)]
    strokes: list[Points] = [[*bar, right, waist, foot]]
    if rng.random() < 0.35:
        hook = left[0] + rng.normal(0, 0.04), rng.uniform(0.08, 0.25)
        strokes.append([left, hook])
    if rng.random() < 0.6:
        height, half = rng.uniform(0.38, 0.75), rng.uniform(0.12, 0.4)
        tilt = rng.normal(-0.03, 0.06)
        middle = waist[0] + (foot[0] - waist[0]) * max(0, 2 * height - 1)
        middle += rng.uniform(-0.1, 0.1)
        strokes.append([(middle - half, height - tilt), (middle + half, height + tilt)])
    return _draw(strokes, rng)


def draw_nine(rng: np.random.Generator) -> Grey:
    """Draw a 9 whose stem ends in a hook, a curl or a foot to the left."""
    width, height = rng.uniform(0.15, 0.42), rng.uniform(0.14, 0.3)
    start = rng.uniform(-1.2, 0.3)  # of the loop, in radians
    angles = np.linspace(start, start - rng.uniform(4.6, 6.8), 14)
    loop = [
        (0.5 + width * np.cos(angle), height + height * np.sin(angle))
        for angle in angles
    ]
    side = 0.5 + width
    top = side, height * rng.uniform(0.3, 1.2)
    if rng.random() < 0.3:  # a straight stem to the lower left
        return _draw([loop, [top, (side - rng.uniform(0.1, 0.8), 1.0)]], rng)
    bottom = side - rng.uniform(0.1, 0.5)
    knee = side - rng.uniform(-0.05, 0.12), rng.uniform(0.6, 0.85)
    turn = side - rng.uniform(0.0, 0.12), knee[1] + 0.7 * (1 - knee[1])
    end = bottom - rng.uniform(0.1, 0.45), 1 - rng.uniform(0.0, 0.35)
    bend = bottom - 0.7 * (bottom - end[0]), 1 - 0.3 * (1 - end[1])
    return _draw([loop, [top, knee, turn, (bottom, 1.0), bend, end]], rng)


def _draw(
    strokes: list[Points], rng: np.random.Generator, thickest: float = 0.22
) -> Grey:
    pen = float(np.exp(rng.uniform(np.log(0.03), np.log(thickest))))
    return deform(draw_strokes(strokes, pen), rng, bend=0.012)
