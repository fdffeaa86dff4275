"""Files that were not written by `dump`: refused, and nothing in them runs."""

import os
import sys
import tracemalloc
import warnings
from contextlib import contextmanager

import numpy as np
import pytest
from _hostile import FORGED, mutants
from _models import MLP, alpha_search, noisy_pipeline
from _watch import HARMLESS, RUNS
from sklearn.base import clone

from skdigits.exceptions import ModelFileError
from skdigits.persistence import dump, load

# Bytes that reading a bad file may take, beside some times its own size.
MEMORY = 16 * 2**20
_events: list[str] | None = None


def _listen(event, _):
    if _events is not None and event.startswith(RUNS) and event not in HARMLESS:
        _events.append(event)


sys.addaudithook(_listen)


@contextmanager
def nothing_runs():
    """Fail if code runs that has no business in a load."""
    global _events
    _events, modules = [], set(sys.modules)
    try:
        yield
        assert _events == []
        assert not {"antigravity", "this"} & (set(sys.modules) - modules)
    finally:
        _events = None


@contextmanager
def little_memory(limit=MEMORY):
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def X(digits):
    return digits[0][:100]


@pytest.fixture(scope="module")
def originals(digits, tmp_path_factory):
    """Files as they should be; loaded once, so that all imports are done."""
    X, y = digits[0][:200], digits[1][:200]
    weight = dict.fromkeys(range(10), 1.0)
    generator = np.random.RandomState(0)
    models = {
        "mlp": clone(MLP).set_params(class_weight=weight, random_state=generator),
        "pipeline": noisy_pipeline(X),
        "search": alpha_search(),
    }
    path = tmp_path_factory.mktemp("originals") / "model.safetensors"
    files = {}
    for name, model in models.items():
        dump(model.fit(X, y), path)
        load(path).predict(X)
        files[name] = path.read_bytes()
    return files


@pytest.mark.parametrize("name", FORGED)
def test_forged_files_are_refused(name, originals, tmp_path):
    hostile, word = FORGED[name]
    path = tmp_path / "hostile.safetensors"
    data = hostile(originals["mlp"])
    path.write_bytes(data)
    with (
        pytest.raises(ModelFileError) as error,
        nothing_runs(),
        little_memory(MEMORY + 40 * len(data)),
    ):
        load(path)
    message = str(error.value)
    assert word in message
    assert message.startswith(f"{path}: ")
    assert "skdigits.persistence.dump" in message
    assert len(message) < 2000


@pytest.mark.parametrize("name", ["mlp", "pipeline", "search"])
def test_loaded_model_touches_nothing(name, originals, X, digits, tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(originals[name])
    model = load(path)
    path.unlink()
    with nothing_runs():
        assert repr(model)
        model.get_params()
        model.predict(X)
        clone(model).fit(X, digits[1][:100])
    assert not list(tmp_path.iterdir())


def check_mutants(originals, X, tmp_path, n, seed):
    """Each is refused, or loaded into a model that answers; count both."""
    path = tmp_path / "mutant.safetensors"
    counts = {"refused": 0, "loaded": 0}
    for _, _, data in mutants(originals, n, seed):
        path.write_bytes(data)
        with nothing_runs(), little_memory():
            try:
                model = load(path)
            except ModelFileError:
                counts["refused"] += 1
                continue
        counts["loaded"] += 1
        assert sound(model, X)
    assert sum(counts.values()) == n
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    return counts


def sound(model, X):
    """Whether a model of changed contents answers, or says what it lacks."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            probabilities = model.predict_proba(X)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError):
        return True
    return probabilities.shape[0] == len(X)


def test_mutants_are_refused_or_answer(originals, X, tmp_path):
    counts = check_mutants(originals, X, tmp_path, 300, seed=0)
    assert counts["refused"] > 150


@pytest.mark.slow
def test_thousands_of_mutants_are_refused_or_answer(originals, X, tmp_path):
    counts = check_mutants(originals, X, tmp_path, 5000, seed=1)
    sys.stdout.write(f"{counts}\n")
    assert counts["refused"] > 2500


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ModelFileError, match="Is a pipe"):
        load(tmp_path / "pipe")
