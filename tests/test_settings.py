"""Process-wide settings of Keras and TensorFlow that other code may have changed."""

import contextlib

import keras
import numpy as np
import pytest
import tensorflow as tf
from _models import BLIND_SPOT, CNN, DENOISER, GENERATOR, MLP
from sklearn.base import clone

from skdigits._training import _train
from skdigits._training._pool import ModelPool

SETTINGS = {
    "floatx": (keras.config.floatx, keras.config.set_floatx, "float64"),
    "layout": (
        keras.config.image_data_format,
        keras.config.set_image_data_format,
        "channels_first",
    ),
    "policy": (
        lambda: keras.config.dtype_policy().name,
        keras.config.set_dtype_policy,
        "mixed_float16",
    ),
    "epsilon": (keras.config.epsilon, keras.config.set_epsilon, 0.01),
}


class OwnLoop(keras.callbacks.Callback):
    """With a method for batches, Keras's own loop trains."""

    def on_train_batch_end(self, batch, logs=None):
        pass


NETWORKS = {
    "mlp, Keras's loop": clone(MLP).set_params(
        alpha=1e-3, dropout=0.2, label_smoothing=0.1, callbacks=[OwnLoop()]
    ),
    "mlp, adversarial": clone(MLP).set_params(adversarial=0.5),
    "cnn": clone(CNN).set_params(augmentation="shift", precision="mixed_bfloat16"),
    "dense": DENOISER,
    "blind spot": BLIND_SPOT,
    "generator": GENERATOR,
}


@contextlib.contextmanager
def changed(names):
    before = {name: SETTINGS[name][0]() for name in names}
    try:
        for name in names:
            SETTINGS[name][1](SETTINGS[name][2])
        yield
    finally:
        for name in names:
            SETTINGS[name][1](before[name])


@pytest.fixture
def fit(digits, monkeypatch):
    def fit(estimator):
        monkeypatch.setattr(_train, "_pool", ModelPool())  # as in a new process
        return clone(estimator).fit(digits[0][:100], digits[1][:100])

    return fit


@pytest.mark.parametrize(
    "names",
    [
        list(SETTINGS),
        *(pytest.param([name], marks=pytest.mark.slow) for name in SETTINGS),
    ],
    ids="+".join,
)
@pytest.mark.parametrize("network", NETWORKS)
def test_keras_settings_do_not_change_a_fit(network, names, fit):
    expected = fit(NETWORKS[network])
    with changed(names):
        fitted = fit(NETWORKS[network])
        keras_model = fitted.network_
    for array, other in zip(fitted.weights_, expected.weights_, strict=True):
        np.testing.assert_array_equal(array, other)
    rows = np.zeros((1, *keras_model.input_shape[1:]), "float32")
    np.testing.assert_array_equal(keras_model(rows), expected.network_(rows))


@pytest.mark.parametrize("floatx", ["float16", "bfloat16"])
def test_rounded_learning_rates_are_refused(floatx, fit):
    try:
        keras.config.set_floatx(floatx)
        with pytest.raises(RuntimeError, match=f"{floatx}.*set_floatx"):
            fit(MLP)
    finally:
        keras.config.set_floatx("float32")


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        (tf.distribute.OneDeviceStrategy("CPU:0").scope, "OneDeviceStrategy.*n_jobs"),
        (tf.Graph().as_default, "does not execute eagerly"),
    ],
)
def test_scopes_of_tensorflow_are_refused(scope, message, fit):
    with scope(), pytest.raises(RuntimeError, match=message):
        fit(MLP)


def test_batches_larger_than_any_data_hold_all_images(fit):
    weights = [
        fit(clone(MLP).set_params(batch_size=size)).weights_ for size in (100, 10**10)
    ]
    for array, other in zip(*weights, strict=True):
        np.testing.assert_allclose(array, other, atol=1e-6)


def test_backup_of_a_finished_run_is_named(fit, tmp_path):
    backup = keras.callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False)
    mlp = clone(MLP).set_params(callbacks=[backup])
    fit(mlp)
    with pytest.raises(ValueError, match="BackupAndRestore.*finished all epochs"):
        fit(mlp)
