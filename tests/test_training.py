"""What makes many fits cheap: shared graphs, bounded caches, a share of the cores."""

import multiprocessing
import os
import subprocess
import sys
import tracemalloc
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import joblib
import keras
import numpy as np
import pytest
import tensorflow as tf
from _models import DENOISER
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skdigits import MLPDigitClassifier
from skdigits._training import _pool, _prediction, _train
from skdigits._training._engine import EpochModel
from skdigits._training._progress import epoch_observer
from skdigits._training._tensorflow_forward import forward_function


@pytest.fixture
def traces(monkeypatch):
    """List that grows by one with each training graph made."""
    made = []
    trace = EpochModel._train_steps

    def counting(self, *arguments):
        made.append(self.name)
        return trace(self, *arguments)

    monkeypatch.setattr(EpochModel, "_train_steps", counting)
    return made


def test_a_sweep_makes_one_graph(digits, traces):
    X, y, _, _ = digits
    mlp = MLPDigitClassifier((11,))
    for i, n_samples in enumerate([1000, 933, 49, 1400]):
        mlp.set_params(
            alpha=(1.0, 0.1, 0.0, 0.01)[i],
            learning_rate=0.001 * (i + 1),
            epochs=i + 1,
            batch_size=50 * (i + 1),
            random_state=i,
        )
        mlp.fit(X[:n_samples], y[:n_samples])
    assert len(traces) == 1


def test_class_weights_share_a_graph(digits, traces):
    X, y, _, _ = digits
    mlp = MLPDigitClassifier((13,), epochs=1)
    for class_weight in ({0: 2.0}, {1: 3.0, 2: 0.5}, "balanced"):
        mlp.set_params(class_weight=class_weight).fit(X, y)
    assert len(traces) == 1


def test_kept_models_are_bounded(digits, monkeypatch):
    X, y, _, _ = digits
    for module in (_pool, _prediction):
        monkeypatch.setattr(module, "POOL_SIZE", 2)
    monkeypatch.setattr(_prediction, "_NUMPY_PRODUCTS", 0)
    monkeypatch.setattr(_prediction, "_NUMPY_PRODUCTS_WITHOUT_GRAPH", 0)
    for units in range(1, 4):
        fitted = MLPDigitClassifier((units,), epochs=1).fit(X[:50], y[:50])
        fitted.predict(X)
    assert len(_train._pool._idle) == 2
    assert len(_prediction._forward_functions) == 2


def test_some_hundred_images_are_predicted_without_a_graph(digits, monkeypatch):
    X, y, X_test, _ = digits
    monkeypatch.setattr(_prediction, "_forward_functions", {})
    mlp = MLPDigitClassifier((300, 200), epochs=1).fit(X[:50], y[:50])
    from_numpy = mlp.predict_proba(X_test)
    assert not _prediction._forward_functions
    from_tensorflow = mlp.predict_proba(np.tile(X_test, (5, 1)))
    assert len(_prediction._forward_functions) == 1
    np.testing.assert_allclose(from_tensorflow[: len(X_test)], from_numpy, atol=1e-6)


def test_dropped_models_are_freed(digits, monkeypatch):
    X, y = digits[0][:50], digits[1][:50]
    built = weakref.WeakSet()
    compile_model = _train._compile

    def noting(*arguments):
        model = compile_model(*arguments)
        built.add(model)
        return model

    monkeypatch.setattr(_train, "_compile", noting)
    monkeypatch.setattr(_train, "_pool", _pool.ModelPool())
    monkeypatch.setattr(_pool, "POOL_SIZE", 2)
    for units in range(1, 8):
        MLPDigitClassifier((units,), epochs=1).fit(X, y)
    assert len(built) <= 2 + 2  # those that are kept, and those not yet freed


def test_threads_build_models_one_at_a_time():
    # Two threads that build the first model change its class's bases at once: Keras
    # then fails with "a __bases__ item causes an inheritance cycle".
    pool = _pool.ModelPool()
    with pool.lend("kind", pool._building.locked, returns=False) as was_locked:
        assert was_locked


def test_prediction_goes_in_steps_of_bounded_memory():
    sizes = []

    class Watch(keras.layers.Layer):
        def call(self, x):
            def note(x):
                sizes.append(x.size)
                return x

            return tf.ensure_shape(tf.numpy_function(note, [x], tf.float32), x.shape)

    pixels = keras.Input((4,))
    wide = Watch()(keras.layers.Dense(10_000)(pixels))
    network = keras.Model(pixels, keras.layers.Dense(3)(wide))
    weights = [
        np.random.default_rng(0).random(variable.shape, dtype="float32")
        for variable in network.weights
    ]
    predict = forward_function(network, None)
    X = np.random.default_rng(1).random((2000, 4), dtype="float32")
    outputs = predict([tf.constant(array) for array in weights], X)
    # 16 MiB of float32 in the largest layer.
    assert max(sizes) <= 2**22
    assert sum(sizes) == 2000 * 10_000
    kernel, bias, last_kernel, last_bias = map(np.float64, weights)
    expected = (X @ kernel + bias) @ last_kernel + last_bias
    np.testing.assert_allclose(outputs, expected, rtol=1e-5)


def test_a_refit_forgets_the_fit_before(digits):
    X, y, _, _ = digits
    mlp = MLPDigitClassifier((9,), epochs=2, random_state=0)
    first = clone(mlp).fit(X, y)
    other = clone(mlp).set_params(random_state=5, learning_rate=0.1, alpha=1.0)
    other.fit(X[:90], y[:90])
    again = clone(mlp).fit(X, y)
    for before, after in zip(first.weights_, again.weights_, strict=True):
        np.testing.assert_array_equal(before, after)


