"""
What does salt-and-pepper noise do to an image?
===============================================

:class:`~skdigits.SaltPepperNoise` replaces each pixel with probability ``amount``, half
of the replaced pixels by black and half by white. How much of the image changes?

Less than ``amount``: a background pixel that is replaced by background does not change.
The share of changed pixels says little about legibility, though: the first figure shows
digits with growing noise, the second one the share of changed pixels.
"""

# %%
# Growing noise
# -------------
# With an integer seed the noise is a function of the seed and the image: an image gets
# the same noise in any batch. Each column shows one consequence: as the amount grows,
# replaced pixels stay replaced and more are added.

import matplotlib.pyplot as plt
import numpy as np

from skdigits import SaltPepperNoise
from skdigits.datasets import load_small_digits
from skdigits.plotting import plot_digits

AMOUNTS = np.array([0.0, 0.1, 0.2, 0.4, 0.6, 0.8])  # fractions of pixels
N_SHOWN = 10  # images
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels):
# from skdigits.datasets import fetch_mnist
# X, y = fetch_mnist(return_X_y=True)

noisy = [SaltPepperNoise(p, random_state=SEED).fit_transform(X) for p in AMOUNTS]

fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="compressed")
plot_digits(
    np.concatenate([images[:N_SHOWN] for images in noisy]),
    n_columns=N_SHOWN,
    row_labels=[f"{p:.0%} replaced" for p in AMOUNTS],
    ax=ax,
)
plt.show()

# %%
# The first five images get the same noise without the others in the batch:

alone = SaltPepperNoise(AMOUNTS[-1], random_state=SEED).fit_transform(X[:5])
print(f"same noise alone and in the batch: {np.array_equal(alone, noisy[-1][:5])}")

# %%
# Replaced and changed pixels
# ---------------------------
# The share of pixels that differ from the original is proportional to the amount, but
# smaller. The factor can be computed: half of the replaced pixels become full ink and
# half become background, and pixels that already had this value do not change.

changed = np.array([np.mean(images != X) for images in noisy])
slope = 1 - 0.5 * np.mean(X == 0) - 0.5 * np.mean(X == 1)
print(f"empty pixels: {np.mean(X == 0):.1%}, full pixels: {np.mean(X == 1):.1%}")
for p, share in zip(AMOUNTS, changed, strict=True):
    print(
        f"amount {p:.1f}: {share:.2%} of the pixels changed, {slope * p:.2%} expected"
    )

fig, ax = plt.subplots(layout="constrained")
ax.plot(100 * AMOUNTS, 100 * AMOUNTS, "--", color="0.4", label="replaced")
ax.plot(100 * AMOUNTS, 100 * slope * AMOUNTS, label="changed, expected")
ax.plot(100 * AMOUNTS, 100 * changed, "o", label="changed, counted")
ax.set(
    xlabel="amount of noise (% of the pixels replaced)",
    ylabel="share of the pixels (%)",
    title=f"{len(X):,} images",
)
ax.grid(linewidth=0.5, alpha=0.5)
ax.legend()
plt.show()

# %%
# Conclusions and limits
# ----------------------
# When you compare numbers about noise, check what the percentage counts: replaced
# pixels, as here and in scikit-image, or changed pixels. The difference depends on how
# much of the images is empty.
#
# How well noisy digits can be classified is another question, and the subject of
# :ref:`the next example <sphx_glr_auto_examples_plot_05_denoise_pipeline.py>`.
