"""
Does a saved network read as it did before?
===========================================

Training takes time, so one wants to do it once and read later, in another process. Are
the predictions then still the same?

They are, number for number. A fitted network holds plain NumPy arrays; its file holds
these and the parameters, and loading it runs no code, whoever wrote it.
"""

# %%
# Train and save
# --------------
# Any estimator of the package would do, and so would a pipeline or a grid search that
# holds one.

import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split

from skdigits import MLPDigitClassifier
from skdigits.datasets import load_small_digits
from skdigits.persistence import dump, load
from skdigits.plotting import plot_digits

HIDDEN_LAYER_SIZES = 64, 64  # units
EPOCHS = 30
BATCH_SIZE = 32  # pictures; 128 for MNIST
TEST_FRACTION = 0.25
N_SHOWN = 10  # pictures
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels, a minute or two):
# from skdigits.datasets import fetch_mnist
# X, y = fetch_mnist(subset="all", return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=TEST_FRACTION, stratify=y, random_state=SEED
)
mlp = MLPDigitClassifier(
    HIDDEN_LAYER_SIZES, epochs=EPOCHS, batch_size=BATCH_SIZE, random_state=SEED
)
mlp.fit(X_train, y_train)

folder = tempfile.TemporaryDirectory()
network_file = Path(folder.name, "mlp.skops")
dump(mlp, network_file)
print(f"{network_file.name}: {network_file.stat().st_size / 1000:.0f} kB")
print(f"of which the weights: {sum(w.nbytes for w in mlp.weights_) / 1000:.0f} kB")

# %%
# Load in a fresh process
# -----------------------
# A second Python, which knows nothing of this one, loads the network and reads the test
# pictures.

pictures_file = Path(folder.name, "pictures.npy")
probabilities_file = Path(folder.name, "probabilities.npy")
np.save(pictures_file, X_test)

READ = """
import sys, numpy as np
from skdigits.persistence import load
network_file, pictures_file, probabilities_file = sys.argv[1:]
network = load(network_file)
np.save(probabilities_file, network.predict_proba(np.load(pictures_file)))
"""
subprocess.run(
    [sys.executable, "-c", READ, network_file, pictures_file, probabilities_file],
    check=True,
)
there = np.load(probabilities_file)
here = mlp.predict_proba(X_test)
print(f"probabilities compared: {here.size:,}")
print(f"largest difference: {np.abs(there - here).max():g}")
assert np.array_equal(there, here)

# %%
# The first test pictures, with the labels that the loaded network gives them:

network = load(network_file)
fig, ax = plt.subplots(figsize=(6.4, 3.2), layout="compressed")
titles = network.predict(X_test[:N_SHOWN])
plot_digits(X_test[:N_SHOWN], n_columns=5, titles=titles, ax=ax)
plt.show()
folder.cleanup()

# %%
# What to conclude, and what not
# ------------------------------
# The file holds all that is needed to read, and nothing of Keras but the weights, so it
# can be copied, sent to worker processes and loaded as often as one likes.
#
# joblib stores more kinds of objects, and executes what is in a file: load such files
# only if you trust their origin.
#
# Equal to the last digit holds on one machine with the same versions of the libraries.
# Elsewhere sums may be taken in another order, and the last digits can differ.
