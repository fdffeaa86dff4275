"""Digits drawn from strokes, of kinds that MNIST hardly has."""

import numpy as np

from skdigits.pretrained._shapes import Grey, Points, deform, draw_strokes


def draw_one(rng: np.random.Generator) -> Grey:
    """Draw a 1 with an upstroke, and often with a foot, as written in Europe."""
    lean, curve = rng.normal(0.05, 0.08), rng.normal(0, 0.02)
    top, bottom = (0.5 + lean, 0.0), (0.5 - lean, 1.0)
    stem = [top, (0.5 + curve, 0.5), bottom]
    strokes: list[Points] = [stem]
    if rng.random() < 0.9:
        # Steeper than the bar of a 7.
        angle, length = np.radians(rng.uniform(32, 75)), rng.uniform(0.15, 0.6)
        end = (top[0] - length * np.cos(angle), top[1] + length * np.sin(angle))
        sag = rng.normal(0, 0.03)
        strokes.append([top, ((top[0] + end[0]) / 2, (top[1] + end[1]) / 2 + sag), end])
    if rng.random() < 0.4:
        left, right = rng.uniform(0.1, 0.4, 2)
        foot = 1 + rng.normal(0, 0.015, 2)
        strokes.append([(bottom[0] - left, foot[0]), (bottom[0] + right, foot[1])])
    return deform(draw_strokes(strokes, _pen(rng)), rng, bend=0.01)


def draw_four(rng: np.random.Generator) -> Grey:
    """Draw a 4 that is closed at the top."""
    apex = rng.uniform(0.5, 0.75), 0.0
    corner = rng.uniform(0.05, 0.3), rng.uniform(0.5, 0.75)
    end = rng.uniform(0.75, 1.0), corner[1] + rng.normal(0, 0.04)
    foot = apex[0] + rng.normal(0, 0.06), 1.0
    strokes = [[apex, corner, end], [apex, foot]]
    return deform(draw_strokes(strokes, _pen(rng)), rng, bend=0.01)


def _pen(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.03, 0.2))
