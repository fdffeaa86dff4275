"""Layers in the page's JavaScript agree with those in NumPy, in a real browser."""

import numpy as np
import pytest
from _browser import tab_with_scripts
from test_layer_kinds import TREES

from skdigits.networks import _numpy_ops

SCRIPTS = ("activations", "products", "network")
N_SAMPLES = 3
# In single precision; sums have another order.
TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}

RUN = """({tree, weights, rows}) => {
    const run = network.build(tree, weights.map((one) => Float32Array.from(one)));
    return rows.map((row) => Array.from(run(Float32Array.from(row))));
}"""


@pytest.fixture(scope="module")
def tab():
    with tab_with_scripts(*SCRIPTS) as opened:
        yield opened


def random_weights(tree, rng):
    for weight in tree.weights(tree.input_shape):
        if len(weight.shape) == 1:  # among them variances
            yield np.float32(rng.uniform(0.1, 1, weight.shape))
        else:
            scale = 1 / np.sqrt(np.prod(weight.shape[:-1]))
            yield np.float32(rng.normal(0, scale, weight.shape))


# The halves of a variational autoencoder are networks of their own.
@pytest.mark.parametrize("name", sorted(TREES.keys() - {"vae"}))
def test_layers_equal_those_of_numpy(tab, name):
    tree = TREES[name]
    rng = np.random.default_rng(0)
    weights = list(random_weights(tree, rng))
    rows = np.float32(rng.uniform(0, 1, (N_SAMPLES, *tree.input_shape)))
    rows[:, ::3] = rows[:, ::3].round()  # black and white pixels, too
    expected = tree.bind(_numpy_ops, iter(weights))(rows).reshape(N_SAMPLES, -1)
    actual = tab.evaluate(
        RUN,
        {
            "tree": tree.describe(),
            "weights": [weight.ravel().tolist() for weight in weights],
            "rows": rows.tolist(),
        },
    )
    np.testing.assert_allclose(actual, expected, **TOLERANCE)
