"""scikit-learn's own checks, without expected failures."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from skdigits import (
    CNNDigitClassifier,
    DenoisingAutoencoder,
    DigitGenerator,
    MLPDigitClassifier,
    SaltPepperNoise,
)
from skdigits.preprocessing import DigitNormalizer


# The checks' features are no pixels.
@pytest.mark.filterwarnings("ignore::skdigits.exceptions.PixelRangeWarning")
@parametrize_with_checks(
    [
        SaltPepperNoise(),
        DigitNormalizer(),
        MLPDigitClassifier(),
        DenoisingAutoencoder(),
        DigitGenerator(),
        # The checks' data sets fit in one batch: eight epochs would be eight steps.
        CNNDigitClassifier(((8,),), epochs=60, learning_rate=0.02),
    ]
)
def test_scikit_learn_check(estimator, check):
    check(estimator)
