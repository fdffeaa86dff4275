"""scikit-learn-compatible Keras networks that classify, denoise and generate digits."""

from importlib.metadata import version

from skdigits._autoencoder import DenoisingAutoencoder
from skdigits._cnn import CNNDigitClassifier
from skdigits._generator import DigitGenerator
from skdigits._mlp import MLPDigitClassifier
from skdigits._noise import SaltPepperNoise

__version__ = version("skdigits")

__all__ = [
    "CNNDigitClassifier",
    "DenoisingAutoencoder",
    "DigitGenerator",
    "MLPDigitClassifier",
    "SaltPepperNoise",
]
