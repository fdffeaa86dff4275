"""scikit-learn-compatible Keras networks that classify, denoise and generate digits."""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skdigits._estimators._autoencoder import DenoisingAutoencoder
    from skdigits._estimators._cnn import CNNDigitClassifier
    from skdigits._estimators._generator import DigitGenerator
    from skdigits._estimators._latent_encoder import LatentEncoder
    from skdigits._estimators._mlp import MLPDigitClassifier
    from skdigits._estimators._rejecting import RejectingClassifier
    from skdigits.corruptions._salt_pepper import SaltPepperNoise

__version__ = version("skdigits")

__all__ = [
    "CNNDigitClassifier",
    "DenoisingAutoencoder",
    "DigitGenerator",
    "LatentEncoder",
    "MLPDigitClassifier",
    "RejectingClassifier",
    "SaltPepperNoise",
]

_ESTIMATORS = {
    "CNNDigitClassifier": "_estimators._cnn",
    "DenoisingAutoencoder": "_estimators._autoencoder",
    "DigitGenerator": "_estimators._generator",
    "LatentEncoder": "_estimators._latent_encoder",
    "MLPDigitClassifier": "_estimators._mlp",
    "RejectingClassifier": "_estimators._rejecting",
    "SaltPepperNoise": "corruptions._salt_pepper",
}
_MODULES = (
    "corruptions",
    "datasets",
    "exceptions",
    "generation",
    "inspection",
    "networks",
    "page",
    "persistence",
    "plotting",
    "preprocessing",
    "pretrained",
    "reading",
)

if not TYPE_CHECKING:  # else type checkers would accept any name

    def __getattr__(name: str) -> object:
        """Import an estimator or a module when it is used."""
        if name in _ESTIMATORS:
            value = getattr(import_module(f"skdigits.{_ESTIMATORS[name]}"), name)
        elif name in _MODULES:
            value = import_module(f"skdigits.{name}")
        else:
            raise AttributeError(f"module 'skdigits' has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
