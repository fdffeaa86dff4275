"""New digits: the generator by label, and the latent space of an autoencoder."""

import joblib
import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from skdigits import DenoisingAutoencoder, DigitGenerator, MLPDigitClassifier
from skdigits.generation import (
    interpolate_latent,
    perturb_latent,
    sample_latent_space,
    sharpen,
)
from skdigits.networks import conditional_vae


@pytest.fixture(scope="module")
def generator(digits):
    return DigitGenerator(
        (128,),
        latent_size=16,
        beta=0.03,
        n_components=3,
        epochs=60,
        batch_size=32,
        random_state=0,
    ).fit(*digits[:2])


@pytest.fixture(scope="module")
def autoencoder(digits):
    return DenoisingAutoencoder(
        "dense",
        noise_amount=0.0,
        latent_size=16,
        epochs=40,
        batch_size=32,
        random_state=0,
    ).fit(digits[0])


@pytest.fixture(scope="module")
def classifier(digits):
    return MLPDigitClassifier((128,), epochs=30, batch_size=32, random_state=0).fit(
        *digits[:2]
    )


def mean_distance_within_classes(X, y):
    distances = []
    for label in np.unique(y):
        own = X[y == label][:60].astype(float)
        pairs = np.linalg.norm(own[:, None] - own, axis=2)
        distances.append(pairs[~np.eye(len(own), dtype=bool)].mean())
    return np.mean(distances)


def test_samples_are_images_with_labels(generator):
    X, y = generator.sample(50)
    assert X.shape == (50, 64)
    assert X.dtype == np.float32
    assert X.min() >= 0
    assert X.max() <= 1
    assert set(y) <= set(range(10))


def test_samples_show_the_requested_labels(generator, classifier):
    X, y = generator.sample(y=np.repeat(np.arange(10), 50))
    assert classifier.score(X, y) >= 0.9


def test_samples_vary_within_a_class_as_real_digits_do(generator, digits):
    X, y = generator.sample(y=np.repeat(np.arange(10), 60))
    real = mean_distance_within_classes(*digits[2:])
    assert 0.8 < mean_distance_within_classes(X, y) / real < 1.2


def test_classifier_trained_on_samples_classifies_real_digits(generator, digits):
    mlp = MLPDigitClassifier((64,), epochs=20, batch_size=32, random_state=0)
    assert mlp.fit(*generator.sample(1000)).score(*digits[2:]) > 0.9


def test_scalar_y_labels_all_samples(generator):
    X, y = generator.sample(7, y=3)
    assert X.shape == (7, 64)
    assert y.tolist() == [3] * 7


def test_samples_keep_the_order_of_y(generator, classifier):
    wanted = np.tile([3, 1, 4, 0], 25)
    X, y = generator.sample(y=wanted)
    np.testing.assert_array_equal(y, wanted)
    assert classifier.score(X, wanted) >= 0.9


def test_labels_are_as_frequent_as_in_training(digits):
    X, y = digits[0], np.where(digits[1] == 0, "zero", "other")
    generator = DigitGenerator((16,), latent_size=4, epochs=1, random_state=0).fit(X, y)
    share = np.mean(generator.sample(2000)[1] == "zero")
    # Five standard deviations of a binomial share.
    expected = np.mean(y == "zero")
    assert abs(share - expected) < 5 * np.sqrt(expected * (1 - expected) / 2000)


def test_same_seed_gives_the_same_samples(generator, digits):
    again = DigitGenerator(**generator.get_params()).fit(*digits[:2])
    np.testing.assert_array_equal(again.sample(20)[0], generator.sample(20)[0])
    np.testing.assert_array_equal(generator.sample(20)[0], generator.sample(20)[0])
    other = DigitGenerator(**generator.get_params() | {"random_state": 1})
    other.set_params(epochs=1).fit(*digits[:2])
    assert not np.array_equal(other.sample(20)[0], generator.sample(20)[0])


def test_without_seed_samples_differ(digits):
    generator = DigitGenerator((16,), latent_size=4, epochs=1).fit(*digits[:2])
    assert not np.array_equal(generator.sample(20)[0], generator.sample(20)[0])


