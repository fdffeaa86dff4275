"""Corruptions of images: noise, blur, weather, geometry, lines, compression."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skdigits.corruptions._any_noise import any_noise
    from skdigits.corruptions._blur import DefocusBlur, GlassBlur, MotionBlur
    from skdigits.corruptions._digital import JPEGCompression, Pixelation
    from skdigits.corruptions._edges import CannyEdges
    from skdigits.corruptions._geometric import Rotation, Scaling, Shear, Translation
    from skdigits.corruptions._intensity import Brightness, Contrast
    from skdigits.corruptions._lines import DottedLine, Zigzag
    from skdigits.corruptions._mnist_c import mnist_c
    from skdigits.corruptions._noise import GaussianNoise, ShotNoise, SpeckleNoise
    from skdigits.corruptions._occlusion import DeadLines, Occlusion, Stripe
    from skdigits.corruptions._random_appearance import RandomAppearance
    from skdigits.corruptions._weather import Fog, Spatter

__all__ = [
    "Brightness",
    "CannyEdges",
    "Contrast",
    "DeadLines",
    "DefocusBlur",
    "DottedLine",
    "Fog",
    "GaussianNoise",
    "GlassBlur",
    "JPEGCompression",
    "MotionBlur",
    "Occlusion",
    "Pixelation",
    "RandomAppearance",
    "Rotation",
    "Scaling",
    "Shear",
    "ShotNoise",
    "Spatter",
    "SpeckleNoise",
    "Stripe",
    "Translation",
    "Zigzag",
    "any_noise",
    "mnist_c",
]

# Loaded when used: who adds salt and pepper needs neither blur nor weather.
_MODULES = {
    "Brightness": "_intensity",
    "CannyEdges": "_edges",
    "Contrast": "_intensity",
    "DeadLines": "_occlusion",
    "DefocusBlur": "_blur",
    "DottedLine": "_lines",
    "Fog": "_weather",
    "GaussianNoise": "_noise",
    "GlassBlur": "_blur",
    "JPEGCompression": "_digital",
    "MotionBlur": "_blur",
    "Occlusion": "_occlusion",
    "Pixelation": "_digital",
    "RandomAppearance": "_random_appearance",
    "Rotation": "_geometric",
    "Scaling": "_geometric",
    "Shear": "_geometric",
    "ShotNoise": "_noise",
    "Spatter": "_weather",
    "SpeckleNoise": "_noise",
    "Stripe": "_occlusion",
    "Translation": "_geometric",
    "Zigzag": "_lines",
    "any_noise": "_any_noise",
    "mnist_c": "_mnist_c",
}

if not TYPE_CHECKING:  # else type checkers would accept any name

    def __getattr__(name: str) -> object:
        """Import a public name when it is used."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(f"{__name__}.{_MODULES[name]}")
        globals()[name] = getattr(module, name)
        return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
