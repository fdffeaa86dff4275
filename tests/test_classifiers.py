"""Both classifiers: right numbers, every kind of input, clear errors."""

import pickle
import threading

import joblib
import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from sklearn.base import clone
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline

from skdigits import CNNDigitClassifier, MLPDigitClassifier, networks
from skdigits.exceptions import PixelRangeWarning

CLASSIFIERS = [
    MLPDigitClassifier((32,), epochs=12, batch_size=32, random_state=0),
    CNNDigitClassifier(((8,), (16,)), epochs=6, batch_size=32, random_state=0),
]
both = pytest.mark.parametrize(
    "classifier", CLASSIFIERS, ids=lambda classifier: type(classifier).__name__
)


@pytest.fixture(scope="module", params=CLASSIFIERS, ids=lambda c: type(c).__name__)
def fitted(request, digits):
    return clone(request.param).fit(*digits[:2])


def same_weights(first, second):
    pairs = zip(first.weights_, second.weights_, strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


# Numbers


def test_probabilities_equal_numpy_forward_pass(digits):
    X, y, X_test, _ = digits
    mlp = MLPDigitClassifier((20, 10), epochs=2, random_state=0).fit(X, y)
    kernels, biases = mlp.weights_[::2], mlp.weights_[1::2]
    hidden = X_test.astype(float)
    for kernel, bias in zip(kernels[:-1], biases[:-1], strict=True):
        hidden = np.maximum(hidden @ kernel + bias, 0)
    odds = np.exp(hidden @ kernels[-1] + biases[-1])
    expected = odds / odds.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(mlp.predict_proba(X_test), expected, atol=1e-6)


def test_decision_function_is_the_log_odds(digits):
    X, y, X_test, _ = digits
    mlp = MLPDigitClassifier((), epochs=2, random_state=0).fit(X, y > 4)
    kernel, bias = (array.astype(float) for array in mlp.weights_)
    logits = X_test @ kernel + bias
    odds = mlp.decision_function(X_test)
    np.testing.assert_allclose(odds, logits[:, 1] - logits[:, 0], atol=1e-4)
    np.testing.assert_array_equal(mlp.predict(X_test), odds > 0)


def test_logarithms_of_probabilities_are_finite(digits):
    X, y, X_test, _ = digits
    mlp = MLPDigitClassifier((), epochs=1, random_state=0).fit(X, y)
    mlp.weights_ = [1000 * array for array in mlp.weights_]
    probabilities = mlp.predict_proba(X_test)
    assert probabilities.min() == 0
    scores = mlp.predict_log_proba(X_test)
    np.testing.assert_allclose(np.exp(scores), probabilities, rtol=1e-4, atol=2e-38)
    assert np.isfinite(scores).all()
    np.testing.assert_array_equal(mlp.decision_function(X_test), scores)


def test_reported_loss_is_cross_entropy_plus_penalty(digits):
    X, y, _, _ = digits
    mlp = MLPDigitClassifier((16,), alpha=0.02, epochs=2, random_state=0)
    mlp.fit(X, y, validation_data=(X, y))
    correct = mlp.predict_proba(X)[np.arange(len(y)), y]
    penalty = 0.02 * (mlp.weights_[0].astype(float) ** 2).sum()
    expected = -np.log(correct).mean() + penalty
    assert mlp.validation_loss_curve_[-1] == pytest.approx(expected, rel=1e-4)
    assert mlp.validation_scores_[-1] == pytest.approx(mlp.score(X, y))


def test_accuracy_equals_plain_keras(digits):
    X, y, X_test, y_test = digits
    ours, plain = [], []
    for seed in range(2):
        mlp = MLPDigitClassifier(
            (64,), alpha=1e-4, epochs=15, batch_size=32, random_state=seed
        )
        ours.append(mlp.fit(X, y).score(X_test, y_test))
        network = networks.mlp((8, 8), 10, hidden_layer_sizes=(64,), alpha=1e-4)
        # Compiling with XLA takes longer than training.
        network.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
        network.fit(X, y, batch_size=32, epochs=15, verbose=0)
        predicted = network.predict(X_test, verbose=0).argmax(axis=1)
        plain.append((predicted == y_test).mean())
    # Means of two seeds on 397 pictures; one picture is 0.25 points.
    assert np.mean(ours) == pytest.approx(np.mean(plain), abs=0.02)


def test_lab_network_has_55050_parameters():
    X = np.random.default_rng(0).random((20, 28, 28))
    mlp = MLPDigitClassifier((64, 64), epochs=1).fit(X, np.arange(20) % 10)
    assert mlp.n_parameters_ == 55_050
    assert mlp.network_.count_params() == 55_050


def test_lab_cnn_is_one_setting():
    X = np.random.default_rng(0).random((20, 28, 28))
    cnn = CNNDigitClassifier(
        ((32, 64),),
        kernel_size=3,
        padding="valid",
        batch_norm=False,
        hidden_layer_sizes=64,
        epochs=1,
    ).fit(X, np.arange(20) % 10)
    assert cnn.n_parameters_ == 609_354


@pytest.mark.parametrize(("side", "padding"), [(28, "valid"), (8, "same")])
def test_small_images_are_padded(side, padding):
    X = np.random.default_rng(0).random((20, side, side))
    automatic, explicit = (
        CNNDigitClassifier(((4,), (6,)), padding=padding, epochs=1, random_state=0)
        .fit(X, np.arange(20) % 10)
        .n_parameters_
        for padding in ("auto", padding)
    )
    assert automatic == explicit


# Kinds of input


def test_learns_the_digits(fitted, digits):
    assert fitted.score(*digits[2:]) > 0.85


@both
def test_flat_rows_stacks_lists_and_frames_are_the_same(classifier, digits):
    X, y = digits[0][:200], digits[1][:200]
    names = [f"pixel_{i}" for i in range(64)]
    reference = clone(classifier).fit(X, y)
    for form in (
        X.reshape(-1, 8, 8),
        X.reshape(-1, 8, 8, 1),
        X.tolist(),
        X.reshape(-1, 8, 8).tolist(),
        X.astype(float),
        pd.DataFrame(X, columns=names),
    ):
        other = clone(classifier).fit(form, y)
        assert same_weights(reference, other)
        assert (other.predict(form) == reference.predict(X)).all()
    assert other.feature_names_in_.tolist() == names


def test_uint8_is_scaled(digits):
    X = np.round(digits[0] * 255).astype(np.uint8)
    mlp = clone(CLASSIFIERS[0])
    from_bytes = clone(mlp).fit(X, digits[1]).predict_proba(X)
    from_floats = clone(mlp).fit(X / 255, digits[1]).predict_proba(X / 255)
    np.testing.assert_allclose(from_bytes, from_floats, atol=1e-3)


def test_pixels_outside_unit_range_warn(digits):
    X, y, _, _ = digits
    with pytest.warns(PixelRangeWarning, match=r"\[0, 16\].*uint8"):
        fitted = clone(CLASSIFIERS[0]).fit(X * 16, y)
    with pytest.warns(PixelRangeWarning, match="MLPDigitClassifier"):
        fitted.predict(X * 16)


def test_missing_labels_are_named_with_the_class(digits):
    for classifier in CLASSIFIERS:
        message = rf"{type(classifier).__name__}\.fit\(X, y, .*'y'"
        with pytest.raises(TypeError, match=message):
            clone(classifier).fit(digits[0])


def test_string_labels(digits):
    names = np.array(["zero", "one", "two", "three", "four"])
    X, y = digits[0], digits[1]
    some = y < 5
    mlp = clone(CLASSIFIERS[0]).fit(X[some], names[y[some]])
    assert mlp.classes_.tolist() == sorted(names)
    assert mlp.score(X[some], names[y[some]]) > 0.9


def test_image_shape_of_oblong_pictures():
    X = np.random.default_rng(0).random((30, 6, 9))
    y = np.arange(30) % 3
    cnn = CNNDigitClassifier(((4,),), epochs=1)
    assert cnn.fit(X, y).image_shape_ == (6, 9)
    flat = clone(cnn).set_params(image_shape=(6, 9)).fit(X.reshape(30, 54), y)
    assert flat.image_shape_ == (6, 9)
    assert clone(cnn).fit(X.reshape(30, 54), y).image_shape_ == (1, 54)


def test_a_single_pixel_can_be_moved_and_deformed():
    # scikit-learn's checks are run without augmentation, which takes them longer.
    X, y = np.linspace(0, 1, 30)[:, None], np.arange(30) % 3
    assert CNNDigitClassifier(((4,),), epochs=1).fit(X, y).image_shape_ == (1, 1)


# Randomness


@both
def test_same_seed_same_network_whatever_the_global_seeds(classifier, digits):
    X, y = digits[0][:300], digits[1][:300]
    first = clone(classifier).fit(X, y)
    keras.utils.set_random_seed(77)
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    second = clone(classifier).fit(X, y)
    assert same_weights(first, second)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    assert not same_weights(
        first, clone(classifier).set_params(random_state=1).fit(X, y)
    )


def test_fit_leaves_tensorflow_random_sequence_alone(digits):
    import tensorflow as tf

    tf.random.set_seed(5)
    expected = [float(tf.random.uniform([])) for _ in range(2)]
    tf.random.set_seed(5)
    drawn = [float(tf.random.uniform([]))]
    clone(CLASSIFIERS[1]).fit(*digits[:2])
    assert [*drawn, float(tf.random.uniform([]))] == expected


@both
def test_order_of_pictures_does_not_matter(classifier, digits):
    X, y = digits[0][:300], digits[1][:300]
    order = np.random.default_rng(0).permutation(300)
    first, second = (
        clone(classifier).fit(X, y),
        clone(classifier).fit(X[order], y[order]),
    )
    assert same_weights(first, second)


# Weights


@both
def test_integer_weights_are_repetitions_in_small_batches(classifier, digits):
    X, y = digits[0][:300], digits[1][:300]
    weight = np.random.default_rng(0).integers(0, 4, 300)
    weighted = clone(classifier).fit(X, y, sample_weight=weight)
    repeated = clone(classifier).fit(X.repeat(weight, axis=0), y.repeat(weight))
    assert same_weights(weighted, repeated)


def test_scale_of_fractional_weights_does_not_matter(digits):
    X, y, _, _ = digits
    weight = np.random.default_rng(0).uniform(0.5, 1.5, len(y))
    mlp = clone(CLASSIFIERS[0])
    first = clone(mlp).fit(X, y, sample_weight=weight).predict_proba(X)
    second = clone(mlp).fit(X, y, sample_weight=1000 * weight).predict_proba(X)
    np.testing.assert_allclose(first, second, atol=1e-3)


def test_class_weight_by_label_moves_predictions(digits):
    X, y, X_test, _ = digits
    labels = np.where(y == 8, "eight", "other")
    mlp = MLPDigitClassifier((16,), epochs=3, batch_size=32, random_state=0)
    counts = [
        (
            clone(mlp).set_params(class_weight=weight).fit(X, labels).predict(X_test)
            == "eight"
        ).sum()
        for weight in ({"other": 50.0}, None, "balanced", {"eight": 50.0})
    ]
    assert counts[0] <= counts[1] <= counts[2] <= counts[3]
    assert counts[0] < counts[3]


# Validation, history and callbacks


@both
def test_validation_fraction_holds_out_a_stratified_part(classifier, digits):
    fit = clone(classifier).set_params(validation_fraction=0.2).fit(*digits[:2])
    assert len(fit.validation_scores_) == fit.n_iter_ == classifier.epochs
    assert set(fit.history_) == {"loss", "accuracy", "val_loss", "val_accuracy"}


def noise_to_memorize():
    """Images without any pattern: whoever knows their labels was trained on them."""
    rng = np.random.default_rng(0)
    mlp = MLPDigitClassifier(
        (32,),
        alpha=0,
        epochs=40,
        batch_size=32,
        learning_rate=0.01,
        validation_fraction=0.3,
        random_state=0,
    )
    return mlp, rng.random((200, 64), "f4"), rng.integers(10, size=200)


def test_repeated_images_are_held_out_with_all_their_copies():
    mlp, X, y = noise_to_memorize()
    weight = np.random.default_rng(1).integers(1, 5, 200)
    weighted = clone(mlp).fit(X, y, sample_weight=weight)
    assert weighted.history_["accuracy"][-1] > 0.9
    assert weighted.validation_scores_[-1] < 0.3
    repeated = clone(mlp).fit(X.repeat(weight, axis=0), y.repeat(weight))
    assert repeated.history_ == weighted.history_
    assert same_weights(repeated, weighted)


def test_bootstrapped_images_are_held_out_with_all_their_copies():
    mlp, X, y = noise_to_memorize()
    bagging = BaggingClassifier(mlp, n_estimators=2, random_state=0).fit(X, y)
    for network in bagging.estimators_:
        assert network.history_["accuracy"][-1] > 0.9
        assert network.validation_scores_[-1] < 0.35


def test_resumed_fit_holds_out_the_same_images():
    mlp, X, y = noise_to_memorize()
    mlp.set_params(warm_start=True, random_state=np.random.RandomState(0))
    for _ in range(2):
        mlp.fit(X, y)
    assert mlp.history_["accuracy"][-1] > 0.9
    assert max(mlp.validation_scores_) < 0.35


def test_validation_curves_absent_without_validation(fitted):
    assert not hasattr(fitted, "validation_scores_")
    assert fitted.loss_curve_[-1] < fitted.loss_curve_[0]


def test_unknown_validation_label_is_named(digits):
    X, y, _, _ = digits
    with pytest.raises(ValueError, match=r"validation_data holds the labels \[77\]"):
        clone(CLASSIFIERS[0]).fit(X, y, validation_data=(X[:1], [77]))


class Recorder(keras.callbacks.Callback):
    """Appends to a list of the caller, behind a lock that cannot be copied."""

    def __init__(self, losses):
        super().__init__()
        self.losses = losses
        self.lock = threading.Lock()

    def on_epoch_end(self, epoch, logs=None):
        with self.lock:
            self.losses.append(logs["loss"])


def test_fit_calls_the_callbacks_that_it_was_given(digits):
    recorder = Recorder([])
    mlp = clone(CLASSIFIERS[0]).set_params(callbacks=[recorder])
    assert mlp.fit(*digits[:2]).history_["loss"] == recorder.losses


def test_callbacks_of_clones_are_their_own(digits):
    stopping = keras.callbacks.EarlyStopping("loss", patience=0, min_delta=10)
    mlp = clone(CLASSIFIERS[0]).set_params(callbacks=[stopping])
    for _ in range(2):
        assert mlp.fit(*digits[:2]).n_iter_ == 2
        mlp = clone(mlp)
    assert mlp.callbacks[0] is not stopping


def test_learning_rate_of_a_callback_is_obeyed(digits):
    stop = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * (epoch < 2))
    mlp = clone(CLASSIFIERS[0]).set_params(learning_rate_schedule="constant")
    stopped = clone(mlp).set_params(callbacks=[stop], epochs=5).fit(*digits[:2])
    assert same_weights(stopped, mlp.set_params(epochs=2).fit(*digits[:2]))