def test_fit_on_uint8_equals_fit_on_floats(digits):
    X, y = np.round(digits[0] * 255).astype("uint8"), digits[1]
    small = {"latent_size": 4, "epochs": 2, "random_state": 0}
    from_uint8 = DigitGenerator((16,), **small).fit(X, y)
    from_floats = DigitGenerator((16,), **small).fit(X / np.float32(255), y)
    np.testing.assert_allclose(
        from_uint8.sample(9)[0], from_floats.sample(9)[0], atol=1e-5
    )


def test_classes_of_one_or_two_images_can_be_sampled(digits):
    X, y = digits[0], np.zeros(len(digits[0]), dtype=int)
    y[:3] = 1, 2, 2
    generator = DigitGenerator((16,), latent_size=4, epochs=1, random_state=0).fit(X, y)
    assert [mixture.n_components for mixture in generator.mixtures_] == [10, 1, 2]
    assert np.isfinite(generator.sample(y=[1, 2, 1])[0]).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"y": [3, 11]},
            r"y holds the labels \[11\], but the classes are \[0, 1, 2",
        ),
        ({"n_samples": 3, "y": "three"}, "the labels .'three'."),
        ({"y": "3"}, "the labels .'3'."),
        ({"n_samples": 2.5}, "n_samples=2.5 must be a positive integer"),
        ({"n_samples": 0}, "n_samples=0 must be a positive integer"),
        ({"n_samples": 3, "y": [1, 2]}, "n_samples=3 and 2 labels in y"),
    ],
)
def test_sample_rejects_invalid_arguments(generator, arguments, message):
    with pytest.raises(ValueError, match=f"DigitGenerator: .*{message}"):
        generator.sample(**arguments)


def test_sample_before_fit_raises():
    with pytest.raises(NotFittedError, match="DigitGenerator"):
        DigitGenerator().sample()


def test_warm_start_resumes_training(digits):
    X, y = digits[:2]
    settings = {"latent_size": 4, "epochs": 2, "random_state": 0}
    generator = DigitGenerator((16,), warm_start=True, **settings).fit(X, y)
    first = generator.mixtures_[9]
    generator.fit(X[y < 9], y[y < 9])
    assert generator.n_iter_ == 4
    assert generator.loss_curve_[3] < generator.loss_curve_[1]
    # A class without images keeps its mixture and is sampled only on request.
    assert generator.mixtures_[9] is first
    assert 9 not in generator.sample(500)[1]
    with pytest.raises(ValueError, match=r"y holds the labels \[11\]"):
        generator.fit(X, np.full_like(y, 11))


def test_joblib_round_trip_keeps_the_samples(generator, tmp_path):
    joblib.dump(generator, tmp_path / "generator.joblib")
    loaded = joblib.load(tmp_path / "generator.joblib")
    np.testing.assert_array_equal(loaded.sample(9)[0], generator.sample(9)[0])


def test_loss_equals_the_negative_elbo():
    network = conditional_vae((3, 3), 2, hidden_layer_sizes=(5,), beta=0.7)
    rng = np.random.default_rng(0)
    X, label = (
        rng.random((4, 9), dtype="float32"),
        np.eye(2, dtype="float32")[[0, 1] * 2],
    )
    rows = np.hstack([X, label])
    mean, log_variance = np.split(
        np.asarray(network.get_layer("encoder")(rows), dtype=float), 2, axis=1
    )
    divergence = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1)
    sampling = network.get_layer("sampled_latent")
    state = np.asarray(sampling.seed_generator.state).copy()
    loss = np.asarray(network(rows, training=True)).mean(axis=1)
    sampling.seed_generator.state.assign(state)
    encoded = network.get_layer("encoder")(rows)
    latent_and_label = sampling([rows, encoded], training=True)
    Z = np.asarray(network.get_layer("decoder")(latent_and_label), dtype=float)
    cross_entropy = -(X * np.log(Z) + (1 - X) * np.log(1 - Z)).sum(axis=1)
    np.testing.assert_allclose(loss, (cross_entropy + 0.7 * divergence) / 9, rtol=1e-5)


def test_interpolated_images_keep_their_class(autoencoder, classifier, digits):
    X, y = digits[2:]
    interpolated = interpolate_latent(autoencoder, X, y, random_state=0)
    assert interpolated.shape == X.shape
    assert classifier.score(interpolated, y) >= 0.9


