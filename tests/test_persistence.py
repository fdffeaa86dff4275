"""Models that go through a file and come back the same."""

import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import sklearn
from _models import (
    BLIND_SPOT,
    CNN,
    DENOISER,
    ENCODER,
    GENERATOR,
    MLP,
    UNET,
    alpha_search,
    contents,
    forged,
    noisy_pipeline,
)
from sklearn.base import BaseEstimator, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_selection import SelectKBest
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    RandomizedSearchCV,
    ShuffleSplit,
    StratifiedKFold,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    StandardScaler,
)
from sklearn.semi_supervised import SelfTrainingClassifier

import skdigits
from skdigits import MLPDigitClassifier, RejectingClassifier, persistence
from skdigits.exceptions import ModelFileError
from skdigits.persistence import dump, load
from skdigits.preprocessing import DigitNormalizer

STORED = sorted(Path(__file__).with_name("data").glob("*.safetensors"))


@pytest.fixture(scope="module")
def few(digits):
    """Pictures and labels, enough for a fit of no quality."""
    return digits[0][:200], digits[1][:200]


def through_file(model, folder):
    dump(model, folder / "model.safetensors")
    return load(folder / "model.safetensors")


def answers(model, X):
    if hasattr(model, "predict_proba"):
        return model.predict_proba(X)
    if hasattr(model, "sample"):
        return model.sample(10)[0]
    return model.transform(X) if hasattr(model, "transform") else model.predict(X)


PUBLIC = [
    value
    for value in (getattr(skdigits, name) for name in skdigits.__all__)
    if isinstance(value, type) and issubclass(value, BaseEstimator)
]
REJECTING = RejectingClassifier(MLP, reject_label=0)
SMALL = {
    type(model): model for model in (MLP, CNN, UNET, GENERATOR, ENCODER, REJECTING)
}

MODELS = {
    **{
        cls.__name__: lambda X, cls=cls: clone(SMALL.get(cls) or cls(random_state=0))
        for cls in PUBLIC
    },
    "normalized": lambda X: make_pipeline(
        DigitNormalizer(size=8, box_size=6, image_shape=(8, 8)), clone(MLP)
    ),
    **{
        type(step).__name__: lambda X, step=step: make_pipeline(step, clone(MLP))
        for step in (MaxAbsScaler(), Normalizer(), PCA(64), StandardScaler())
    },
    "mixture": lambda X: GaussianMixture(2, random_state=0),
    "logistic": lambda X: LogisticRegression(max_iter=20),
    "halving of random candidates": lambda X: HalvingRandomSearchCV(
        clone(MLP),
        {"alpha": [0, 1]},
        resource="epochs",
        max_resources=2,
        cv=ShuffleSplit(2, random_state=0),
        random_state=0,
    ),
    "pipeline": lambda X: noisy_pipeline(X),
    "scaled": lambda X: make_pipeline(MinMaxScaler(), clone(MLP)),
    "dense denoiser": lambda X: clone(DENOISER),
    "blind spot": lambda X: clone(BLIND_SPOT),
    "augmented": lambda X: clone(CNN).set_params(augmentation="full"),
    "stopped": lambda X: clone(MLP).set_params(early_stopping=True),
    "frozen": lambda X: FrozenEstimator(clone(DENOISER).fit(X)),
    "dataframes": lambda X: make_pipeline(
        clone(DENOISER).set_output(transform="pandas"), clone(MLP)
    ),
    "grid": lambda X: alpha_search(),
    "grid_of_pipeline": lambda X: GridSearchCV(
        noisy_pipeline(X), {"noise__amount": np.array([0.1, 0.2])}, cv=2
    ),
    "grid_scores": lambda X: GridSearchCV(
        clone(MLP),
        {"alpha": np.logspace(-4, -3, 2)},
        scoring=["accuracy", "neg_log_loss"],
        refit="accuracy",
        cv=StratifiedKFold(2, shuffle=True, random_state=np.random.RandomState(0)),
    ),
    "halving": lambda X: HalvingGridSearchCV(
        clone(MLP),
        {"alpha": [0, 1]},
        resource="epochs",
        min_resources=1,
        max_resources=2,
        cv=2,
    ),
    "randomized": lambda X: RandomizedSearchCV(
        clone(MLP), {"alpha": [0, 1]}, n_iter=2, cv=2, random_state=0
    ),
    "voting": lambda X: VotingClassifier([("a", MLP), ("b", CNN)], voting="soft"),
    "stacking": lambda X: StackingClassifier([("a", MLP)], cv=2),
    "bagging": lambda X: BaggingClassifier(MLP, n_estimators=2, random_state=0),
    "boosting": lambda X: AdaBoostClassifier(MLP, n_estimators=2, random_state=0),
    "calibrated": lambda X: CalibratedClassifierCV(MLP, cv=2),
    "self_training": lambda X: SelfTrainingClassifier(MLP, max_iter=2),
}