def test_fits_in_threads_equal_fits_in_turn(digits):
    X, y, _, _ = digits
    mlps = [MLPDigitClassifier((10,), epochs=3, random_state=i) for i in range(4)]
    in_turn = [clone(mlp).fit(X, y).weights_ for mlp in mlps]
    with ThreadPoolExecutor(4) as threads:
        at_once = list(threads.map(lambda mlp: clone(mlp).fit(X, y).weights_, mlps))
    for expected, weights in zip(in_turn, at_once, strict=True):
        for a, b in zip(expected, weights, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-5)


def test_predictions_from_threads_equal_those_in_turn(digits):
    X, y, _, _ = digits
    mlp = MLPDigitClassifier((10,), epochs=1, random_state=0).fit(X, y)
    expected = mlp.predict_proba(X)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: mlp.predict_proba(X), range(20)))
    assert all(np.array_equal(answer, expected) for answer in answers)


def _threads_after_a_fit(X, y):
    MLPDigitClassifier((3,), epochs=1).fit(X, y)
    import tensorflow as tf

    return tf.config.threading.get_intra_op_parallelism_threads()


def test_worker_processes_share_the_cores(digits, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    X, y = digits[0][:50], digits[1][:50]
    jobs = [joblib.delayed(_threads_after_a_fit)(X, y) for _ in range(2)]
    threads = joblib.Parallel(n_jobs=2)(jobs)
    assert threads == [max(1, joblib.cpu_count() // 2)] * 2


def test_grid_search_in_worker_processes_equals_local(digits, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)  # the workers are those above
    X, y, _, _ = digits
    mlp = MLPDigitClassifier((32,), epochs=15, batch_size=32, random_state=0)
    local, parallel = (
        GridSearchCV(clone(mlp), {"alpha": [0.0, 1e-3]}, cv=2, n_jobs=n_jobs).fit(X, y)
        for n_jobs in (1, 2)
    )
    np.testing.assert_allclose(
        local.cv_results_["mean_test_score"],
        parallel.cv_results_["mean_test_score"],
        atol=0.01,
    )


DETERMINISM = """
from joblib import parallel_config
from sklearn.model_selection import GridSearchCV
from skdigits import CNNDigitClassifier
from skdigits.datasets import load_small_digits
X, y = load_small_digits(return_X_y=True)
cnn = CNNDigitClassifier(((4,),), epochs=3, random_state=0)
for n_jobs in (1, 2):
    search = GridSearchCV(cnn, {"alpha": [0.0, 1e-3]}, cv=2, n_jobs=n_jobs)
    with parallel_config(backend="loky", inner_max_num_threads=1):
        search.fit(X[:900], y[:900])
    results = search.cv_results_
    print([results[f"split{fold}_test_score"].tolist() for fold in range(2)],
          search.predict_proba(X[900:]).tobytes().hex())
"""


@pytest.mark.slow
def test_one_process_and_two_agree_to_the_bit_with_equal_threads():
    shown = subprocess.run(
        [sys.executable, "-c", DETERMINISM],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    alone, together = shown.stdout.splitlines()
    assert alone == together


def _score(mlp, X, y):
    return mlp.score(X, y)


def test_spawned_process_predicts(digits):
    X, y, X_test, y_test = digits
    mlp = MLPDigitClassifier((8,), epochs=3, random_state=0).fit(X, y)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        score = pool.apply(_score, (mlp, X_test, y_test))
    assert score == mlp.score(X_test, y_test)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_forked_process_predicts_and_refuses_to_train(digits):
    X, y = digits[0][:50], digits[1][:50]
    mlp = MLPDigitClassifier((8,), epochs=1).fit(X, y)
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply(mlp.score, (X, y)) == mlp.score(X, y)
        with pytest.raises(RuntimeError, match="forked from one in which TensorFlow"):
            pool.apply(mlp.fit, (X, y))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_many_fits_keep_memory_bounded(digits):
    X, y = digits[0][:200], digits[1][:200]
    mlp = MLPDigitClassifier((16,), epochs=1)
    for i in range(130):
        mlp.set_params(alpha=10.0 ** -(i % 7)).fit(X, y).predict(X[:2])
        if i == 30:
            before = _resident_mib()
    assert _resident_mib() - before < 20  # 0.2 MiB a fit


def _resident_mib():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.parametrize(
    "estimator", [MLPDigitClassifier((8,)), DENOISER], ids=["classifier", "denoiser"]
)
def test_memory_mapped_images_are_not_copied(estimator, tmp_path):
    images = np.lib.format.open_memmap(
        tmp_path / "images.npy", "w+", np.float32, (8000, 28, 28)
    )
    images[:] = np.random.default_rng(0).random((len(images), 1, 1), np.float32)
    estimator = clone(estimator).set_params(epochs=1, batch_size=2000)
    y = np.arange(len(images)) % 10
    estimator.fit(images[:100], y[:100])  # imports, and compiles
    # Memory that NumPy allocates; TensorFlow reads aligned arrays in place.
    tracemalloc.start()
    estimator.fit(images, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < images.nbytes / 4


def test_kept_model_does_not_hold_the_pictures(digits):
    import gc

    X = digits[0].copy()
    alive = weakref.ref(X)
    clone(DENOISER).fit(X)
    del X
    gc.collect()
    assert alive() is None


def test_observer_is_notified_of_each_epoch(digits):
    X, y, _, _ = digits
    mlp, seen = MLPDigitClassifier((8,), epochs=3, random_state=0), []
    token = epoch_observer.set(lambda *progress: seen.append(progress))
    watched = mlp.fit(X, y).predict_proba(X)
    epoch_observer.reset(token)
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    np.testing.assert_array_equal(mlp.fit(X, y).predict_proba(X), watched)
    assert len(seen) == 4
