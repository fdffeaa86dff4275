"""What holds for any pictures, labels and parameters."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from sklearn.base import clone

from skdigits import (
    CNNDigitClassifier,
    DenoisingAutoencoder,
    DigitGenerator,
    MLPDigitClassifier,
    SaltPepperNoise,
)
from skdigits.persistence import dump, load
from skdigits.preprocessing import DigitNormalizer

MLP = MLPDigitClassifier((3,), epochs=1, random_state=0)
SIDES = st.integers(1, 7)
FRACTIONS = st.floats(0, 1)
SEEDS = st.integers(0, 2**31 - 1)
LABELS = st.sampled_from(
    [
        [3, 7],
        [-5, 0, 10**12],
        [True, False],
        [0.0, 2.0],
        ["b", "a", "ü"],
        np.array(["x", "yy"], dtype=object),
        np.array([1, 200], dtype=np.uint8),
    ]
)


@st.composite
def stacks(draw):
    """Pictures of bytes, mostly of one grey with a few other pixels."""
    shape = draw(st.tuples(st.integers(4, 12), SIDES, SIDES))
    return draw(npst.arrays(np.uint8, shape))


def same_weights(one, other, tolerance=0.0):
    pairs = zip(one.weights_, other.weights_, strict=True)
    return all(np.allclose(a, b, rtol=0, atol=tolerance) for a, b in pairs)


@settings(max_examples=6)
@given(stack=stacks(), labels=LABELS)
def test_classifier_of_any_pictures_and_labels(stack, labels):
    y = np.asarray(labels)[np.arange(len(stack)) % len(labels)]
    mlp = clone(MLP).fit(stack, y)
    assert mlp.classes_.tolist() == sorted(labels)
    probabilities, predicted = mlp.predict_proba(stack), mlp.predict(stack)
    assert probabilities.shape == (len(stack), len(labels))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert predicted.dtype == y.dtype
    assert set(predicted) <= set(y)
    # One picture at a time, and in whatever form they come.
    rows = stack.reshape(len(stack), -1)
    alone = [mlp.predict_proba(rows[[i]])[0] for i in range(len(rows))]
    np.testing.assert_allclose(alone, probabilities, atol=1e-6)
    told = clone(MLP).set_params(image_shape=stack.shape[1:])
    for form in (rows.copy(order="F"), np.repeat(rows, 2, axis=1)[:, ::2]):
        assert same_weights(clone(told).fit(form, y.tolist()), mlp)
    assert same_weights(clone(MLP).fit(stack[..., np.newaxis], y), mlp)


@settings(max_examples=6)
@given(stack=stacks(), dtype=st.sampled_from(["f2", "f4", "f8"]))
def test_bytes_and_fractions_are_the_same_pictures(stack, dtype):
    y = np.arange(len(stack)) % 2
    fractions = (stack / 255).astype(dtype)
    # What is left of half precision.
    tolerance = 1e-3 if dtype == "f2" else 1e-6
    mlp = clone(MLP).fit(stack, y)
    np.testing.assert_allclose(
        mlp.predict_proba(stack), mlp.predict_proba(fractions), atol=tolerance
    )
    noise = SaltPepperNoise(0.5, random_state=0)
    if dtype != "f2":
        np.testing.assert_allclose(
            noise.fit_transform(stack) / 255, noise.fit_transform(fractions), atol=1e-6
        )
    assert noise.fit_transform(fractions.astype("f4")).dtype == np.float32


@settings(max_examples=4)
@given(
    stack=stacks(),
    architecture=st.sampled_from(["dense", "unet"]),
    amount=st.none() | FRACTIONS,
    salt=FRACTIONS,
)
def test_denoised_pictures_are_pictures(stack, architecture, amount, salt):
    denoiser = DenoisingAutoencoder(
        architecture,
        filters=(2,),
        hidden_layer_sizes=(2,),
        latent_size=2,
        noise_amount=amount,
        salt_vs_pepper=salt,
        epochs=1,
        random_state=0,
    )
    denoised = denoiser.fit(stack).transform(stack)
    assert denoised.shape == stack.shape
    assert denoised.dtype == np.float32
    assert denoised.min() >= 0
    assert denoised.max() <= 1
    if architecture == "unet":
        grey = (stack > 0) & (stack < 255)  # no salt, no pepper
        np.testing.assert_allclose(denoised[grey], stack[grey] / 255, atol=1e-6)


@given(
    X=npst.arrays(np.uint8, st.tuples(st.integers(1, 5), SIDES, SIDES))
    | npst.arrays(
        np.float64, st.tuples(st.integers(1, 5), SIDES, SIDES), elements=FRACTIONS
    ),
    amount=FRACTIONS,
    salt=FRACTIONS,
    seed=SEEDS,
)
def test_noise_is_salt_pepper_or_nothing(X, amount, salt, seed):
    before, white = X.copy(), 255 if X.dtype == np.uint8 else 1
    noise = SaltPepperNoise(amount, salt_vs_pepper=salt, random_state=seed)
    noisy = noise.fit_transform(X)
    np.testing.assert_array_equal(X, before)
    assert (noisy.shape, noisy.dtype) == (X.shape, X.dtype)
    changed = noisy != X
    assert np.isin(noisy[changed], (0, white)).all()
    if amount == 0:
        assert not changed.any()
    if amount == 1:
        assert np.isin(noisy, (0, white)).all()
    for wrong in [value for value, share in ((white, 0), (0, 1)) if salt == share]:
        assert not (noisy[changed] == wrong).any()
    np.testing.assert_array_equal(
        noise.fit_transform(X.reshape(len(X), -1)), noisy.reshape(len(X), -1)
    )


@settings(max_examples=30)
@given(amount=FRACTIONS, salt=FRACTIONS, seed=SEEDS)
def test_noise_has_the_shares_that_it_is_told(amount, salt, seed):
    X = np.random.default_rng(seed).uniform(0.1, 0.9, (100, 100))
    noisy = SaltPepperNoise(amount, salt_vs_pepper=salt, random_state=seed).transform(X)
    for value, share in ((1, amount * salt), (0, amount * (1 - salt))):
        # Six standard deviations of a binomial number, and a little for tiny ones.
        bound = 6 * math.sqrt(share * (1 - share) / X.size) + 6 / X.size
        assert abs((noisy == value).mean() - share) <= bound


@st.composite
def inky_pictures(draw):
    """One to three bars on paper that shows on all sides, light on dark."""
    height, width = draw(st.integers(9, 40)), draw(st.integers(9, 40))
    picture = np.zeros((height, width), np.uint8)
    for _ in range(draw(st.integers(1, 3))):
        top, left = draw(st.integers(2, height - 5)), draw(st.integers(2, width - 5))
        bottom = draw(st.integers(top + 2, height - 3))
        right = draw(st.integers(left + 2, width - 3))
        picture[top:bottom, left:right] = 255
    return picture


@settings(max_examples=60)
@given(picture=inky_pictures(), margin=st.integers(1, 15), paper=st.integers(0, 120))
def test_normalized_digits_stand_as_in_mnist(picture, margin, paper):
    normalizer = DigitNormalizer(invert=False)
    (digit,) = normalizer.fit_transform([picture])
    assert (digit.shape, digit.dtype, digit.max()) == ((28, 28), np.uint8, 255)
    used = [np.flatnonzero(digit.any(axis=1 - axis)) for axis in (0, 1)]
    assert all(np.ptp(lines) < 20 for lines in used)
    for axis, lines in enumerate(used):
        profile = digit.sum(axis=1 - axis, dtype=float)
        mean = profile @ np.arange(28) / profile.sum()
        at_the_edge = lines[0] == 0 or lines[-1] == 27
        assert abs(mean - 14) <= 0.5 + 1e-3 or at_the_edge
    # Neither more paper, nor its level, nor which of both is dark makes a difference.
    wide = np.pad(picture, margin)
    levels = np.where(wide > 0, 255, paper).astype(np.uint8)
    for same in (wide, levels):
        (other,) = normalizer.transform([same])
        np.testing.assert_allclose(other.astype(int), digit.astype(int), atol=2)
    (dark,) = DigitNormalizer(invert=True).transform([255 - picture])
    np.testing.assert_allclose(dark.astype(int), digit.astype(int), atol=2)


@settings(max_examples=6)
@given(
    stack=stacks(),
    labels=LABELS,
    sizes=st.lists(st.integers(1, 4), max_size=2),
    alpha=st.floats(0, 10),
    batch_norm=st.booleans(),
    resumable=st.booleans(),
)
def test_model_files_give_back_what_was_stored(
    stack, labels, sizes, alpha, batch_norm, resumable, tmp_path_factory
):
    y = np.asarray(labels)[np.arange(len(stack)) % len(labels)]
    mlp = clone(MLP).set_params(
        hidden_layer_sizes=tuple(sizes),
        alpha=alpha,
        batch_norm=batch_norm,
        warm_start=resumable,
        class_weight=dict.fromkeys(y.tolist(), 1.5),
    )
    mlp.fit(stack, y)
    path = tmp_path_factory.mktemp("models") / "model.safetensors"
    dump(mlp, path)
    loaded = load(path)
    assert loaded.get_params() == mlp.get_params()
    assert loaded.history_ == mlp.history_
    np.testing.assert_array_equal(loaded.predict(stack), mlp.predict(stack))
    np.testing.assert_array_equal(loaded.predict_proba(stack), mlp.predict_proba(stack))
    if resumable:
        assert same_weights(loaded.fit(stack, y), mlp.fit(stack, y))


SMALL = {"epochs": 1, "random_state": 0}
ESTIMATORS = [
    MLPDigitClassifier((2,), **SMALL),
    CNNDigitClassifier(((2,),), augmentation=None, **SMALL),
    DenoisingAutoencoder("dense", hidden_layer_sizes=(2,), latent_size=2, **SMALL),
    DenoisingAutoencoder(filters=(2,), **SMALL),
    DigitGenerator((2,), latent_size=2, n_components=1, **SMALL),
    SaltPepperNoise(random_state=0),
    DigitNormalizer(),
]
ODD = [
    *(None, True, -1, 0, 0.5, 1.5, math.nan, math.inf, 1j, "nonsense", "3", b"x"),
    *([], (), {}, [0], [None], (1, 2, 3), (-1, -1), [["a"]], ((),), {"a": "b"}),
    *(np.array([1.0]), np.float64(2), object()),
]
PARAMETERS = [(one, name) for one in ESTIMATORS for name in one.get_params(deep=False)]


def outcome(estimator):
    X = np.random.default_rng(0).integers(0, 256, (24, 8, 8)).astype(np.uint8)
    estimator.fit(X, np.arange(24) % 3)
    return estimator.transform(X) if hasattr(estimator, "transform") else None


@pytest.fixture
def in_a_folder(tmp_path, monkeypatch):
    """Any string is the name of a folder to remember trainings in."""
    monkeypatch.chdir(tmp_path)


def check_works_or_is_named(which, value):
    estimator, name = clone(which[0]), which[1]
    setattr(estimator, name, value)
    fault = None
    try:
        outcome(estimator)
    except ValueError as error:
        fault = str(error)
    assert fault is None or (name in fault and type(estimator).__name__ in fault)


odd_parameters = given(which=st.sampled_from(PARAMETERS), value=st.sampled_from(ODD))


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@odd_parameters
@example(which=(ESTIMATORS[0], "adversarial"), value=math.inf)
@example(which=(ESTIMATORS[0], "callbacks"), value=[0])
@example(which=(ESTIMATORS[1], "conv_blocks"), value=[None])
@example(which=(ESTIMATORS[3], "filters"), value=[])
def test_odd_parameters_work_or_are_named(which, value, in_a_folder):
    check_works_or_is_named(which, value)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@odd_parameters
def test_hundreds_of_odd_parameters_work_or_are_named(which, value, in_a_folder):
    check_works_or_is_named(which, value)