def test_interpolation_decodes_a_weighted_mean(autoencoder, digits):
    X = digits[2][:2]  # a class of two images, so they are paired
    weight = np.array([0.25, 1.0])
    interpolated = interpolate_latent(autoencoder, X, [0, 0], weight=weight)
    first, second = autoencoder.encode(X)
    expected = autoencoder.decode([0.25 * first + 0.75 * second, second])
    np.testing.assert_allclose(interpolated, expected, atol=1e-6)


@pytest.mark.parametrize("weight", [[0.5, 1.5], [0.5, 0.5, 0.5]])
def test_invalid_weight_raises(autoencoder, digits, weight):
    message = r"interpolate_latent: weight must be .* got \[0.5, "
    with pytest.raises(ValueError, match=message):
        interpolate_latent(autoencoder, digits[2][:2], [0, 0], weight=weight)


@pytest.mark.parametrize(
    ("y", "message"), [([0, np.nan], "y contains NaN"), (np.eye(2), "1d array")]
)
@pytest.mark.parametrize("generate", [interpolate_latent, sample_latent_space])
def test_labels_that_are_none_are_refused(autoencoder, digits, generate, y, message):
    with pytest.raises(ValueError, match=message):
        generate(autoencoder, digits[2][:2], y)


def test_single_image_is_not_perturbed(autoencoder, digits):
    with pytest.raises(ValueError, match="perturb_latent: X has a single image"):
        perturb_latent(autoencoder, digits[2][:1])


def test_change_grows_with_the_scale_of_the_perturbation(autoencoder, digits):
    X = digits[2]
    reconstructed = autoencoder.transform(X)
    unperturbed = perturb_latent(autoencoder, X, scale=0)
    np.testing.assert_allclose(unperturbed, reconstructed, atol=1e-6)
    little, much = (
        np.abs(
            perturb_latent(autoencoder, X, scale=scale, random_state=0) - reconstructed
        ).mean()
        for scale in (0.1, 1.0)
    )
    assert 0 < little < much / 2


def test_sharpen_repeats_the_transform(autoencoder, digits):
    X = digits[2][:5].reshape(-1, 8, 8)
    np.testing.assert_array_equal(sharpen(autoencoder, X, n_passes=0), X)
    as_bytes = np.round(X * 255).astype("uint8")
    unchanged = sharpen(autoencoder, as_bytes, n_passes=0)
    np.testing.assert_allclose(unchanged, X, atol=1 / 255)
    np.testing.assert_array_equal(
        sharpen(autoencoder, X, n_passes=2),
        autoencoder.transform(autoencoder.transform(X)),
    )


def test_sampled_latent_vectors_take_the_label_of_their_nearest_neighbor(digits):
    X, y = digits[:2]
    plane = DenoisingAutoencoder(
        *("dense",), hidden_layer_sizes=(32,), latent_size=2, random_state=0
    ).fit(X)
    samples, labels = sample_latent_space(plane, X, y, 30, random_state=0)
    assert samples.shape == (30, 64)
    # The same latent vectors, but all training images have one label.
    again, threes = sample_latent_space(
        plane, X, np.full_like(y, 3), 30, random_state=0
    )
    np.testing.assert_array_equal(again, samples)
    assert set(threes) == {3}
    assert len(set(labels)) > 3


def test_same_seed_gives_the_same_images(autoencoder, digits):
    X, y = digits[2:]
    for function, arguments in (
        *((interpolate_latent, (X, y)), (perturb_latent, (X,))),
        (lambda *a, **k: sample_latent_space(*a, **k)[0], (X, y, 9)),
    ):
        first, second, other = (
            function(autoencoder, *arguments, random_state=seed) for seed in (0, 0, 1)
        )
        np.testing.assert_array_equal(first, second)
        assert not np.array_equal(first, other)


def test_estimator_without_latent_space_raises(digits):
    unet = DenoisingAutoencoder(epochs=1)
    for function in (interpolate_latent, sample_latent_space):
        with pytest.raises(TypeError, match=r"no latent space\. .*\('dense'\)"):
            function(unet, *digits[2:])
    with pytest.raises(TypeError, match="perturb_latent: "):
        perturb_latent(unet, digits[2])
