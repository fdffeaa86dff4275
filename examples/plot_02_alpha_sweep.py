"""
How strong should the penalty on the weights be?
================================================

The parameter ``alpha`` adds ``alpha * sum(w**2)`` to the loss, which keeps the hidden
weights small. Which value gives the best accuracy on unseen digits?

Over many orders of magnitude ``alpha`` has little effect, compared with the spread
between the folds, but large values clearly lower the accuracy. The figure shows the
mean accuracy of each value, with error bars; a table of single runs would not tell.
"""

# %%
# A grid search
# -------------
# Every value of ``alpha`` is cross-validated on the same folds. ``alpha=0`` belongs in
# the grid: without it you cannot tell whether a penalty helps at all.

import matplotlib.pyplot as plt
from sklearn.model_selection import GridSearchCV, StratifiedKFold, train_test_split

from skdigits import MLPDigitClassifier
from skdigits.datasets import load_small_digits
from skdigits.plotting import AlphaSweepDisplay

ALPHAS = [0.0, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2]  # dimensionless
N_FOLDS = 5
HIDDEN_LAYER_SIZES = 100, 60  # units; 500, 300 for MNIST
EPOCHS = 20
BATCH_SIZE = 32  # images; 128 for MNIST
TEST_FRACTION = 0.25
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels; 31 networks are trained):
# from skdigits.datasets import fetch_mnist
# X, y = fetch_mnist(subset="all", return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=TEST_FRACTION, stratify=y, random_state=SEED
)

search = GridSearchCV(
    MLPDigitClassifier(
        HIDDEN_LAYER_SIZES, epochs=EPOCHS, batch_size=BATCH_SIZE, random_state=SEED
    ),
    {"alpha": ALPHAS},
    cv=StratifiedKFold(N_FOLDS, shuffle=True, random_state=SEED),
)
search.fit(X_train, y_train)

# %%
# Accuracy against alpha
# ----------------------
# Points are means over the five folds, error bars the standard deviation between them.
# Look for the values of ``alpha`` whose bars overlap, and for those with a clearly
# lower accuracy: there the penalty dominates the loss.

AlphaSweepDisplay.from_cv_results(search.cv_results_)
plt.show()

# %%
# The same in numbers, with the value that the search selects:

results = search.cv_results_
for alpha, mean, std in zip(
    ALPHAS, results["mean_test_score"], results["std_test_score"], strict=True
):
    print(f"alpha = {alpha:<6g} {mean:6.1%} ± {std:.1%} over {N_FOLDS} folds")
print(f"highest mean: alpha = {search.best_params_['alpha']:g}")

# %%
# Only now the test images are used, and only for the network selected without them:

print(f"test accuracy: {search.score(X_test, y_test):.1%}")

# %%
# Conclusions and limits
# ----------------------
# Differences much smaller than the error bars mean nothing: the highest mean among such
# values is arbitrary. The search does find the range of useful values.
#
# The best range depends on the network, on the number of images and on the number of
# epochs. It does not carry over to scikit-learn's ``MLPClassifier``, which divides
# ``alpha`` by twice the number of images in a batch; the :ref:`user guide <penalty>`
# has the formula.
