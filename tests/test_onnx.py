"""Models in ONNX Runtime answer as they do in Keras."""

import json

import numpy as np
import pytest
from _models import (
    BLIND_SPOT,
    CNN,
    DENOISER,
    MLP,
    UNET,
    alpha_search,
    noisy_pipeline,
)
from sklearn.base import clone
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skdigits import SaltPepperNoise
from skdigits.exceptions import ModelFileError
from skdigits.persistence import to_onnx

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def few(digits):
    return digits[0][:200], digits[1][:200]


@pytest.fixture
def session(tmp_path):
    """A model in ONNX Runtime."""

    def start(model):
        to_onnx(model, tmp_path / "model.onnx")
        return runtime.InferenceSession(tmp_path / "model.onnx")

    return start


def answers(session, X):
    outputs = session.run(None, {"pixels": X.astype(np.float32)})
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, outputs, strict=True))


def assert_reads_alike(model, session, X):
    read = answers(session, X)
    expected = model.predict_proba(X)
    np.testing.assert_allclose(read["probabilities"], expected, atol=TOLERANCE)
    np.testing.assert_array_equal(
        read["label"], model.classes_[read["probabilities"].argmax(axis=1)]
    )


ACTIVATIONS = ("elu", "gelu", "relu", "selu", "sigmoid", "silu", "tanh")
CLASSIFIERS = {
    "mlp": MLP,
    "softmax regression": clone(MLP).set_params(hidden_layer_sizes=()),
    "cnn": CNN,
    **{
        activation: clone(CNN).set_params(
            activation=activation, hidden_layer_sizes=(6,)
        )
        for activation in ACTIVATIONS
    },
    "lab": clone(CNN).set_params(
        conv_blocks=((4, 6),),
        kernel_size=3,
        padding="valid",
        batch_norm=False,
        hidden_layer_sizes=5,
    ),
    "odd": clone(CNN).set_params(kernel_size=2),
    "one line": clone(CNN).set_params(image_shape=(1, 64)),
}


@pytest.mark.parametrize(
    "name",
    [
        # In the default run, test_layer_kinds.py has every activation.
        pytest.param(name, marks=pytest.mark.slow if name in ACTIVATIONS else ())
        for name in CLASSIFIERS
    ],
)
def test_classifier(name, few, session):
    X, y = few
    model = clone(CLASSIFIERS[name]).fit(X, y)
    assert_reads_alike(model, session(model), X)


def test_pictures_of_odd_sides(few, session):
    X, y = few[0].reshape(-1, 8, 8)[:, :7, :5], few[1]
    model = clone(CNN).fit(X, y)
    rows = X.reshape(len(X), -1)
    assert_reads_alike(model, session(model), rows)


DENOISERS = {"dense": DENOISER, "unet": UNET, "blind spot": BLIND_SPOT}


@pytest.mark.parametrize("image_shape", [(8, 8), (7, 5)])
@pytest.mark.parametrize("name", DENOISERS)
def test_denoiser(name, image_shape, few, session):
    stack = few[0].reshape(-1, 8, 8)[:, : image_shape[0], : image_shape[1]]
    noisy = SaltPepperNoise(0.3, random_state=0).fit_transform(stack)
    denoiser = clone(DENOISERS[name]).fit(noisy)
    rows = noisy.reshape(len(noisy), -1)
    np.testing.assert_allclose(
        answers(session(denoiser), rows)["pictures"],
        denoiser.transform(rows),
        atol=TOLERANCE,
    )


def test_classifier_trained_on_moved_and_deformed_pictures(few, session):
    X, y = few
    for model in (
        clone(MLP).set_params(batch_norm=True, adversarial=0.1, dropout=0.1),
        clone(CNN).set_params(augmentation={"shift": 0.1}),
    ):
        model.fit(X, y)
        assert_reads_alike(model, session(model), X)


@pytest.mark.parametrize("classifier", [MLP, CNN])
def test_pipeline_after_the_channel(classifier, few, session):
    X, y = few
    pipeline = noisy_pipeline(X).set_params(classify=clone(classifier)).fit(X, y)
    assert_reads_alike(pipeline[1:], session(pipeline[1:]), X)


def test_pipeline_with_gaps_and_two_denoisers(few, session):
    X, y = few
    pipeline = make_pipeline(clone(DENOISER), "passthrough", clone(DENOISER), MLP)
    pipeline.fit(X, y)
    assert_reads_alike(pipeline, session(pipeline), X)


def test_search_stands_for_its_best_model(few, session):
    X, y = few
    search = GridSearchCV(
        make_pipeline(FrozenEstimator(clone(DENOISER).fit(X)), clone(MLP)),
        {"mlpdigitclassifier__alpha": [0, 1]},
        cv=2,
    ).fit(X, y)
    assert_reads_alike(search, session(search), X)


@pytest.mark.parametrize("n", [1, 7])
def test_any_number_of_pictures(n, few, session):
    X, y = few
    model = clone(CNN).fit(X, y)
    assert_reads_alike(model, session(model), X[:n])


@pytest.mark.parametrize("labels", [np.arange(10) + 7, np.array(list("abcdefghij"))])
def test_labels_and_metadata(labels, few, session):
    X, y = few
    started = session(clone(MLP).fit(X, labels[y]))
    assert set(answers(started, X)["label"]) <= set(labels.tolist())
    metadata = started.get_modelmeta().custom_metadata_map
    assert json.loads(metadata["classes"]) == labels.tolist()
    assert json.loads(metadata["image_shape"]) == [8, 8]


REFUSED = {
    "noise": (lambda X: noisy_pipeline(X), "pipeline[1:]"),
    "voting": (lambda X: VotingClassifier([("a", MLP)]), "VotingClassifier"),
    "search for another": (
        lambda X: GridSearchCV(VotingClassifier([("a", MLP)]), {}, cv=2),
        "VotingClassifier",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_what_has_no_onnx_form(name, few, tmp_path):
    X, y = few
    make, words = REFUSED[name]
    with pytest.raises(ModelFileError) as error:
        to_onnx(make(X).fit(X, y), tmp_path / "model.onnx")
    assert words in str(error.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("model", [MLP, alpha_search()], ids=["network", "search"])
def test_model_must_be_fitted(model, tmp_path):
    with pytest.raises((NotFittedError, ModelFileError)):
        to_onnx(clone(model), tmp_path / "model.onnx")
