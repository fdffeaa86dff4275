"""Fits that end early: the estimator stays as it was."""

import _thread
import ctypes
import pickle
import signal
import threading
from contextlib import contextmanager

import keras
import numpy as np
import pytest
import tensorflow as tf
from _models import DENOISER, GENERATOR, MLP, UNET
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skdigits import SaltPepperNoise
from skdigits._training import (
    _engine,
    _fit_progress,
    _loop,
    _prediction,
    _tensorflow_forward,
    _train,
)
from skdigits._training._pool import ModelPool
from skdigits._training._progress import epoch_observer
from skdigits.preprocessing import DigitNormalizer


class Interrupt(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise KeyboardInterrupt


INTERRUPTED = {"callbacks": [Interrupt()], "activation": "tanh", "random_state": 1}
networks = pytest.mark.parametrize(
    "estimator",
    [MLP, DENOISER, GENERATOR],
    ids=lambda estimator: type(estimator).__name__,
)


@networks
@pytest.mark.parametrize("warm_start", [False, True])
def test_interrupted_fit_leaves_the_fitted_estimator_whole(
    estimator, warm_start, digits
):
    X, y = digits[0][:200], digits[1][:200]
    names = {"warm_start": warm_start, **INTERRUPTED}.keys()
    fitted = clone(estimator).fit(X, y)
    before = {name: value for name, value in vars(fitted).items() if name not in names}
    fitted.set_params(warm_start=warm_start, **INTERRUPTED)
    labels = y if warm_start else y % 3
    with pytest.raises(KeyboardInterrupt):
        fitted.fit(X[:100] / 2, labels[:100])
    after = {name: value for name, value in vars(fitted).items() if name not in names}
    assert after.keys() == before.keys()
    assert all(after[name] is before[name] for name in before)


@networks
def test_interrupted_first_fit_leaves_the_estimator_unfitted(estimator, digits):
    unfitted = clone(estimator).set_params(**INTERRUPTED)
    with pytest.raises(KeyboardInterrupt):
        unfitted.fit(*digits[:2])
    assert vars(unfitted).keys() == vars(clone(estimator)).keys()
    with pytest.raises(NotFittedError):
        unfitted.network_  # noqa: B018


def test_interrupted_partial_fit_leaves_the_fitted_estimator_whole(digits):
    X, y, X_test, _ = digits
    mlp = clone(MLP).partial_fit(X, y, classes=np.arange(10))
    before = mlp.predict_proba(X_test)
    mlp.set_params(**INTERRUPTED)
    with pytest.raises(KeyboardInterrupt):
        mlp.partial_fit(X, y)
    assert mlp.n_iter_ == 1
    for same in (mlp, pickle.loads(pickle.dumps(mlp))):
        np.testing.assert_array_equal(same.predict_proba(X_test), before)


@pytest.fixture
def many(digits):
    """Images for tens of thousands of steps, and their labels."""
    return np.tile(digits[0], (20, 1)), np.tile(digits[1], 20)


@pytest.fixture
def step_by_step(monkeypatch):
    """Single steps per call, all reported, in new graphs."""
    monkeypatch.setattr(_train, "_pool", ModelPool())
    monkeypatch.setattr(_engine, "_EVALUATION_BATCH", 1)
    monkeypatch.setattr(_loop, "_SECONDS_PER_CALL", 0)
    monkeypatch.setattr(_fit_progress, "_LONG_EPOCH", 0)
    monkeypatch.setattr(_fit_progress, "_INTERVAL", 0)
    return clone(MLP).set_params(batch_size=1)


@contextmanager
def interrupted_after(event):
    """Expect an interrupt, which another thread sends after the event."""

    def interrupt():
        if event.wait(60):
            _thread.interrupt_main()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # as in terminals
    threading.Thread(target=interrupt, daemon=True).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def observed(reaches):
    """List of the epochs done, and an event: their number reaches this one."""
    seen, event = [], threading.Event()

    def observe(done, _):
        seen.append(done)
        if done >= reaches:
            event.set()

    token = epoch_observer.set(observe)
    try:
        yield seen, event
    finally:
        epoch_observer.reset(token)


def test_interrupt_within_an_epoch_ends_the_fit(step_by_step, many, digits):
    fitted = step_by_step.fit(digits[0][:100], digits[1][:100])
    before = vars(fitted).copy()
    with observed(0.001) as (seen, event), interrupted_after(event):
        fitted.fit(*many)
    assert 0 < seen[-1] < 1
    assert vars(fitted) == before


def test_interrupt_in_the_validation_ends_the_fit(step_by_step, many, digits):
    with observed(1) as (seen, event), interrupted_after(event):
        step_by_step.fit(*digits[:2], validation_data=many)
    assert seen.count(1) == 1  # of training, not of the epoch
    assert not hasattr(step_by_step, "weights_")


def test_fit_after_an_interrupted_one_is_as_in_a_new_process(
    step_by_step, many, digits
):
    X, y = digits[0][:100], digits[1][:100]
    expected = clone(step_by_step).fit(X, y)
    with observed(0.001) as (_, event), interrupted_after(event):
        clone(step_by_step).fit(*many)
    again = clone(step_by_step).fit(X, y)
    assert again.history_ == expected.history_
    for array, expected_array in zip(again.weights_, expected.weights_, strict=True):
        np.testing.assert_array_equal(array, expected_array)


def test_exception_raised_in_a_thread_ends_its_fit(step_by_step, many):
    """Signals reach the main thread only; Python offers this for others."""
    seen = []

    def fit():
        with observed(0.001) as (done, event):
            seen.append((done, event))
            started.set()
            with pytest.raises(KeyboardInterrupt):
                step_by_step.fit(*many)

    started = threading.Event()
    thread = threading.Thread(target=fit)
    thread.start()
    assert started.wait(60)
    done, event = seen[0]
    assert event.wait(60)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread.ident), ctypes.py_object(KeyboardInterrupt)
    )
    thread.join()
    assert 0 < done[-1] < 1


