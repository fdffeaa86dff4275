"""Pages of digits: find the digits on a page, and read the numbers."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skdigits.reading._finder import DigitFinder
    from skdigits.reading._reader import NumberReader
    from skdigits.reading._records import DigitBox, DigitReading

__all__ = ["DigitBox", "DigitFinder", "DigitReading", "NumberReader"]

# Loaded when used: `skdigits read --help` needs neither scikit-learn nor SciPy.
_MODULES = {
    "DigitBox": "_records",
    "DigitFinder": "_finder",
    "DigitReading": "_records",
    "NumberReader": "_reader",
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
