"""Denoisers that learn from pairs of noisy and clean images, and their score."""

import numpy as np
import pytest
from _models import BLIND_SPOT, DENOISER, UNET
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skdigits import DenoisingAutoencoder, SaltPepperNoise
from skdigits.exceptions import PixelRangeWarning


@pytest.fixture(scope="module")
def pairs(digits):
    """Noisy and clean images to train on, and to test on."""
    noise = SaltPepperNoise(0.3, random_state=0)
    return (
        noise.fit_transform(digits[0]),
        digits[0],
        noise.transform(digits[2]),
        (digits[2]),
    )


def gaussian(X):
    noise = np.random.default_rng(0).normal(scale=0.3, size=X.shape)
    return np.clip(X + noise, 0, 1).astype("f4")


def same_weights(first, second):
    pairs = zip(first.weights_, second.weights_, strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


TRAINED = [
    DenoisingAutoencoder(
        filters=(8,), epochs=6, batch_size=64, learning_rate=0.01, random_state=0
    ),
    DenoisingAutoencoder("dense", epochs=30, batch_size=32, random_state=0),
]


@pytest.mark.parametrize("denoiser", TRAINED, ids=["unet", "dense"])
@pytest.mark.parametrize("kind", ["salt and pepper", "gaussian"])
def test_pairs_teach_to_remove_their_noise(denoiser, kind, pairs):
    noisy, clean, noisy_test, clean_test = pairs
    if kind == "gaussian":
        noisy, noisy_test = gaussian(clean), gaussian(clean_test)
    trained = clone(denoiser).fit(noisy, clean)
    assert trained.noise_amount_ == (0, 0)
    error_before = ((noisy_test - clean_test) ** 2).mean()
    error = ((trained.transform(noisy_test) - clean_test) ** 2).mean()
    assert error < error_before / 2


def test_pair_of_salt_and_pepper_keeps_what_is_certain(pairs):
    unet = clone(UNET).fit(*pairs[:2])
    certain = (pairs[2] > 0) & (pairs[2] < 1)
    np.testing.assert_allclose(unet.transform(pairs[2])[certain], pairs[2][certain])


@pytest.mark.parametrize("denoiser", [UNET, DENOISER], ids=["unet", "dense"])
def test_every_form_of_clean_images_is_the_same(denoiser, pairs):
    noisy, clean = pairs[0][:200], pairs[1][:200]
    # With larger steps the rounding of bytes adds up.
    denoiser = clone(denoiser).set_params(learning_rate=3e-3)
    expected = clone(denoiser).fit(noisy, clean)
    stack = clean.reshape(-1, 8, 8)
    for form in (stack, stack[..., None], clean.tolist(), clean.astype(float)):
        assert same_weights(clone(denoiser).fit(noisy, form), expected)
    order = np.random.default_rng(0).permutation(200)
    assert same_weights(clone(denoiser).fit(noisy[order], clean[order]), expected)
    as_bytes = np.round(clean * 255).astype("uint8")
    from_bytes = clone(denoiser).fit(noisy, as_bytes)
    for a, b in zip(from_bytes.weights_, expected.weights_, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-3)


def test_labels_are_ignored(digits):
    X, y = digits[0][:200], digits[1][:200]
    expected = clone(DENOISER).fit(X)
    for labels in (y, y[:, np.newaxis], y.astype(str), y.tolist()):
        assert same_weights(clone(DENOISER).fit(X, labels), expected)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.zeros((1399, 64)), r"y has shape \(1399, 64\).* 8x8 pixels .* 1400 noisy"),
        (np.zeros((1400, 63)), r"y has shape \(1400, 63\)"),
        (np.zeros((1400, 4, 16)), r"y has shape \(1400, 4, 16\)"),
        (np.zeros((1400, 1, 8, 8)), r"y has shape .*: pass y\[:, 0\]"),
        (np.full((1400, 64), np.nan), "y contains NaN"),
    ],
)
def test_images_that_do_not_match_are_refused(y, message, pairs):
    with pytest.raises(ValueError, match=message):
        clone(DENOISER).fit(pairs[0], y)


def test_range_of_clean_images_is_checked(pairs):
    with pytest.warns(PixelRangeWarning, match="y / 16"):
        clone(DENOISER).fit(pairs[0], 16 * pairs[1])


def test_noisy_supervision_refuses_pairs(pairs):
    with pytest.raises(ValueError, match="Set supervision='clean'"):
        clone(BLIND_SPOT).fit(*pairs[:2])


def test_pairs_in_pieces_and_in_a_pipeline(pairs):
    noisy, clean, noisy_test, clean_test = pairs
    pieces = clone(DENOISER).partial_fit(noisy, clean)
    assert pieces.noise_amount_ == (0, 0)
    assert pieces.partial_fit(clean).noise_amount_ == (0, 0.9)
    whole = clone(DENOISER).fit(noisy, clean)
    piped = make_pipeline(clone(DENOISER)).fit(noisy, clean)
    assert piped.score(noisy_test, clean_test) == whole.score(noisy_test, clean_test)


def test_memory_tells_targets_apart(pairs, tmp_path):
    noisy, clean, _, _ = pairs
    denoiser = clone(DENOISER).set_params(memory=tmp_path)
    first = clone(denoiser).fit(noisy, clean)
    assert not same_weights(clone(denoiser).fit(noisy, clean**2), first)
    assert same_weights(clone(denoiser).fit(noisy, clean), first)
    assert len(list(tmp_path.iterdir())) == 2


def test_score_is_the_mean_psnr(pairs):
    metrics = pytest.importorskip("skimage.metrics")
    _, _, noisy, clean = pairs
    denoiser = clone(DENOISER).fit(clean)
    ratio = [
        metrics.peak_signal_noise_ratio(*images, data_range=1)
        for images in zip(clean, denoiser.transform(noisy), strict=True)
    ]
    assert denoiser.score(noisy, clean) == pytest.approx(np.mean(ratio), rel=1e-4)
    noisy = SaltPepperNoise(0.4, random_state=0).transform(clean)
    expected = denoiser.score(noisy, clean)
    # The added noise has another seed.
    assert denoiser.score(clean) == pytest.approx(expected, abs=0.2)
    assert denoiser.score(clean, np.zeros(len(clean))) == denoiser.score(clean)


def test_blind_spot_network_is_not_scored_on_noisy_images(pairs):
    unet = clone(BLIND_SPOT).fit(pairs[0])
    with pytest.raises(ValueError, match="needs clean images as y"):
        unet.score(pairs[2])
    assert 0 < unet.score(*pairs[2:]) < 40


def test_search_over_denoisers_needs_no_scorer(pairs):
    search = GridSearchCV(clone(DENOISER), {"epochs": [1, 20]}, cv=2)
    assert search.fit(*pairs[:2]).best_params_ == {"epochs": 20}
    assert search.fit(pairs[1]).best_params_ == {"epochs": 20}
