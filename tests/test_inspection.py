"""Layer outputs equal what the weights give in NumPy."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from skdigits import CNNDigitClassifier, MLPDigitClassifier
from skdigits.inspection import layer_outputs


@pytest.fixture(scope="module")
def mlp(digits):
    X, y, _, _ = digits
    return MLPDigitClassifier((12, 9), epochs=1, random_state=0).fit(X[:200], y[:200])


def test_outputs_of_dense_layers_follow_from_the_weights(mlp, digits):
    X = digits[2][:7]
    kernel, bias, *_ = mlp.weights_
    outputs = layer_outputs(mlp, X)
    np.testing.assert_allclose(
        outputs["hidden_1"], np.maximum(X @ kernel + bias, 0), rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(
        outputs["probabilities"], mlp.predict_proba(X), rtol=1e-5, atol=1e-6
    )


def test_outputs_are_those_asked_for_in_the_order_asked(mlp, digits):
    outputs = layer_outputs(mlp, digits[2][:3], ["hidden_2", "hidden_1"])
    assert {name: output.shape for name, output in outputs.items()} == {
        "hidden_2": (3, 9),
        "hidden_1": (3, 12),
    }
    assert list(outputs) == ["hidden_2", "hidden_1"]


def test_a_layer_that_is_asked_for_twice_has_a_row_per_image(mlp, digits):
    outputs = layer_outputs(mlp, digits[2][:3], ["hidden_1", "hidden_1"])
    assert outputs["hidden_1"].shape == (3, 12)


def test_dropout_passes_on_and_bytes_are_scaled(digits):
    X, y, X_test, _ = digits
    cnn = CNNDigitClassifier(
        ((4,),), batch_norm=False, dropout=0.5, epochs=1, random_state=0
    )
    cnn.fit(X[:200], y[:200])
    stack = (255 * X_test[:5]).astype("uint8").reshape(-1, 8, 8)
    outputs = layer_outputs(cnn, stack)
    np.testing.assert_array_equal(outputs["dropout"], outputs["pool_1"])
    np.testing.assert_allclose(outputs["image"][..., 0], stack / 255, rtol=1e-6, atol=0)


def test_unknown_layers_are_answered_with_the_known(mlp, digits):
    with pytest.raises(ValueError, match=r"no layer 'conv'.*'hidden_1', 'hidden_2'"):
        layer_outputs(mlp, digits[2], ["conv"])


def test_networks_must_be_fitted_and_taken_out_of_pipelines(mlp, digits):
    with pytest.raises(TypeError, match=r"Pipeline is not a network.*pipeline\[-1\]"):
        layer_outputs(make_pipeline(mlp), digits[2])
    with pytest.raises(NotFittedError):
        layer_outputs(MLPDigitClassifier(), digits[2])
