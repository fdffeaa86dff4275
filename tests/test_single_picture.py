"""What NumPy answers to a single picture, against Keras."""

import subprocess
import sys

import joblib
import numpy as np
import pytest

from skdigits import MLPDigitClassifier, networks
from skdigits._single_picture import single_picture_function

ACTIVATIONS = ["elu", "gelu", "relu", "selu", "sigmoid", "silu", "tanh"]
LAB = {"image_shape": (28, 28), "n_classes": 10, "activation": "relu"}
PLAIN = {"batch_norm": False, "dropout": 0.2}
CNN = LAB | {"conv_blocks": ((6,), (5, 7)), "hidden_layer_sizes": (), "dropout": 0.2}


def assert_answers_like_keras(name, settings):
    network = getattr(networks, name)(**settings)
    rng = np.random.default_rng(0)
    weights = []
    for start in network.get_weights():
        # Scores that are far apart would magnify rounding where two are close.
        scale = 0.2 / np.sqrt(np.prod(start.shape[:-1]))
        weights.append(start + rng.normal(0, scale, start.shape).astype(np.float32))
    for index, variable in enumerate(network.weights):
        if "variance" in variable.path:
            weights[index] = np.abs(weights[index]) + 0.1
    network.set_weights(weights)
    row = rng.random((1, network.input_shape[1])).astype(np.float32)
    found = single_picture_function(name, settings, weights)(row)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, network(row).numpy(), rtol=0, atol=1e-5)


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(activation, batch_norm):
    settings = CNN | {"activation": activation, "batch_norm": batch_norm}
    settings |= {"padding": "same", "kernel_size": 3}
    assert_answers_like_keras("cnn", settings)


@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    ("padding", "image_shape"),
    [("same", (7, 13)), ("same", (1, 64)), ("valid", (33, 28))],
)
def test_every_window_on_any_picture(padding, image_shape, kernel_size):
    settings = CNN | {"image_shape": image_shape, "batch_norm": False}
    settings |= {"padding": padding, "kernel_size": kernel_size}
    assert_answers_like_keras("cnn", settings)


def test_the_lab_networks():
    assert_answers_like_keras("mlp", LAB | {"hidden_layer_sizes": (64, 64)} | PLAIN)
    cnn = {"conv_blocks": ((32, 64),), "hidden_layer_sizes": (64,)}
    settings = LAB | cnn | {"kernel_size": 3, "padding": "valid"} | PLAIN
    assert_answers_like_keras("cnn", settings)


def test_dense_network_with_normalization_and_without_hidden_layers():
    settings = LAB | {"dropout": 0.0, "batch_norm": True}
    assert_answers_like_keras("mlp", settings | {"hidden_layer_sizes": (30, 20)})
    assert_answers_like_keras("mlp", settings | {"hidden_layer_sizes": ()})


def test_a_fresh_process_reads_a_picture_without_tensorflow(digits, tmp_path):
    X, y, X_test, _ = digits
    fitted = MLPDigitClassifier((8,), epochs=1).fit(X, y)
    joblib.dump((fitted, X_test[:1]), tmp_path / "model.joblib")
    code = (
        "import sys, joblib; model, X = joblib.load('model.joblib'); model.predict(X);"
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
