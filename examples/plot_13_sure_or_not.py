"""
Can a prediction be trusted?
============================

A classifier names a digit for every image, even for one that shows a letter. Two
questions decide whether its answers can be used without a look at each of them. Is it
right as often as its probabilities say? And is it right more often where it is sure?

The classifier that comes with the package is right more often where it is sure: its
errors are among the least sure images. Its probabilities are about right, too, though
on images unlike those that calibrated it they are a little too high.
"""

# %%
# Predictions
# -----------
# The classifier is applied to test images of MNIST that are made harder to read by
# noise, so that there are enough errors to see. The first call of ``fetch_mnist``
# downloads them.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.calibration import CalibrationDisplay

from skdigits import SaltPepperNoise
from skdigits.datasets import fetch_mnist
from skdigits.plotting import AccuracyCoverageDisplay, plot_digits
from skdigits.pretrained import load_classifier, load_denoiser

N_IMAGES = 500
AMOUNT = 0.8  # fraction of the pixels that are replaced by noise
SEED = 0

test = fetch_mnist(subset="test")
clean, y = test.images[:N_IMAGES], test.target[:N_IMAGES]
noisy = SaltPepperNoise(AMOUNT, random_state=SEED).fit_transform(clean)
denoised = load_denoiser().transform(noisy)
classifier = load_classifier()

# %%
# Rejecting the least sure
# ------------------------
# ``score_samples`` is the probability that the image shows its most probable label.
# Rejecting images in the order of their scores leaves those to the left.

fig, ax = plt.subplots(layout="constrained")
for name, images in (("clean", clean), ("denoised", denoised)):
    AccuracyCoverageDisplay.from_estimator(classifier, images, y, name=name, ax=ax)
plt.show()

# %%
# Are the probabilities right?
# ----------------------------
# Of all images that the classifier is 80 % sure of, it should read four in five
# correctly. Each point is a fifth of the range of scores.

correct = classifier.predict(denoised) == y
score = classifier.score_samples(denoised)
CalibrationDisplay.from_predictions(correct, score, n_bins=5, name="denoised images")
plt.xlabel("score (fraction)")
plt.ylabel("accuracy (fraction)")
plt.show()
print(f"mean score {score.mean():.3f}, accuracy {correct.mean():.3f}")

# %%
# The least sure images
# ---------------------
# Above each image is its label, and what was predicted.

last = np.argsort(score)[:20]
predicted = classifier.predict(denoised[last])
titles = [f"{label}: {guess}" for label, guess in zip(y[last], predicted, strict=True)]
plot_digits(denoised[last], titles=titles, n_columns=10)
plt.show()

# %%
# Conclusions and limits
# ----------------------
# For a threshold, set ``reject_below``: ``predict`` then returns -1 for images with a
# lower score. The probabilities hold for images like those that calibrated them, which
# were clean. Use ``calibrate`` with images of your own where that matters.
