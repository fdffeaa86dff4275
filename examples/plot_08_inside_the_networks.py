"""
What happens inside a network that reads digits?
================================================

A network is a chain of layers, each of which turns what it is given into something
else. How large are they, what do they look for, and what do they make of a picture?

Three drawings answer that: a diagram of the layers, the pictures that the layers put
out, and the weights by which they do it. Most parameters turn out to sit where the
pictures end and the dense layers begin; and while the filters of a convolution are too
small to look like anything, those of a layer that sees the whole picture look like
strokes and gaps.
"""

# %%
# Two trained networks
# --------------------
# A small convolutional network in the manner of the lab this package grew from, and a
# dense one with a strong penalty on its weights, which leaves only those that count.

import matplotlib.pyplot as plt
from sklearn.model_selection import train_test_split

from skdigits import CNNDigitClassifier, MLPDigitClassifier
from skdigits.datasets import load_small_digits
from skdigits.inspection import layer_outputs
from skdigits.plotting import plot_feature_maps, plot_filters, plot_network

CONV_BLOCKS = ((16, 32),)  # filters; ((32, 64),) for MNIST
N_UNITS = 32  # of the dense network's hidden layer
ALPHA = 1e-2  # L2 factor (dimensionless); 1e-3 for MNIST
EPOCHS = 30  # 5 for MNIST
BATCH_SIZE = 32  # pictures; 128 for MNIST
TEST_FRACTION = 0.25
SEED = 0

digits = load_small_digits()
# For MNIST (28x28 pixels, some minutes):
# from skdigits.datasets import fetch_mnist
# digits = fetch_mnist(subset="all")
X_train, X_test, y_train, y_test = train_test_split(
    digits.images,
    digits.target,
    test_size=TEST_FRACTION,
    stratify=digits.target,
    random_state=SEED,
)

cnn = CNNDigitClassifier(
    CONV_BLOCKS,
    batch_norm=False,
    dropout=0.2,
    hidden_layer_sizes=(64,),
    epochs=EPOCHS,
    batch_size=BATCH_SIZE,
    random_state=SEED,
)
mlp = MLPDigitClassifier(
    (N_UNITS,), alpha=ALPHA, epochs=EPOCHS, batch_size=BATCH_SIZE, random_state=SEED
)
for network in (cnn, mlp):
    network.fit(X_train, y_train)
    accuracy = network.score(X_test, y_test)
    print(f"{type(network).__name__}: test accuracy {accuracy:.1%}")

# %%
# The layers
# ----------
# Blocks are pictures, as high as they have pixels and as thick as they have channels
# (both on scales that keep the small ones visible); bars are plain lists of numbers.
# Below each stands what it puts out, and what it has to learn for that.

plot_network(cnn)
plt.show()

# %%
# The convolutions put out the most numbers and have few parameters, as one small window
# serves for all places of the picture. The first dense layer has a weight of its own
# for each number that the pooling leaves and each of its units:

hidden = cnn.network_.get_layer("hidden_1")
share = hidden.count_params() / cnn.n_parameters_
print(f"share of the parameters in the first dense layer: {share:.0%}")

# %%
# What they make of a picture
# ---------------------------
# One small picture per channel, black for the largest value in the layer. Some channels
# of the first convolution answer to ink, some to its edges on one side, some to empty
# paper. Pooling halves the size. Dropout, shown as it acts in training, takes values
# away at random, so that the layers after it cannot rely on any single one.

plot_feature_maps(cnn, X_test[0])
plt.show()

# %%
# The numbers themselves come from :func:`~skdigits.inspection.layer_outputs`, for any
# number of pictures. How many values of each layer are exactly 0?

outputs = layer_outputs(cnn, X_test, ["conv_1_1", "conv_1_2", "pool_1", "hidden_1"])
for name, values in outputs.items():
    print(f"{name:9} {values.shape[1:]!s:12} {(values == 0).mean():.0%} zeros")

# %%
# What they look for
# ------------------
# The weights of the first convolution: red for ink that counts in favour, blue for ink
# that counts against.

plot_filters(cnn)
plt.show()

# %%
# The hidden units of the dense network see the whole picture. Red is where a unit wants
# ink, blue where it wants none: a bar beside a gap, or a ring with a hole. Weights that
# do not lower the loss have given way to the penalty, first at the borders, where there
# is hardly ever ink; units that are blank all over have been silenced altogether.

plot_filters(mlp)
plt.show()

# %%
# What to conclude, and what not
# ------------------------------
# Such drawings show whether a network is built as intended, and faults that cost
# accuracy without an error: a channel that is white for every picture does nothing.
#
# They do not tell why a picture is read as it is. A filter matters only with what the
# later layers make of it, and with another seed the same accuracy comes from other
# filters.