# Persistence


def test_fitted_state_is_plain_data(fitted):
    fitted.network_  # noqa: B018
    for value in vars(fitted).values():
        assert "keras" not in type(value).__module__
        assert "tensorflow" not in type(value).__module__


def test_read_only_memory_map_predicts(fitted, digits, tmp_path):
    joblib.dump(fitted, tmp_path / "model.joblib")
    mapped = joblib.load(tmp_path / "model.joblib", mmap_mode="r")
    np.testing.assert_array_equal(
        mapped.predict_proba(digits[2]), fitted.predict_proba(digits[2])
    )


def test_unpickled_network_is_rebuilt(fitted, digits):
    network = pickle.loads(pickle.dumps(fitted)).network_
    expected = fitted.predict_proba(digits[2])
    # Logits of 10 are exact to 1e-6; that is the relative error of probabilities.
    np.testing.assert_allclose(
        network.predict(digits[2], verbose=0), expected, rtol=1e-5, atol=1e-6
    )


def test_changed_parameters_leave_the_fitted_network_alone(digits):
    mlp = clone(CLASSIFIERS[0]).fit(*digits[:2])
    before = mlp.predict_proba(digits[2])
    mlp.set_params(hidden_layer_sizes=(3,), alpha=1.0)
    np.testing.assert_array_equal(mlp.predict_proba(digits[2]), before)


