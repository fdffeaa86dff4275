"""Time of prediction in NumPy and in TensorFlow, by network and number of images.

Run ``python tests/benchmarks/numpy_prediction.py``. Where the ratio passes 1 is where
`skdigits._training._prediction` changes from one to the other.
"""

import sys
import time
from functools import partial

import numpy as np

from skdigits._training import _prediction
from skdigits.networks._architectures import CNN, MLP, UNet

N_IMAGES = (1, 2, 3, 10, 30, 100)
N_RUNS = 9
CONVOLUTIONS = {"activation": "relu", "hidden_layer_sizes": (), "dropout": 0.0}
NETWORKS = {
    "MLP 64-64, 8x8 pixels": MLP((8, 8), 10, (64, 64), "relu", False, 0.0),
    "MLP 500-300": MLP((28, 28), 10, (500, 300), "relu", False, 0.0),
    "CNN 32-64-128": CNN(
        *((28, 28), 10, ((32,), (64,), (128,)), 3, "same", True), **CONVOLUTIONS
    ),
    "U-Net 32-64": UNet((28, 28), (32, 64), "relu", (0.0, 0.9), 0.5),
}


def shortest(function):
    """Return the shortest of several times in ms, after a first call."""
    function()
    times = []
    for _ in range(N_RUNS):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def main():
    rng = np.random.default_rng(0)
    sys.stdout.write("network, images, NumPy ms, TensorFlow ms, ratio\n")
    for name, sizes in NETWORKS.items():
        weights = [
            np.float32(abs(rng.normal(0, 0.05, weight.shape)))
            for weight in sizes.weights()
        ]
        network = _prediction.TrainedNetwork(sizes, weights)
        numpy = network._numpy_network(None)
        compiled = _prediction._forward_function(sizes, None)
        for n in N_IMAGES:
            X = rng.random((n, sizes.n_pixels), dtype=np.float32)
            ours = shortest(partial(numpy.predict, X))
            theirs = shortest(partial(compiled, network._tensors, X))
            row = f"{name}, {n}, {ours:.3f}, {theirs:.3f}, {ours / theirs:.2f}\n"
            sys.stdout.write(row)


if __name__ == "__main__":
    main()
