"""
Can a dense network classify handwritten digits?
================================================

A dense network ignores spatial structure: its input is a list of numbers per digit, and
it would learn equally well if all images had their pixels shuffled in the same way. Is
this enough to classify handwriting?

It is, for most digits. The first figure, the accuracy after each epoch, shows when more
training stops helping. The second one shows the digits that are misclassified.
"""

# %%
# Images and labels
# -----------------
# The pixels are fractions of ink between 0 and 1. A quarter of the images is held out
# for testing.

import matplotlib.pyplot as plt
from sklearn.model_selection import train_test_split

from skdigits import MLPDigitClassifier
from skdigits.datasets import load_small_digits
from skdigits.plotting import TrainingCurveDisplay, plot_digits

HIDDEN_LAYER_SIZES = 64, 64  # units
EPOCHS = 40
BATCH_SIZE = 32  # images; 128 for MNIST
TEST_FRACTION = 0.25
VALIDATION_FRACTION = 0.15  # of the training images
N_SHOWN = 8  # misclassified images
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (70,000 digits of 28x28 pixels):
# from skdigits.datasets import fetch_mnist
# X, y = fetch_mnist(subset="all", return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=TEST_FRACTION, stratify=y, random_state=SEED
)
print(f"{len(X_train)} training images, {len(X_test)} test images")

# %%
# Training
# --------
# The estimator works like any other scikit-learn estimator. With
# ``validation_fraction`` it holds out some training images and evaluates them after
# every epoch, that is, after every pass over the other images.

mlp = MLPDigitClassifier(
    HIDDEN_LAYER_SIZES,
    alpha=0.0,
    epochs=EPOCHS,
    batch_size=BATCH_SIZE,
    validation_fraction=VALIDATION_FRACTION,
    random_state=SEED,
)
mlp.fit(X_train, y_train)
print(f"{mlp.n_parameters_:,} weights and biases, {mlp.n_iter_} epochs")

# %%
# Look for the epoch after which the validation curve is flat while the training curve
# still rises. Do not compare the first points of the two curves: the training accuracy
# is an average over the epoch, while the weights still change, and the validation
# accuracy is computed at the end of the epoch.

TrainingCurveDisplay.from_estimator(mlp)
plt.show()

# %%
# Misclassified digits
# --------------------
# The test images were not used so far. These are the first that the network
# misclassifies. Would you classify all of them correctly?

y_pred = mlp.predict(X_test)
wrong = y_pred != y_test
print(f"test accuracy: {mlp.score(X_test, y_test):.1%}")
print(f"misclassified: {wrong.sum()} of {len(y_test)} images")

plot_digits(
    X_test[wrong][:N_SHOWN],
    n_columns=4,
    titles=[
        f"true {true}, predicted {predicted}"
        for true, predicted in zip(y_test[wrong], y_pred[wrong], strict=True)
    ][:N_SHOWN],
)
plt.show()

# %%
# Conclusions and limits
# ----------------------
# A small dense network classifies most of these digits correctly. After the curve
# becomes flat, more epochs cost time and gain nothing.
#
# One network was trained on one split of few images. With another seed a few other
# digits are misclassified. To compare settings, use cross-validation, as
# :ref:`the next example <sphx_glr_auto_examples_plot_02_alpha_sweep.py>` does.