@both
def test_reduced_precision_hardly_changes_training_and_not_prediction(
    classifier, digits
):
    X, y, X_test, _ = digits
    full = clone(classifier).fit(X, y)
    reduced = clone(classifier).set_params(precision="mixed_bfloat16").fit(X, y)
    assert reduced.loss_curve_ != full.loss_curve_
    assert reduced.loss_curve_[-1] == pytest.approx(full.loss_curve_[-1], rel=0.02)
    assert {array.dtype for array in reduced.weights_} == {np.dtype("float32")}
    # float32 weights in a float32 network.
    same = full.network_
    same.set_weights(reduced.weights_)
    np.testing.assert_allclose(
        reduced.predict_proba(X_test),
        same(X_test.reshape(len(X_test), -1)),
        rtol=1e-5,
        atol=1e-6,
    )


def test_prediction_does_not_depend_on_the_batch(fitted, digits):
    X = digits[0]
    one_by_one = np.vstack([fitted.predict_proba(X[i : i + 1]) for i in range(50)])
    together = fitted.predict_proba(X)[:50]
    np.testing.assert_allclose(together, one_by_one, rtol=1e-5, atol=1e-6)


def test_more_pictures_than_memory_takes_at_once_keep_their_order(fitted, digits):
    X = digits[0]
    n_times = 150_000 // len(X)
    np.testing.assert_allclose(
        fitted.predict_proba(np.concatenate([X] * n_times)),
        np.concatenate([fitted.predict_proba(X)] * n_times),
        rtol=1e-5,
        atol=1e-6,
    )


