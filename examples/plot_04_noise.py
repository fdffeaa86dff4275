"""
What does salt-and-pepper noise do to a picture?
================================================

:class:`~skdigits.SaltPepperNoise` replaces each pixel with probability ``amount``, half
of the replaced ones by black and half by white. How much of the picture does that
change?

Less than ``amount``: a pixel of empty background that is replaced by background stays
what it was. What can be read has little to do with the share of pixels, though; look at
the pictures.
"""

# %%
# Growing noise
# -------------
# With an integer seed the noise is a function of the seed and the picture: whatever
# else is in the batch, a picture gets the same noise again. One consequence can be seen
# down each column: as the amount grows, replaced pixels stay replaced and others join.

import matplotlib.pyplot as plt
import numpy as np

from skdigits import SaltPepperNoise
from skdigits.datasets import load_small_digits
from skdigits.plotting import plot_digits

AMOUNTS = np.array([0.0, 0.1, 0.2, 0.4, 0.6, 0.8])  # fractions of pixels
N_SHOWN = 10  # pictures
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels, some seconds):
# from skdigits.datasets import fetch_mnist
# X, y = fetch_mnist(return_X_y=True)

noisy = [SaltPepperNoise(p, random_state=SEED).fit_transform(X) for p in AMOUNTS]

fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="compressed")
plot_digits(
    np.concatenate([pictures[:N_SHOWN] for pictures in noisy]),
    n_columns=N_SHOWN,
    row_labels=[f"{p:.0%} replaced" for p in AMOUNTS],
    ax=ax,
)
plt.show()

# %%
# The first five pictures alone get the noise that they got among all the others:

alone = SaltPepperNoise(AMOUNTS[-1], random_state=SEED).fit_transform(X[:5])
print(f"the same noise alone and in the batch: {np.array_equal(alone, noisy[-1][:5])}")

# %%
# Replaced is not changed
# -----------------------
# The share of pixels that differ from the original grows along a straight line, but a
# flatter one than the amount. Its slope can be told in advance: half of the replaced
# pixels become black ink and half become background, which changes nothing where the
# pixel was already that.

changed = np.array([np.mean(pictures != X) for pictures in noisy])
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
    title=f"{len(X):,} pictures",
)
ax.grid(linewidth=0.5, alpha=0.5)
ax.legend()
plt.show()

# %%
# What to conclude, and what not
# ------------------------------
# When figures about noise are compared, ask what the percentage counts: replaced
# pixels, as here and in scikit-image, or changed ones. How far the two are apart
# depends on how much of the pictures is empty.
#
# How well the digits can still be read is another question, and the subject of
# :ref:`the next example <sphx_glr_auto_examples_plot_05_denoise_pipeline.py>`.
