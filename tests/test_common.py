"""scikit-learn's own checks, without expected failures."""

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import parametrize_with_checks

from skdigits import (
    CNNDigitClassifier,
    DenoisingAutoencoder,
    DigitGenerator,
    LatentEncoder,
    MLPDigitClassifier,
    RejectingClassifier,
    SaltPepperNoise,
    corruptions,
)
from skdigits.preprocessing import DigitNormalizer
from skdigits.reading import DigitFinder, NumberReader

# The checks' data sets fit in one batch. Some checks ask for a good fit.
SIXTY_STEPS = {"epochs": 60, "batch_size": 500, "learning_rate": 0.02}
CORRUPTIONS = [
    getattr(corruptions, name)()
    for name in corruptions.__all__
    if name[0].isupper() and name != "Fog"
]


# The checks' features are no pixels.
@pytest.mark.filterwarnings("ignore::skdigits.exceptions.PixelRangeWarning")
@parametrize_with_checks(
    [
        SaltPepperNoise(),
        *CORRUPTIONS,
        corruptions.Fog(map_size=16),
        DigitNormalizer(),
        # -1 is a label of interest in the checks.
        RejectingClassifier(LogisticRegression(C=1), reject_label=-9),
        DigitFinder(),
        NumberReader(),
        MLPDigitClassifier((16,), **SIXTY_STEPS),
        DenoisingAutoencoder(filters=(2,), epochs=2),
        LatentEncoder(
            DenoisingAutoencoder("dense", latent_size=8, epochs=2, random_state=0)
        ),
        DigitGenerator((8,), latent_size=2, n_components=2, epochs=2),
        CNNDigitClassifier(((8,),), augmentation=None, **SIXTY_STEPS),
    ]
)
def test_scikit_learn_check(estimator, check):
    check(estimator)