# Bad input


@both
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"alpha": -1.0}, "'alpha' parameter of {name} .*Got -1.0"),
        ({"epochs": 0}, "'epochs' parameter of {name} .*Got 0"),
        ({"learning_rate": 0.0}, "'learning_rate' parameter of {name} .*Got 0.0"),
        ({"activation": "rellu"}, "'activation' parameter of {name} .*'relu'.*rellu"),
        ({"activation": "logistic"}, "'logistic' is 'sigmoid'.*Got 'logistic'"),
        ({"class_weight": "even"}, "'class_weight' parameter of {name} .*'balanced'"),
        ({"image_shape": (7, 8)}, r"{name}: image_shape=\(7, 8\) .*64 features"),
        ({"hidden_layer_sizes": (8, 0)}, r"{name}: hidden_layer_sizes=\(8, 0\)"),
        ({"class_weight": {7: 2.0, 77: 1.0}}, r"{name}: class_weight .* labels \[77\]"),
        ({"class_weight": {7: -1.0}}, r"{name}: class_weight=.*numbers >= 0"),
        ({"class_weight": dict.fromkeys(range(10), 0)}, "{name}: .*not all 0"),
        ({"validation_fraction": 1.0}, "'validation_fraction' parameter of {name}"),
    ],
)
def test_bad_parameter_is_named(classifier, parameters, message, digits):
    bad = clone(classifier).set_params(**parameters)
    with pytest.raises(ValueError, match=message.format(name=type(bad).__name__)):
        bad.fit(*digits[:2])