FRESH = """
import sys
import numpy as np
from skdigits.persistence import load
from test_persistence import answers

X = np.load("X.npy")
np.savez("answers.npz", **{name: answers(load(name), X) for name in sys.argv[1:]})
"""


@pytest.fixture(scope="module")
def fitted(few):
    """All models."""
    X, y = few
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: make(X).fit(X, y) for name, make in MODELS.items()}


@pytest.fixture(scope="module")
def fresh(fitted, few, tmp_path_factory):
    """What a process answers that has only loaded the models."""
    folder = tmp_path_factory.mktemp("fresh")
    for name, model in fitted.items():
        dump(model, folder / name)
    np.save(folder / "X.npy", few[0][:20])
    subprocess.run(
        [sys.executable, "-c", FRESH, *MODELS],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
    )
    return np.load(folder / "answers.npz")


@pytest.mark.parametrize("name", MODELS)
def test_loaded_model_is_the_same(name, fitted, few, tmp_path):
    model = fitted[name]
    loaded = through_file(model, tmp_path)
    np.testing.assert_array_equal(answers(loaded, few[0]), answers(model, few[0]))
    address = re.compile("at 0x[0-9A-F]+")
    assert address.sub("", repr(loaded)) == address.sub("", repr(model))


@pytest.mark.parametrize("name", MODELS)
def test_fresh_process_answers_the_same(name, fitted, fresh, few):
    np.testing.assert_array_equal(fresh[name], answers(fitted[name], few[0][:20]))


def test_nothing_that_a_fit_sets_is_lost(fitted, tmp_path):
    """But what searches and bagging need only while they fit."""
    private = re.compile("_(checked_cv|max|n_samples|sample_weight|seeds).*")
    for model in fitted.values():
        names = vars(through_file(model, tmp_path)).keys()
        lost = {name for name in vars(model).keys() - names if not private.match(name)}
        assert not lost


def test_weights_of_half_precision_take_half_the_bytes(few, tmp_path):
    mlp = clone(MLP).set_params(hidden_layer_sizes=(400,)).fit(*few)
    persistence.dump(mlp, tmp_path / "single")
    # Values that only single precision holds, and a kernel that is not contiguous.
    halved = [weight.astype(np.float16).astype(np.float32) for weight in mlp.weights_]
    mlp.weights_ = [np.asfortranarray(halved[0]), *halved[1:3], halved[3] + 1e6]
    persistence.dump(mlp, tmp_path / "half")
    sizes = [(tmp_path / name).stat().st_size for name in ("single", "half")]
    assert sizes[1] < 0.6 * sizes[0]
    loaded = persistence.load(tmp_path / "half")
    for weight, expected in zip(loaded.weights_, mlp.weights_, strict=True):
        assert weight.dtype == np.float32
        assert weight.flags.f_contiguous == expected.flags.f_contiguous
        np.testing.assert_array_equal(weight, expected)


LABELS = {
    "strings": np.array(list("abcdefghij")),
    "objects": np.array(list("abcdefghij"), object),
    "integers": np.arange(10, 20, dtype=np.uint8),
    "floats": np.arange(10.0),
    "booleans": np.arange(10) > 4,
}


@pytest.mark.parametrize("name", LABELS)
def test_labels_keep_their_type(name, few, tmp_path):
    X, y = few
    model = clone(MLP).fit(X, LABELS[name][y])
    loaded = through_file(model, tmp_path)
    assert loaded.classes_.tolist() == model.classes_.tolist()
    assert loaded.classes_.dtype == LABELS[name].dtype


@pytest.mark.parametrize("seed", [None, 3, np.random.RandomState(3)])
def test_random_state_goes_on_where_it_was(seed, few, tmp_path):
    X, y = few
    model = clone(MLP).set_params(random_state=seed).fit(X, y)
    loaded = through_file(model, tmp_path)
    if isinstance(seed, np.random.RandomState):
        assert loaded.random_state.randint(2**31) == seed.randint(2**31)
    else:
        assert loaded.random_state == seed


def test_class_weight_keeps_its_labels(few, tmp_path):
    X, y = few
    weight = {np.int64(label): 1.0 + label for label in range(10)}
    model = clone(MLP).set_params(class_weight=weight).fit(X, y)
    assert through_file(model, tmp_path).class_weight == weight


def test_unfitted_model_can_be_fitted_after_loading(few, tmp_path):
    X, y = few
    loaded = through_file(clone(MLP), tmp_path)
    np.testing.assert_array_equal(
        loaded.fit(X, y).predict_proba(X), clone(MLP).fit(X, y).predict_proba(X)
    )


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_file_of_a_release_answers_as_it_did(path):
    X = skdigits.datasets.load_small_digits().data
    expected = np.load(path.with_suffix(".npy"))
    probabilities = load(path).predict_proba(X[: len(expected)])
    np.testing.assert_allclose(probabilities, expected, atol=1e-5)


