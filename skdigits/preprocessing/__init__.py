"""Preprocessing: load image files, and normalize digits to MNIST's format."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skdigits.preprocessing._image_files import read_pictures
    from skdigits.preprocessing._normalizer import DigitNormalizer

__all__ = ["DigitNormalizer", "read_pictures"]

# Loaded when used: `skdigits predict --help` needs neither scikit-learn nor Pillow.
_MODULES = {"DigitNormalizer": "_normalizer", "read_pictures": "_image_files"}

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