@both
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X, y: (np.where(X > 0.9, np.nan, X), y), "X contains NaN"),
        (lambda X, y: (np.where(X > 0.9, np.inf, X), y), "X contains infinity"),
        (lambda X, y: (X, y + 0.5), "{name}: Unknown label type: continuous"),
        (lambda X, y: (X, np.zeros_like(y)), "{name} needs .*two classes, got 1 class"),
        (lambda X, y: (X, np.eye(10)[y]), r"{name}: .*pass y\.argmax\(axis=1\)"),
        (lambda X, y: (X[0], y[:1]), r"{name}: .*pass X\.reshape\(1, -1\)"),
        (lambda X, y: (X[:0], y[:0]), "0 sample.*{name}"),
        (lambda X, y: (X, y[:-1]), "inconsistent numbers of samples"),
        (lambda X, y: (np.ones((len(X), 8, 8, 3)), y), "{name}: .*3 channels"),
        (lambda X, y: (["a.png", "b.png"], y[:2]), "{name}: .*'a.png'.*read_pictures"),
        (
            lambda X, y: ([np.ones((8, 8)), np.ones((9, 8))], y[:2]),
            "{name}: .*differ in size.*DigitNormalizer",
        ),
        (
            lambda X, y: ([[[0.5] * 8] * 8, [[0.5] * 9] * 8], y[:2]),
            "{name}: .*differ in size.*DigitNormalizer",
        ),
        (
            lambda X, y: ([[0.5] * 64, [0.5] * 65], y[:2]),
            "{name}: .*differ in length, from 64 to 65 pixels",
        ),
        (
            lambda X, y: (np.array(["a.png", "b.png"]), y[:2]),
            "{name}: .*'a.png'.*read_pictures",
        ),
    ],
)
def test_bad_data_is_named(classifier, change, message, digits):
    with pytest.raises(
        ValueError, match=message.format(name=type(classifier).__name__)
    ):
        clone(classifier).fit(*change(*digits[:2]))