def test_every_release_has_a_file():
    assert any(path.stem.endswith("-0.1.0") for path in STORED)


def test_parameter_missing_in_an_older_file_takes_its_default(few, tmp_path):
    path = tmp_path / "older.safetensors"
    dump(clone(MLP).set_params(batch_size=7).fit(*few), path)
    description, arrays = contents(path.read_bytes())
    del description["object"]["parameters"]["batch_size"]
    path.write_bytes(forged(description, arrays))
    assert load(path).batch_size == MLPDigitClassifier().batch_size


def test_metadata_requests_are_kept(tmp_path):
    with sklearn.config_context(enable_metadata_routing=True):
        model = clone(MLP).set_fit_request(sample_weight=True)
        loaded = through_file(model, tmp_path)
        assert loaded.get_metadata_routing().fit.requests["sample_weight"]


def test_settings_of_the_process_are_not_stored(tmp_path, few):
    """A loaded model must not use a stranger's folders, workers or callbacks."""
    model = clone(MLP).set_params(callbacks=[Callback()], memory="cache", verbose=0)
    grid = {"alpha": [0], "memory": [None], "verbose": [0]}
    search = GridSearchCV(model.set_params(callbacks=None, memory=None), grid, cv=2)
    search.fit(*few).set_params(n_jobs=2, verbose=1)
    search.estimator.set_params(callbacks=[Callback()], memory="cache")
    loaded = through_file(search, tmp_path)
    assert loaded.n_jobs is None
    assert loaded.estimator.get_params() == clone(MLP).get_params()
    assert loaded.param_grid == {"alpha": [0]}
    assert loaded.cv_results_["params"] == [{"alpha": 0}]
    assert loaded.best_params_ == {"alpha": 0}


class Callback:
    """As Keras's: an object with code."""


def diverged(model):
    model.fit(np.eye(64), range(64))
    model.weights_[0][0, 0] = np.nan
    return model


NOT_STORED = {
    "function": (
        lambda: make_pipeline(FunctionTransformer(np.log), MLP),
        "steps/0/1 is of type",
    ),
    "lambda": (
        lambda: GridSearchCV(MLP, {"alpha": [0]}, scoring=lambda *_: 0),
        "scoring is of type builtins.function",
    ),
    "compiled": (lambda: make_pipeline(SelectKBest(k=3), MLP), "SelectKBest"),
    "diverged": (
        lambda: diverged(clone(MLP)),
        "not finite",
    ),
    "too large": (lambda: MLPDigitClassifier((8000, 8000)), "above the limits"),
    "invalid": (lambda: clone(MLP).set_params(epochs=-1), "epochs"),
    "no estimator": (lambda: {"a": 1}, "dict is not an estimator"),
}


@pytest.mark.parametrize("name", NOT_STORED)
def test_refuses_what_it_cannot_store_and_says_which(name, tmp_path):
    make, words = NOT_STORED[name]
    with pytest.raises(ModelFileError) as error:
        dump(make(), tmp_path / "model.safetensors")
    assert words in str(error.value)
    assert str(tmp_path / "model.safetensors") in str(error.value)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def stored(few, tmp_path):
    """A model, and a file that is there already."""
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"before")
    return clone(MLP).fit(*few), path


def test_interrupted_dump_leaves_the_file_as_it_was(stored, monkeypatch):
    model, path = stored

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        dump(model, path)
    assert path.read_bytes() == b"before"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
@pytest.mark.parametrize("write", ["dump", "to_onnx"])
def test_full_disk_leaves_the_file_as_it_was(write, stored):
    import resource

    if write == "to_onnx":
        pytest.importorskip("onnx")
    model, path = stored
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match=f"File too large: '{path}'"):
            getattr(persistence, write)(model, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"before"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
@pytest.mark.parametrize("write", ["dump", "to_onnx"])
def test_read_only_folder_is_an_os_error(write, stored, read_only_folder):
    if write == "to_onnx":
        pytest.importorskip("onnx")
    with pytest.raises(PermissionError, match="Permission denied"):
        getattr(persistence, write)(stored[0], read_only_folder / "model.safetensors")
    assert not list(read_only_folder.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="links of POSIX")
def test_dump_replaces_what_a_link_points_to_and_keeps_its_mode(stored):
    model, path = stored
    path.chmod(0o640)
    link = path.with_name("link.safetensors")
    link.symlink_to(path)
    dump(model, link)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert load(path).epochs == model.epochs


def test_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing.safetensors")


@pytest.mark.parametrize("path", ["/dev/zero", "."])
def test_device_or_folder_is_refused(path):
    if not Path(path).exists():
        pytest.skip(f"no {path} here")
    with pytest.raises(ModelFileError, match=r"(?i)is a (pipe or a device|folder)"):
        load(path)
