"""Keras's own callbacks, which may change any part of a training's network."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from _models import CNN
from sklearn.base import clone

from skdigits import MLPDigitClassifier
from skdigits._training import _train
from skdigits._training._pool import ModelPool

MLP = MLPDigitClassifier(
    (7, 5),
    alpha=1e-3,
    batch_norm=True,
    dropout=0.2,
    epochs=2,
    batch_size=50,
    random_state=0,
)


# What a user's callback may do to a network; the layers are those of `MLP`.
CHANGES = {
    "epsilon": lambda model: setattr(model.optimizer, "epsilon", 1.0),
    "beta_1": lambda model: setattr(model.optimizer, "beta_1", 0.1),
    "learning rate": lambda model: setattr(model.optimizer, "learning_rate", 0.5),
    "clipnorm": lambda model: setattr(model.optimizer, "clipnorm", 1e-6),
    "weight decay": lambda model: setattr(model.optimizer, "weight_decay", 0.5),
    "trainable": lambda model: setattr(model.layers[1], "trainable", False),
    "activation": lambda model: setattr(
        model.get_layer("hidden_2"), "activation", keras.activations.tanh
    ),
    "dropout": lambda model: setattr(model.get_layer("dropout_1"), "rate", 0.9),
    "momentum": lambda model: setattr(model.get_layer("norm_1"), "momentum", 0.0),
    "normalization": lambda model: setattr(model.get_layer("norm_1"), "epsilon", 1.0),
    "penalty": lambda model: setattr(model.layers[1], "kernel_regularizer", None),
    "initializer": lambda model: setattr(
        model.layers[1], "kernel_initializer", keras.initializers.Zeros()
    ),
    "loss": lambda model: setattr(model, "loss_object", keras.losses.Poisson()),
    "stop": lambda model: setattr(model, "stop_training", True),
    "weights": lambda model: model.set_weights([0 * w for w in model.get_weights()]),
    "compilation": lambda model: model.compile(
        keras.optimizers.SGD(), keras.losses.Poisson(), model.metric_functions
    ),
}


class Change(keras.callbacks.Callback):
    def __init__(self, change):
        super().__init__()
        self.change = change

    def on_epoch_end(self, epoch, logs=None):
        self.change(self.model)


@pytest.fixture(scope="module")
def plain_fit(digits):
    """A fit, as it is in a new process: its network has never been compiled."""
    # With sample weights: the fits with callbacks leave this graph to be compiled.
    data = digits[0][:100], digits[1][:100], np.linspace(0.5, 1.5, 100)

    def fit():
        return clone(MLP).fit(*data).weights_

    return fit, fit()


@pytest.mark.parametrize(
    "way", [None, *(pytest.param(way, marks=pytest.mark.slow) for way in CHANGES)]
)
def test_changes_by_a_callback_do_not_reach_the_next_fit(
    way, digits, plain_fit, monkeypatch
):
    fit, expected = plain_fit
    monkeypatch.setattr(_train, "_pool", ModelPool())  # as in a new process
    ways = [way] if way else CHANGES
    callbacks = [Change(CHANGES[way]) for way in ways]
    clone(MLP).set_params(callbacks=callbacks).fit(digits[0][:100], digits[1][:100])
    for array, other in zip(fit(), expected, strict=True):
        np.testing.assert_array_equal(array, other)


@pytest.mark.parametrize("loop", ["compiled epoch", "Keras's own loop"])
def test_callbacks_know_that_more_accuracy_is_better(loop, digits):
    stopping = keras.callbacks.EarlyStopping("val_accuracy", patience=1)
    slower = keras.callbacks.ReduceLROnPlateau("accuracy", patience=0)
    callbacks = [stopping, slower]
    if loop != "compiled epoch":
        callbacks.append(keras.callbacks.ProgbarLogger())
    mlp = MLPDigitClassifier((16,), epochs=4, callbacks=callbacks, random_state=0)
    mlp.fit(digits[0], digits[1], validation_data=digits[2:])
    # It rises in each epoch; a callback that took less for better would stop.
    assert mlp.n_iter_ == 4


LOAD = """
import sys
import numpy as np
from skdigits.networks import register_layers

register_layers()
import os
import subprocess
import sys

import keras
X = np.load("X.npy")
for name in sys.argv[1:]:
    np.save(f"{name}.npy", keras.models.load_model(name).predict(X, verbose=0))
"""


def test_keras_loads_what_keras_saves(digits, tmp_path):
    X, y = digits[0][:100], digits[1][:100]
    checkpoint = keras.callbacks.ModelCheckpoint(tmp_path / "checkpoint.keras")
    cnn = clone(CNN).set_params(augmentation="shift", alpha=0.1, callbacks=[checkpoint])
    # After the training, its effect on the probabilities is undone.
    cnn.set_params(label_smoothing=0.0)
    cnn.fit(X, y).network_.save(tmp_path / "network.keras")
    np.save(tmp_path / "X.npy", X)
    names = ["checkpoint.keras", "network.keras"]
    subprocess.run(
        [sys.executable, "-c", LOAD, *names],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
    )
    for name in names:
        answers = np.load(tmp_path / f"{name}.npy")
        np.testing.assert_allclose(answers, cnn.predict_proba(X), atol=1e-5)