def test_wrong_number_of_features_is_named(fitted):
    with pytest.raises(ValueError, match="X has 63 features, but .* is expecting 64"):
        fitted.predict(np.zeros((1, 63)))


@pytest.mark.parametrize("shape", [(4, 16), (80, 80)])
def test_wrong_picture_shape_is_named(fitted, shape):
    message = f"expected images of 8x8 pixels, as in fit, got {shape[0]}x{shape[1]}"
    with pytest.raises(ValueError, match=message):
        fitted.predict(np.zeros((1, *shape)))


def test_single_image_is_named(fitted, digits):
    with pytest.raises(ValueError, match=r"8x8 pixels.*pass X\[np.newaxis\]"):
        fitted.predict(digits[2][0].reshape(8, 8))
    with pytest.raises(ValueError, match=r"\(64,\).*pass X.reshape\(1, -1\)"):
        fitted.predict(digits[2][0])


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (lambda X, y: (X,), "got a tuple of length 1"),
        (lambda X, y: (X, y, y), "got a tuple of length 3"),
        (lambda X, y: X, "got a ndarray"),
        (lambda X, y: (X, np.eye(10)[y]), r"pass validation_data\[1\].argmax"),
        (lambda X, y: (X, y.astype(str)), r"labels \['0', '1'"),
        (lambda X, y: (X[:5], y[:4]), "validation_data has 5 images, but 4 labels"),
        (lambda X, y: (X[:, 1:], y), "in validation_data, X has 63 features"),
    ],
)
def test_malformed_validation_data_is_named(parts, message, digits):
    X, y = digits[0][:100], digits[1][:100]
    with pytest.raises(ValueError, match=f"MLPDigitClassifier: .*{message}"):
        clone(CLASSIFIERS[0]).fit(X, y, validation_data=parts(X, y))


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("max_iter", "CNNDigitClassifier has no parameter max_iter: pass epochs."),
        ("learning_rate_init", "pass learning_rate."),
        ("kernel", "pass kernel_size."),
        ("solver", "its parameters are conv_blocks, .*verbose."),
    ],
)
def test_parameters_of_other_libraries_are_answered_with_ours(parameter, message):
    with pytest.raises(TypeError, match=message):
        CNNDigitClassifier(**{parameter: 10})
    with pytest.raises(ValueError, match=message):
        make_pipeline(CNNDigitClassifier()).set_params(
            **{f"cnndigitclassifier__{parameter}": 10}
        )


@pytest.mark.parametrize(
    "name",
    [
        *("classes_", "history_", "weights_", "loss_curve_", "n_iter_"),
        *("n_parameters_", "validation_scores_"),
    ],
)
def test_results_of_the_unfitted_are_named(name):
    assert not hasattr(MLPDigitClassifier(), name)
    with pytest.raises(NotFittedError, match="MLPDigitClassifier"):
        getattr(MLPDigitClassifier(), name)


@both
def test_unfitted_is_named(classifier, digits):
    with pytest.raises(NotFittedError, match=type(classifier).__name__):
        clone(classifier).predict(digits[0])


