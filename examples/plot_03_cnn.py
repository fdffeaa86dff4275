"""
Which convolutional network classifies digits better?
=====================================================

A convolutional network processes images in small windows, so it does not have to learn
each stroke again at every position of the image. Its layers can be stacked in many
ways. This example compares two of them, both settings of one class, with two
convolutions and a dense layer: those of the lab this package grew from, and the default
ones, with batch normalization and pooling after each convolution.

The default stack learns faster and is more accurate after the same few epochs. The
figure shows the accuracy after each epoch, with its spread over seeds.
"""

# %%
# Two settings of one class
# -------------------------
# Convolutions need the shape of the images: the loader's ``images`` are a stack of
# shape (n_images, height, width), which ``fit`` and ``predict`` accept. They also
# accept flattened images, and then assume that these are square.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.model_selection import train_test_split

from skdigits import CNNDigitClassifier
from skdigits.datasets import load_small_digits

N_SEEDS = 3
EPOCHS = 8
BATCH_SIZE = 32  # images; 128 for MNIST
TEST_FRACTION = 0.25
SEED = 0

digits = load_small_digits()
# For MNIST (28x28 pixels; six networks are trained):
# from skdigits.datasets import fetch_mnist
# digits = fetch_mnist(subset="all")
X_train, X_test, y_train, y_test = train_test_split(
    digits.images,
    digits.target,
    test_size=TEST_FRACTION,
    stratify=digits.target,
    random_state=SEED,
)
print(f"training images: {X_train.shape}")

networks = {
    "two convolutions, pooling": CNNDigitClassifier(
        ((32, 64),),
        kernel_size=3,
        padding="valid",
        batch_norm=False,
        hidden_layer_sizes=64,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
    ),
    "2 x (convolution, pooling, normalization)": CNNDigitClassifier(
        epochs=EPOCHS, batch_size=BATCH_SIZE
    ),
}

# %%
# Several runs of each
# --------------------
# Both networks are trained with the same seeds. ``validation_data`` are evaluated after
# each epoch and never used for training. Nothing is selected by these curves, so we can
# use the test images.

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
# Curves are means, bands the standard deviation over the seeds. Look at the distance
# between the bands at the last epoch, and at how early each curve becomes flat.

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
# Conclusions and limits
# ----------------------
# With the same number of epochs, normalization and repeated pooling give the higher
# accuracy. The bands show only the spread over seeds: all runs share one split of the
# images, so differences of one or two test images mean little.
#
# The lab's network was designed for images of 28x28 pixels; on 8x8 pixels its
# convolutions without padding have little room. These results do not show that one
# stack is better in general.
