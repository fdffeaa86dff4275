"""
Can a dense network read handwritten digits?
============================================

A dense network knows nothing of pictures: it is given a row of numbers per digit, and
would learn as well if all pictures had their pixels shuffled in the same way. Is that
enough to read handwriting?

It is, for most digits. The training curve shows when more training stops helping, and
the digits that are still misread show what is left to learn.
"""

# %%
# Pictures and labels
# -------------------
# The pixels are fractions of ink between 0 and 1. A quarter of the pictures is put
# aside to test on.

import matplotlib.pyplot as plt
from sklearn.model_selection import train_test_split

from skdigits import MLPDigitClassifier
from skdigits.datasets import load_small_digits
from skdigits.plotting import TrainingCurveDisplay, plot_digits

HIDDEN_LAYER_SIZES = 64, 64  # units
EPOCHS = 40
BATCH_SIZE = 32  # pictures; 128 for MNIST
TEST_FRACTION = 0.25
VALIDATION_FRACTION = 0.15  # of the training pictures
N_SHOWN = 8  # misread pictures
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (70,000 digits of 28x28 pixels, a minute or two):
# from skdigits.datasets import fetch_mnist
# X, y = fetch_mnist(subset="all", return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=TEST_FRACTION, stratify=y, random_state=SEED
)
print(f"{len(X_train)} pictures to train on, {len(X_test)} to test on")

# %%
# Training
# --------
# The estimator is used like any other of scikit-learn. With ``validation_fraction``
# it holds some training pictures back and reads them after every epoch, that is,
# after every pass over the others.

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
# still climbs. The first points of the two curves are not to be compared: the training
# accuracy is an average over the epoch, while the weights still change, and the
# validation accuracy is taken at its end.

TrainingCurveDisplay.from_estimator(mlp)
plt.show()

# %%
# What it misreads
# ----------------
# The test pictures had no part in any of this. These are the first of those that the
# network reads wrongly: would you read all of them rightly?

y_read = mlp.predict(X_test)
misread = y_read != y_test
print(f"test accuracy: {mlp.score(X_test, y_test):.1%}")
print(f"misread: {misread.sum()} of {len(y_test)} pictures")

plot_digits(
    X_test[misread][:N_SHOWN],
    n_columns=4,
    titles=[
        f"{true} read as {read}"
        for true, read in zip(y_test[misread], y_read[misread], strict=True)
    ][:N_SHOWN],
)
plt.show()

# %%
# What to conclude, and what not
# ------------------------------
# A small dense network reads most of these digits, and after the flat part of the
# curve is reached further epochs cost time and gain nothing.
#
# One network was trained on one split of few pictures. Another seed gives another
# handful of misread digits; to compare settings, use cross-validation, as
# :ref:`the next example <sphx_glr_auto_examples_plot_02_alpha_sweep.py>` does.