def test_interrupt_ends_the_prediction_of_many_images(many, digits, monkeypatch):
    done, event, run = [], threading.Event(), tf.raw_ops.PartitionedCall

    def counting(**arguments):
        done.append(1)
        event.set()
        return run(**arguments)

    monkeypatch.setattr(_prediction, "_forward_functions", {})
    monkeypatch.setattr(_prediction, "_NUMPY_PRODUCTS_WITHOUT_GRAPH", 0)
    monkeypatch.setattr(_tensorflow_forward, "_PREDICTION_SIZE", 1)
    monkeypatch.setattr(tf.raw_ops, "PartitionedCall", counting)
    denoiser = clone(DENOISER).fit(digits[0])
    with interrupted_after(event):
        denoiser.transform(many[0])
    assert 0 < len(done) < len(many[0])


@pytest.mark.parametrize("transformer", [SaltPepperNoise(), DigitNormalizer()])
def test_refused_images_leave_the_transformer_whole(transformer, digits):
    pandas = pytest.importorskip("pandas")
    transformer = clone(transformer).fit(digits[0])
    refused = pandas.DataFrame({"a": [0.0], "b": [np.nan]})
    with pytest.raises(ValueError, match="NaN"):
        transformer.fit(refused)
    assert not hasattr(transformer, "feature_names_in_")
    assert transformer.n_features_in_ == 64


def test_latent_space_is_that_of_the_fitted_network(digits):
    dense = clone(DENOISER).fit(digits[0]).set_params(architecture="unet")
    assert dense.decode(dense.encode(digits[2])).shape == digits[2].shape
    unet = clone(UNET).fit(digits[0]).set_params(architecture="dense")
    assert not hasattr(unet, "decode")


def test_training_does_not_resume_in_another_network(digits):
    mlp = clone(MLP).fit(*digits[:2]).set_params(hidden_layer_sizes=(9,))
    with pytest.raises(ValueError, match="training cannot resume.*clone"):
        mlp.partial_fit(*digits[:2])
