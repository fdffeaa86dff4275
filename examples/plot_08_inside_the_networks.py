"""
What happens inside a network that classifies digits?
=====================================================

A network is a chain of layers, each of which transforms the output of the one before.
How large are the layers, what do they respond to, and what do they compute for an
image?

Three kinds of figures answer this: a diagram of the layers, their outputs (feature
maps), and their weights (filters). Most parameters are between the last feature maps
and the first dense layer. The filters of a convolution are too small to look like
anything, but those of a layer that sees the whole image look like strokes and gaps.
"""

# %%
# Two trained networks
# --------------------
# The first is a small convolutional network similar to that of the lab this package
# grew from. The second is a dense network with a strong penalty on its weights, which
# keeps only the important ones large.

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
BATCH_SIZE = 32  # images; 128 for MNIST
TEST_FRACTION = 0.25
SEED = 0

digits = load_small_digits()
# For MNIST (28x28 pixels):
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
    kernel_size=3,
    batch_norm=False,
    hidden_layer_sizes=64,
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
# Blocks are feature maps; their height is the number of pixels and their depth the
# number of channels (both on scales that keep the small ones visible). Bars are layers
# without spatial structure. The text below each layer shows its output shape and its
# number of parameters.

plot_network(cnn)
plt.show()

# %%
# The convolutions have the largest outputs and few parameters, because one small filter
# is used at all positions of the image. The first dense layer has a separate weight for
# each output of the pooling layer and each of its units:

hidden = cnn.network_.get_layer("hidden_1")
share = hidden.count_params() / cnn.n_parameters_
print(f"share of the parameters in the first dense layer: {share:.0%}")

# %%
# Feature maps
# ------------
# Each layer has one map per channel; black is the largest value in the layer. Some
# channels of the first convolution respond to ink, some to edges on one side of it,
# some to background. Pooling halves the size. Dropout, shown as in training, sets
# values to 0 at random, so that the layers after it cannot rely on any single value.

plot_feature_maps(cnn, X_test[0])
plt.show()

# %%
# :func:`~skdigits.inspection.layer_outputs` returns these values as arrays, for any
# number of images. How many values of each layer are exactly 0?

outputs = layer_outputs(cnn, X_test, ["conv_1_1", "conv_1_2", "pool_1", "hidden_1"])
for name, values in outputs.items():
    print(f"{name:9} {values.shape[1:]!s:12} {(values == 0).mean():.0%} zeros")

# %%
# Filters
# -------
# These are the weights of the first convolution: red weights are positive, blue weights
# are negative.

plot_filters(cnn)
plt.show()

# %%
# The hidden units of the dense network see the whole image. Ink on red pixels activates
# a unit, ink on blue pixels suppresses it: look for a bar next to a gap, or a ring with
# a hole. The penalty shrinks weights that do not lower the loss towards 0, most of all
# at the borders, where there is hardly ever ink. Blank units have no effect at all.

plot_filters(mlp)
plt.show()

# %%
# Conclusions and limits
# ----------------------
# Such figures show whether a network is built as intended. They also show faults that
# lower the accuracy without an error: a channel that is white for every image does
# nothing.
#
# They do not explain individual predictions. The effect of a filter depends on the
# later layers, and with another seed other filters give the same accuracy.
