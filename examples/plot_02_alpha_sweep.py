"""
How strong should the penalty on the weights be?
================================================

The parameter ``alpha`` adds ``alpha * sum(w**2)`` to the loss and so keeps the hidden
weights small. Which value reads unseen digits best?

Over many orders of magnitude it hardly matters, compared with the spread between the
folds; but there is a value that is clearly too large. A sweep with error bars tells the
one from the other, which a table of single runs does not.
"""

# %%
# A grid search
# -------------
# Every value of ``alpha`` is tried on the same folds, each of which is read by a
# network trained on the others. ``alpha=0`` belongs into the grid: without it one
# cannot say whether a penalty helps at all.

import matplotlib.pyplot as plt
from sklearn.model_selection import GridSearchCV, StratifiedKFold, train_test_split

from skdigits import MLPDigitClassifier
from skdigits.datasets import load_small_digits
from skdigits.plotting import AlphaSweepDisplay

ALPHAS = [0.0, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2]  # dimensionless
N_FOLDS = 5
HIDDEN_LAYER_SIZES = 100, 60  # units; 500, 300 for MNIST
EPOCHS = 20
BATCH_SIZE = 32  # pictures; 128 for MNIST
TEST_FRACTION = 0.25
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels; 31 networks, about a minute each):
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
# Reading the curve
# -----------------
# Points are means over the five folds, error bars the standard deviation between them.
# Look for the values of ``alpha`` whose bars overlap, and for those where the accuracy
# falls well below them: there the penalty outweighs the pictures.

AlphaSweepDisplay.from_cv_results(search.cv_results_)
plt.show()

# %%
# The same in numbers, with the value that the search would pick:

results = search.cv_results_
for alpha, mean, std in zip(
    ALPHAS, results["mean_test_score"], results["std_test_score"], strict=True
):
    print(f"alpha = {alpha:<6g} {mean:6.1%} ± {std:.1%} over {N_FOLDS} folds")
print(f"highest mean: alpha = {search.best_params_['alpha']:g}")

# %%
# Only now the test pictures, and only for the network that was chosen without them:

print(f"test accuracy: {search.score(X_test, y_test):.1%}")

# %%
# What to conclude, and what not
# ------------------------------
# Differences much smaller than the error bars decide nothing: the highest mean among
# such values is a choice, not a discovery. What the search does find is the range to
# stay within.
#
# The best range depends on the network, on the number of pictures and on how long one
# trains. It does not carry over to scikit-learn's ``MLPClassifier``, whose ``alpha`` is
# divided by twice the number of pictures in a batch; the
# :ref:`user guide <penalty>` has the formula.