def test_negative_and_all_zero_weights_are_refused(digits):
    X, y, _, _ = digits
    with pytest.raises(ValueError, match="[Nn]egative"):
        clone(CLASSIFIERS[0]).fit(X, y, sample_weight=np.full(len(y), -1.0))
    with pytest.raises(ValueError, match="weights are zero"):
        clone(CLASSIFIERS[0]).fit(X, y, sample_weight=np.zeros(len(y)))


@pytest.mark.parametrize("blocks", [(100,), [32, 64], ((32,), 64)])
def test_units_in_the_place_of_conv_blocks_are_named(blocks, digits):
    with pytest.raises(ValueError, match=r"conv_blocks=.*hidden_layer_sizes="):
        CNNDigitClassifier(blocks).fit(*digits[:2])


def test_too_small_pictures_for_valid_convolutions_are_refused(digits):
    cnn = CNNDigitClassifier(((8,), (8,)), padding="valid", kernel_size=5)
    with pytest.raises(ValueError, match=r"8x8 pixels are too small .*padding='same'"):
        cnn.fit(*digits[:2])


def test_early_stopping_keeps_the_best_epoch(digits):
    mlp = MLPDigitClassifier(
        (32,),
        alpha=0,
        early_stopping=True,
        n_iter_no_change=2,
        epochs=200,
        # A rate at which the loss soon goes up again.
        learning_rate=0.05,
        learning_rate_schedule="constant",
        random_state=0,
    ).fit(*digits[:2], validation_data=digits[2:])
    losses = mlp.validation_loss_curve_
    assert len(losses) == int(np.argmin(losses)) + 3 < 200
    assert log_loss(digits[3], mlp.predict_proba(digits[2])) == pytest.approx(
        min(losses), rel=1e-3
    )


def test_early_stopping_holds_pictures_out_by_itself(digits):
    mlp = MLPDigitClassifier((8,), early_stopping=True, epochs=2).fit(*digits[:2])
    assert len(mlp.validation_scores_) == 2
    with pytest.raises(ValueError, match="early_stopping=True needs validation"):
        mlp.set_params(validation_fraction=0.0).fit(*digits[:2])


def test_smoothed_loss_is_that_of_smoothed_targets(digits):
    X, y, _, _ = digits
    # The loss of the only step is that of the initial weights: seen with no step size.
    mlp = MLPDigitClassifier(
        (), alpha=0, epochs=1, batch_size=1400, learning_rate=1e-30, random_state=0
    )
    probabilities = mlp.fit(X, y).predict_proba(X)
    targets = np.full((len(y), 10), 0.03) + 0.7 * np.eye(10)[y]
    expected = -(targets * np.log(probabilities)).sum(axis=1).mean()
    mlp.set_params(label_smoothing=0.3).fit(X, y)
    assert mlp.loss_curve_[0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("augmentation", [{"shear": 0.1}, {"shift": -1}, {"order": 2}])
def test_unknown_augmentation_is_named(digits, augmentation):
    with pytest.raises(ValueError, match="augmentation=.*'shift', 'rotation'"):
        CNNDigitClassifier(augmentation=augmentation).fit(*digits[:2])


def test_adversarial_training_holds_out_against_moved_pictures(digits):
    X, y, X_test, y_test = digits

    def accuracy_where_it_hurts(adversarial):
        mlp = MLPDigitClassifier(
            (64,), adversarial=adversarial, batch_size=32, random_state=0
        ).fit(X, y)
        # Ten steps of a tenth up the gradient of the true label's surprise.
        moved = tf.constant(X_test, tf.float32)
        for _ in range(10):
            with tf.GradientTape() as tape:
                tape.watch(moved)
                loss = keras.losses.sparse_categorical_crossentropy(
                    y_test, mlp.network_(moved)
                )
            moved += 0.1 * tf.math.l2_normalize(tape.gradient(loss, moved), axis=1)
        return (mlp.network_(moved).numpy().argmax(axis=1) == y_test).mean()

    assert accuracy_where_it_hurts(1.0) > accuracy_where_it_hurts(0.0) + 0.2
