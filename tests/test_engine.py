"""The compiled loop against Keras's own loop and optimizer."""

from itertools import count
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from skdigits._training import _engine, _loop
from skdigits._training._engine import EpochModel
from skdigits._training._metrics import accuracy
from skdigits._training._optimizer import FusedAdam
from skdigits._training._schedules import constant, one_cycle
from skdigits.networks._architectures import MLP
from skdigits.networks._keras_layers import SharedL2


class WatchesBatches(keras.callbacks.Callback):
    n_batches = 0

    def on_train_batch_end(self, batch, logs=None):
        self.n_batches += 1


def compiled(optimizer, metric=accuracy, alpha=0.01, dropout=0.0):
    penalty = SharedL2()
    network = MLP((8, 8), 10, (16,), "relu", False, dropout).build(penalty)
    model = EpochModel(network.inputs, network.outputs)
    model.compile(
        optimizer,
        keras.losses.SparseCategoricalCrossentropy(),
        {"accuracy": metric},
        penalty=penalty,
    )
    model.reset(iter(range(100)).__next__)
    model.penalty.alpha.assign(alpha)
    model.optimizer.learning_rate.assign(0.01)
    return model


@pytest.mark.parametrize(
    ("dtype", "schedule", "static"),
    [("float32", one_cycle, True), ("uint8", constant, False)],
)
def test_compiled_epoch_equals_keras_loop(digits, dtype, schedule, static):
    X, y, X_test, y_test = digits
    if dtype == "uint8":
        X, X_test = (np.round(pixels * 255).astype("uint8") for pixels in (X, X_test))
    weight = np.linspace(0.5, 1.5, len(X)).astype("float32")
    fit = {
        "batch_size": 100,  # 14 full batches
        "epochs": 3,
        "sample_weight": weight,
        "indices": np.arange(1390),  # the last batch is not full
        "validation_data": (X_test, y_test.astype("int32")),
        "schedule": schedule,
    }
    ours = compiled(FusedAdam())
    keras_own = compiled(
        keras.optimizers.Adam(), keras.metrics.sparse_categorical_accuracy
    )
    watch, reports = WatchesBatches(), []
    history = ours.fit(X, y.astype("int32"), static_batches=static, **fit).history
    expected = keras_own.fit(
        *(X, y.astype("int32")), callbacks=[watch], report=reports.append, **fit
    ).history
    assert watch.n_batches == 3 * 14
    assert reports == [batch / 14 for batch in range(1, 15)] * 3
    for array, expected_array in zip(
        ours.get_weights(), keras_own.get_weights(), strict=True
    ):
        np.testing.assert_allclose(array, expected_array, atol=2e-4)
    assert history.keys() == expected.keys()
    for name in history:
        np.testing.assert_allclose(history[name], expected[name], rtol=2e-3)


def test_steps_per_call_do_not_change_a_fit(digits, monkeypatch):
    X, y, X_test, y_test = digits
    monkeypatch.setattr(_engine, "_EVALUATION_BATCH", 100)  # 4 steps, one incomplete
    # Each call takes a second.
    monkeypatch.setattr(_loop, "time", SimpleNamespace(perf_counter=count().__next__))
    model = compiled(FusedAdam(), dropout=0.2)
    model.fit(X[:20], y[:20].astype("int32"), batch_size=100, epochs=1)
    calls, results = {}, {}
    for seconds in (0, 3, 100):
        monkeypatch.setattr(_loop, "_SECONDS_PER_CALL", seconds)
        model.reset(iter(range(100)).__next__)
        reports = calls[seconds] = []
        history = model.fit(
            *(X[:1390], y[:1390].astype("int32")),
            batch_size=100,  # 14 steps, the last one incomplete
            epochs=2,
            validation_data=(X_test, y_test.astype("int32")),
            schedule=one_cycle,
            report=reports.append,
        ).history
        results[seconds] = history, model.get_weights(), model.optimizer_state()
    assert calls == {
        0: [stop / 14 for stop in range(1, 15)] * 2,
        3: [1 / 14, 4 / 14, 13 / 14, 1.0, 3 / 14, 12 / 14, 1.0],
        100: [6 / 14, 1.0, 1.0],
    }
    for result in (results[0], results[3]):
        for same, expected in zip(result, results[100], strict=True):
            np.testing.assert_equal(same, expected)


def test_changed_settings_and_sizes_need_no_new_graph(digits):
    X, y, _, _ = digits
    model = compiled(FusedAdam())
    for n_samples, alpha in [(1000, 0.1), (999, 0.01), (20, 0.0), (1400, 1.0)]:
        model.penalty.alpha.assign(alpha)
        model.fit(X[:n_samples], y[:n_samples].astype("int32"), batch_size=32, epochs=1)
    assert model.n_traces == 1


class NotesWhatUpdatesWaitFor(FusedAdam):
    def apply(self, grads, trainable_variables=None):
        operations = tf.compat.v1.get_default_graph().get_operations
        self.penalties = {op for op in operations() if op.type == "L2Loss"}
        super().apply(grads, trainable_variables)
        updates = [op for op in operations() if op.type == "ResourceApplyAdam"]
        self.waited_for = [everything_before(update) for update in updates]


def everything_before(operation):
    before, todo = set(), [operation]
    while todo:
        one = todo.pop()
        inputs = [tensor.op for tensor in one.inputs] + list(one.control_inputs)
        todo += set(inputs) - before
        before.update(inputs)
    return before


def test_weights_are_updated_when_the_penalty_is_known(digits):
    # Before, TensorFlow would have to copy them.
    X, y, _, _ = digits
    optimizer = NotesWhatUpdatesWaitFor()
    compiled(optimizer).fit(X, y.astype("int32"), batch_size=32, epochs=1)
    assert len(optimizer.penalties) == 1
    assert len(optimizer.waited_for) == 4  # kernels and biases of two layers
    for waited_for in optimizer.waited_for:
        assert optimizer.penalties <= waited_for


def test_early_stopping_restores_best_weights(digits):
    X, y, X_test, y_test = digits
    validation = X_test, y_test.astype("int32")
    model = compiled(FusedAdam())
    stopping = keras.callbacks.EarlyStopping(
        "val_loss", patience=1, restore_best_weights=True, start_from_epoch=1
    )
    # A rate at which the loss soon goes up again.
    model.optimizer.learning_rate.assign(0.5)
    history = model.fit(
        *(X, y.astype("int32")),
        batch_size=32,
        epochs=50,
        validation_data=validation,
        callbacks=[stopping],
    ).history
    losses = history["val_loss"]
    assert len(losses) < 50
    restored = model.evaluate(*validation, verbose=0, return_dict=True)["loss"]
    assert restored == pytest.approx(min(losses[1:]), rel=1e-4)
