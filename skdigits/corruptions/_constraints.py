"""Constraints of parameters."""

from numbers import Integral, Real
from typing import Any

from sklearn.utils._param_validation import Interval


class Fraction(Interval):
    """A number from 0 to 1, with a hint for those who pass percentages."""

    def __init__(self) -> None:
        super().__init__(Real, 0, 1, closed="both")

    def __str__(self) -> str:
        return f"{super().__str__()} (0.4 is 40 %)"


def real(low: float, high: float) -> list[Any]:
    """Return the constraint of a number in [low, high].

    Upper limits also bound the time that a transformer from somebody's file can take.
    """
    return [Interval(Real, low, high, closed="both")]


def integer(low: int, high: int) -> list[Any]:
    """Return the constraint of an integer in low..high."""
    return [Interval(Integral, low, high, closed="both")]
