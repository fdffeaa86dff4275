"""
Does it help to clean noisy digits before reading them?
=======================================================

A denoiser is trained on clean pictures, which it corrupts by itself, and learns to give
back the clean ones. It can then stand in front of a network that reads, in a pipeline
for instance. Does that help? And what if there are no clean pictures?
"""

# %%
# A denoiser trained on clean pictures
# ------------------------------------
# ``fit`` takes the clean pictures alone: what the denoiser is to give back. It replaces
# pixels anew in each epoch, so that it never sees the same noise twice, and draws a new
# amount for each picture, so that one denoiser serves them all.

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
DENOISER_EPOCHS = 15  # 6 for MNIST
NOISY_EPOCHS = 40  # 6 for MNIST
FILTERS = 16, 32  # channels; 32, 64 for MNIST
READER_EPOCHS = 40  # 20 for MNIST
N_COPIES = 50  # of the training pictures, each with other noise; 3 for MNIST
COPIES_EPOCHS = 10
BATCH_SIZE = 32  # pictures; 128 for MNIST
HIDDEN_LAYER_SIZES = 64, 64  # units; 500, 300 for MNIST
TEST_FRACTION = 0.25
N_SHOWN = 10  # pictures
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels, some minutes):
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
# The rows show test pictures, the same with noise, and what the denoiser makes of them.
# Look for digits that come out clean but changed into another one: a denoiser guesses.

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
# In front of a reader of clean digits
# ------------------------------------
# The reader is trained on clean pictures only. It then reads the test pictures under
# growing noise, once as they are and once denoised. Look at the left end too: on clean
# pictures the denoiser has nothing to gain and can only lose something.

reader = MLPDigitClassifier(
    HIDDEN_LAYER_SIZES, epochs=READER_EPOCHS, batch_size=BATCH_SIZE, random_state=SEED
)
reader.fit(X_train, y_train)
NoiseRobustnessDisplay.from_estimators(
    reader, denoiser, X_test, y_test, amounts=AMOUNTS, random_state=SEED
)
plt.show()

# %%
# As steps of a pipeline
# ----------------------
# In a pipeline the reader learns from what the steps before it let through.
# ``SaltPepperNoise`` acts whenever it transforms, like a bad channel, so that the
# pipelines are fitted and scored on clean pictures and yet never see one.
#
# ``FrozenEstimator`` keeps the denoiser as it is. Without it, fitting the pipeline
# trains the denoiser again, and on noisy pictures. That can be done as well, if the
# denoiser is told so: with ``supervision="noisy"`` it hides pixels from itself and
# learns to predict them from the others. It even finds out how much noise there is.

noise = SaltPepperNoise(NOISE_AMOUNT, random_state=SEED)
self_taught = DenoisingAutoencoder(
    supervision="noisy",
    filters=FILTERS,
    epochs=NOISY_EPOCHS,
    batch_size=BATCH_SIZE,
    random_state=SEED,
)
pipelines = {
    "pipeline, denoiser of clean pictures": Pipeline(
        [
            ("noise", noise),
            ("denoise", FrozenEstimator(denoiser)),
            ("read", clone(reader)),
        ]
    ),
    "pipeline, all from noisy pictures": Pipeline(
        [("noise", noise), ("denoise", self_taught), ("read", clone(reader))]
    ),
    "pipeline without denoiser": Pipeline([("noise", noise), ("read", clone(reader))]),
}
accuracies = {
    name: pipeline.fit(X_train, y_train).score(X_test, y_test)
    for name, pipeline in pipelines.items()
}
estimate = pipelines["pipeline, all from noisy pictures"]["denoise"].noise_amount_
print(f"estimated noise: {estimate:.0%}")

# %%
# The comparison between the two is not fair yet: in the pipelines each training picture
# has one pattern of noise, while the denoiser drew its noise anew in every epoch. A
# reader deserves as much, and gets it from many noisy copies of the training pictures:

X_copies = np.concatenate(
    [
        SaltPepperNoise(NOISE_AMOUNT, random_state=SEED + 1 + i).fit_transform(X_train)
        for i in range(N_COPIES)
    ]
)
reader_of_copies = MLPDigitClassifier(
    HIDDEN_LAYER_SIZES, epochs=COPIES_EPOCHS, batch_size=BATCH_SIZE, random_state=SEED
)
reader_of_copies.fit(X_copies, np.tile(y_train, N_COPIES))

X_denoised = denoiser.transform(X_noisy)
accuracies |= {
    "trained on clean pictures": reader.score(X_noisy, y_test),
    "trained on clean pictures, denoised": reader.score(X_denoised, y_test),
    "trained on many noisy copies": reader_of_copies.score(X_noisy, y_test),
}
print(f"accuracy on test pictures with {NOISE_AMOUNT:.0%} noise")
for name, accuracy in accuracies.items():
    print(f"{name:37} {accuracy:.1%}")

# %%
# What to conclude, and what not
# ------------------------------
# A denoiser rescues a reader that cannot be trained again, and it need not have seen a
# clean picture for that. If the reader can be trained again, compare with the last line
# before building a denoiser: to train on many noisy copies is simpler. On pictures as
# small as these it does not do as much.
#
# All of this is one draw of noise and one seed, on few and small pictures. The denoiser
# of clean pictures has seen the training pictures clean, so cross-validating such a
# pipeline on them would flatter it; the test pictures it has not seen.
