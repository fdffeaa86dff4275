"""
Which convolutional network reads digits better?
================================================

A convolutional network looks at pictures through small windows, so that it need not
learn anew what a stroke is for every place of the picture. Its layers can be stacked in
many ways. Two of them, both settings of one class, are compared here: two convolutions
and a dense layer, as in the lab this package grew from; and three times convolution,
batch normalization and pooling, which is the default.

The default stack learns faster and reads better within the same few epochs. Repeated
runs tell whether the difference is larger than what the seed alone makes.
"""

# %%
# Two settings of one class
# -------------------------
# Convolutions need pictures, not rows: the loader's ``images`` are a stack of shape
# (pictures, height, width), which ``fit`` and ``predict`` take as it is. Rows of pixels
# would do as well, and are then taken for square pictures.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.model_selection import train_test_split

from skdigits import CNNDigitClassifier
from skdigits.datasets import load_small_digits

N_SEEDS = 5
EPOCHS = 10
BATCH_SIZE = 32  # pictures; 128 for MNIST
TEST_FRACTION = 0.25
SEED = 0

digits = load_small_digits()
# For MNIST (28x28 pixels, ten networks of several minutes each):
# from skdigits.datasets import fetch_mnist
# digits = fetch_mnist(subset="all")
X_train, X_test, y_train, y_test = train_test_split(
    digits.images,
    digits.target,
    test_size=TEST_FRACTION,
    stratify=digits.target,
    random_state=SEED,
)
print(f"training pictures: {X_train.shape}")

networks = {
    "two convolutions, dense layer": CNNDigitClassifier(
        ((32, 64),),
        padding="valid",
        batch_norm=False,
        dropout=0.2,
        hidden_layer_sizes=(64,),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
    ),
    "3 x (convolution, normalization, pooling)": CNNDigitClassifier(
        ((32,), (64,), (128,)), epochs=EPOCHS, batch_size=BATCH_SIZE
    ),
}

# %%
# Several runs of each
# --------------------
# Both networks are trained with the same seeds. ``validation_data`` are read after each
# epoch and never trained on. Nothing is chosen by these curves, so the test pictures
# may serve.

accuracies = {}  # one row per seed, one column per epoch
for name, network in networks.items():
    runs = [
        clone(network)
        .set_params(random_state=SEED + i)
        .fit(X_train, y_train, validation_data=(X_test, y_test))
        for i in range(N_SEEDS)
    ]
    accuracies[name] = np.array([run.validation_scores_ for run in runs])
    last = accuracies[name][:, -1]
    print(f"{name}: {runs[0].n_parameters_:,} parameters")
    print(f"    test accuracy {last.mean():.2%} ± {last.std():.2%}")

# %%
# Curves are means, bands the standard deviation over the seeds. Look at how far apart
# the bands are at the last epoch, and at how early each curve flattens.

fig, ax = plt.subplots(layout="constrained")
epochs = np.arange(1, EPOCHS + 1)
for (name, curves), style in zip(accuracies.items(), ("s--", "o-"), strict=True):
    mean, std = 100 * curves.mean(axis=0), 100 * curves.std(axis=0)
    (line,) = ax.plot(epochs, mean, style, label=name)
    ax.fill_between(epochs, mean - std, mean + std, color=line.get_color(), alpha=0.2)
ax.set(
    xlabel="epoch",
    ylabel="test accuracy (%)",
    title=f"mean ± standard deviation over {N_SEEDS} seeds",
)
ax.grid(axis="y", linewidth=0.5, alpha=0.5)
ax.legend(loc="lower right")
plt.show()

# %%
# What to conclude, and what not
# ------------------------------
# With the same number of epochs, normalization and repeated pooling are the better use
# of the time. The bands show the spread from the seed only: all runs share one split of
# the pictures, so differences of one or two test pictures mean little.
#
# The lab's network was made for pictures of 28x28 pixels; on 8x8 its convolutions
# without padding have little room. That one stack is better in general does not follow.
