"""
Does a saved network predict the same?
======================================

Training takes time, so you may want to train once and predict later, in another
process. Are the predictions still the same?

The predicted labels are. The probabilities agree up to rounding: a new process need not
import TensorFlow and may predict in NumPy instead. A fitted estimator contains plain
NumPy arrays; its file contains these and the parameters, and loading it runs no code
from the file. The figure shows digits with the labels that a new process predicts.
"""

# %%
# Train and save
# --------------
# This works for all estimators of the package, and for pipelines and grid searches that
# contain them.

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
BATCH_SIZE = 32  # images; 128 for MNIST
TEST_FRACTION = 0.25
N_SHOWN = 10  # images
SEED = 0

X, y = load_small_digits(return_X_y=True)
# For MNIST (28x28 pixels):
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
network_file = Path(folder.name, "mlp.safetensors")
dump(mlp, network_file)
print(f"{network_file.name}: {network_file.stat().st_size / 1000:.0f} kB")
print(f"of which the weights: {sum(w.nbytes for w in mlp.weights_) / 1000:.0f} kB")

# %%
# Load in a new process
# ---------------------
# A second Python process loads the network and classifies the test images.

images_file = Path(folder.name, "images.npy")
probabilities_file = Path(folder.name, "probabilities.npy")
np.save(images_file, X_test)

PREDICT = """
import sys, numpy as np
from skdigits.persistence import load
network_file, images_file, probabilities_file = sys.argv[1:]
network = load(network_file)
np.save(probabilities_file, network.predict_proba(np.load(images_file)))
"""
subprocess.run(
    [sys.executable, "-c", PREDICT, network_file, images_file, probabilities_file],
    check=True,
)
loaded_probabilities = np.load(probabilities_file)
probabilities = mlp.predict_proba(X_test)
print(f"probabilities compared: {probabilities.size:,}")
print(f"largest difference: {np.abs(loaded_probabilities - probabilities).max():g}")
assert np.allclose(loaded_probabilities, probabilities, rtol=0, atol=1e-6)
assert np.array_equal(loaded_probabilities.argmax(1), probabilities.argmax(1))

# %%
# The first test images, with the labels predicted by the loaded network:

network = load(network_file)
fig, ax = plt.subplots(figsize=(6.4, 3.2), layout="compressed")
titles = network.predict(X_test[:N_SHOWN])
plot_digits(X_test[:N_SHOWN], n_columns=5, titles=titles, ax=ax)
plt.show()
folder.cleanup()

# %%
# Conclusions and limits
# ----------------------
# The file contains everything that prediction needs, and nothing of Keras but the
# weights. It can be copied, sent to worker processes and loaded any number of times.
#
# joblib stores more kinds of objects, but loading executes code from the file: load
# such files only if you trust their origin.
#
# Probabilities may differ in the last digits between NumPy and TensorFlow, and between
# machines or versions of the libraries, which compute sums in another order.
