"""
Does denoising help to classify noisy digits?
=============================================

A denoiser is trained on clean images: it adds noise to them and learns to restore them.
It can then precede a classifier, for instance in a pipeline. Does this help? And what
if there are no clean images?

It helps a classifier of clean digits, and can be trained without clean images. The
figures show digits with noise and denoised, and the accuracy as the noise grows.
"""

# %%
# A denoiser trained on clean images
# ----------------------------------
# ``fit`` takes only the clean images, which are the targets. It adds new noise in each
# epoch, so the network never sees the same noise twice. It also samples a new amount of
# noise for each image, so that one denoiser works for all amounts.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline

from skdigits import DenoisingAutoencoder, MLPDigitClassifier, SaltPepperNoise
from skdigits.datasets import load_small_digits
from skdigits.plotting import NoiseRobustnessDisplay, plot_digits

NOISE_AMOUNT = 0.4  # fraction of pixels replaced
AMOUNTS = np.linspace(0, 0.8, 9)
DENOISER_EPOCHS = 10  # 5 for MNIST
NOISY_EPOCHS = 10  # 5 for MNIST
FILTERS = (24,)  # channels; (32, 64) for MNIST
CLASSIFIER_EPOCHS = 20
N_COPIES = 10  # of the training images, each with other noise; 3 for MNIST
COPIES_EPOCHS = 8
BATCH_SIZE = 32  # images; 128 for MNIST
HIDDEN_LAYER_SIZES = 64, 64  # units; 500, 300 for MNIST
TEST_FRACTION = 0.25
N_SHOWN = 10  # images
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels):
# from skdigits.datasets import fetch_mnist
# X, y = fetch_mnist(subset="all", return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=TEST_FRACTION, stratify=y, random_state=SEED
)

denoiser = DenoisingAutoencoder(
    filters=FILTERS,
    epochs=DENOISER_EPOCHS,
    batch_size=BATCH_SIZE,
    random_state=SEED,
)
denoiser.fit(X_train)

# %%
# The rows show test images, the same images with noise, and the denoised images. Look
# for digits that are clean but changed into another digit: a denoiser guesses.

X_noisy = SaltPepperNoise(NOISE_AMOUNT, random_state=SEED).fit_transform(X_test)
fig, ax = plt.subplots(figsize=(6.4, 2.0), layout="compressed")
plot_digits(
    np.concatenate(
        [X_test[:N_SHOWN], X_noisy[:N_SHOWN], denoiser.transform(X_noisy)[:N_SHOWN]]
    ),
    n_columns=N_SHOWN,
    row_labels=["original", f"{NOISE_AMOUNT:.0%} noise", "denoised"],
    ax=ax,
)
plt.show()

# %%
# Before a classifier of clean digits
# -----------------------------------
# The classifier is trained on clean images only. It then classifies the test images
# with growing noise, with and without denoising. Look at the left end too: on clean
# images the denoiser cannot help and may lower the accuracy.

classifier = MLPDigitClassifier(
    HIDDEN_LAYER_SIZES,
    epochs=CLASSIFIER_EPOCHS,
    batch_size=BATCH_SIZE,
    random_state=SEED,
)
classifier.fit(X_train, y_train)
NoiseRobustnessDisplay.from_estimators(
    classifier, denoiser, X_test, y_test, amounts=AMOUNTS, random_state=SEED
)
plt.show()

# %%
# As steps of a pipeline
# ----------------------
# In a pipeline the classifier is trained on the output of the steps before it.
# ``SaltPepperNoise`` adds noise in every ``transform``, like a noisy channel. The
# pipelines are fitted and scored on clean images, but their classifiers never see one.
#
# ``FrozenEstimator`` prevents the pipeline from fitting the denoiser again on noisy
# images. To train a denoiser on noisy images, set ``supervision="noisy"``: it then
# masks pixels and learns to predict them from the others. It also estimates the amount
# of noise.

noise = SaltPepperNoise(NOISE_AMOUNT, random_state=SEED)
self_supervised = DenoisingAutoencoder(
    supervision="noisy",
    filters=FILTERS,
    epochs=NOISY_EPOCHS,
    batch_size=BATCH_SIZE,
    random_state=SEED,
)
pipelines = {
    "pipeline, denoiser of clean images": Pipeline(
        [
            ("noise", noise),
            ("denoise", FrozenEstimator(denoiser)),
            ("classify", clone(classifier)),
        ]
    ),
    "pipeline, all from noisy images": Pipeline(
        [
            ("noise", noise),
            ("denoise", self_supervised),
            ("classify", clone(classifier)),
        ]
    ),
    "pipeline without denoiser": Pipeline(
        [("noise", noise), ("classify", clone(classifier))]
    ),
}
accuracies = {
    name: pipeline.fit(X_train, y_train).score(X_test, y_test)
    for name, pipeline in pipelines.items()
}
estimate = pipelines["pipeline, all from noisy images"]["denoise"].noise_amount_
print(f"estimated noise: {estimate:.0%}")

# %%
# This comparison is not fair yet: in the pipelines each training image has one noise
# pattern, while the denoiser saw new noise in every epoch. To give a classifier the
# same advantage, train it on many noisy copies of the training images:

X_copies = np.concatenate(
    [
        SaltPepperNoise(NOISE_AMOUNT, random_state=SEED + 1 + i).fit_transform(X_train)
        for i in range(N_COPIES)
    ]
)
classifier_of_copies = MLPDigitClassifier(
    HIDDEN_LAYER_SIZES, epochs=COPIES_EPOCHS, batch_size=BATCH_SIZE, random_state=SEED
)
classifier_of_copies.fit(X_copies, np.tile(y_train, N_COPIES))

X_denoised = denoiser.transform(X_noisy)
accuracies |= {
    "trained on clean images": classifier.score(X_noisy, y_test),
    "trained on clean images, denoised": classifier.score(X_denoised, y_test),
    "trained on many noisy copies": classifier_of_copies.score(X_noisy, y_test),
}
print(f"accuracy on test images with {NOISE_AMOUNT:.0%} noise")
for name, accuracy in accuracies.items():
    print(f"{name:37} {accuracy:.1%}")

# %%
# Conclusions and limits
# ----------------------
# A denoiser helps a classifier that cannot be trained again, and can be trained without
# clean images. If you can train the classifier again, compare with the last line before
# you build a denoiser: training on many noisy copies is simpler. On images as small as
# these it helps less than a denoiser.
#
# These are results for one noise pattern and one seed, on few and small images. The
# denoiser of clean images was trained on the clean training images, so
# cross-validating such a pipeline on them would overestimate its accuracy. It has not
# seen the test images.
