"""The denoising autoencoder."""

import numpy as np
import pytest
from _models import UNET
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skdigits import DenoisingAutoencoder, SaltPepperNoise

BLIND_SPOT = DenoisingAutoencoder(
    supervision="noisy",
    filters=(16,),
    epochs=12,
    batch_size=32,
    learning_rate=0.01,
    random_state=0,
)


@pytest.fixture(scope="module")
def denoiser(digits):
    return DenoisingAutoencoder(
        "dense", noise_amount=0.2, epochs=30, batch_size=32, random_state=0
    ).fit(digits[0])


def share_of_error_left(denoiser, clean, noisy):
    before = ((noisy - clean) ** 2).mean()
    return ((denoiser.transform(noisy) - clean) ** 2).mean() / before


def test_dense_network_denoises(denoiser, digits):
    clean = digits[2]
    noisy = SaltPepperNoise(0.2, random_state=0).transform(clean)
    assert share_of_error_left(denoiser, clean, noisy) < 1 / 3


@pytest.mark.parametrize(
    "shape", [(8, 8), pytest.param((4, 16), marks=pytest.mark.slow), (1, 64)]
)
def test_unet_denoises_any_shape_and_amount(digits, shape):
    unet = DenoisingAutoencoder(
        filters=(8,), image_shape=shape, epochs=6, learning_rate=0.01, random_state=0
    ).fit(digits[0])
    for amount in (0.1, 0.4):
        noisy = SaltPepperNoise(amount, random_state=0).transform(digits[2])
        assert share_of_error_left(unet, digits[2], noisy) < 1 / 2


def test_unet_keeps_what_cannot_be_noise(digits):
    unet = clone(UNET).fit(digits[0])
    noisy = SaltPepperNoise(0.4, random_state=0).transform(digits[2])
    certain = (noisy > 0) & (noisy < 1)
    np.testing.assert_allclose(unet.transform(noisy)[certain], noisy[certain])


def test_noisy_pictures_alone_teach_denoising(digits):
    noise = SaltPepperNoise(0.3, random_state=0)
    unet = clone(BLIND_SPOT).fit(noise.fit_transform(digits[0]))
    assert unet.noise_amount_ == pytest.approx(0.3, abs=0.02)
    error = share_of_error_left(unet, digits[2], noise.transform(digits[2]))
    assert error < 1 / 4


def test_noisy_supervision_of_binary_pictures(digits):
    # Here no pixel is certainly clean.
    X, X_test = ((pixels > 0.5).astype("float32") for pixels in (digits[0], digits[2]))
    noise = SaltPepperNoise(0.3, random_state=0)
    unet = clone(BLIND_SPOT).fit(noise.fit_transform(X))
    assert share_of_error_left(unet, X_test, noise.transform(X_test)) < 1 / 2


def test_unet_has_no_latent_space(digits):
    unet = DenoisingAutoencoder(epochs=1)
    assert not hasattr(unet, "encode")
    assert not hasattr(unet, "decode")
    with pytest.raises(AttributeError, match="no latent space.*architecture='dense'"):
        unet.encode([[0.0]])


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"noise_amount": (0.5, 0.2)}, r"noise_amount=\(0.5, 0.2\)"),
        ({"noise_amount": (0.1, 0.2, 0.3)}, r"noise_amount=\(0.1"),
        ({"noise_amount": ("0.1", 0.2)}, r"noise_amount=\('0.1', 0.2\)"),
        ({"noise_amount": (0.5, 1.2)}, r"noise_amount=\(0.5, 1.2\)"),
        ({"supervision": "noisy", "noise_amount": (0, 0.9)}, "a number below 1"),
        ({"supervision": "noisy", "salt_vs_pepper": 0}, "Set noise_amount to"),
        ({"supervision": "noisy", "noise_amount": 1.0}, "a number below 1"),
        (
            {"supervision": "noisy", "architecture": "dense"},
            "needs architecture='unet'",
        ),
        ({"filters": (8, 0)}, "filters=.8, 0. must hold positive integers"),
    ],
)
def test_what_does_not_go_together_is_named(digits, parameters, message):
    with pytest.raises(ValueError, match=message):
        DenoisingAutoencoder(**parameters).fit(digits[0])


def test_decoded_code_is_the_transformed_picture(denoiser, digits):
    codes = denoiser.encode(digits[2])
    assert codes.shape == (397, 96)
    np.testing.assert_allclose(
        denoiser.decode(codes), denoiser.transform(digits[2]), atol=1e-6
    )


def test_codes_equal_numpy_forward_pass(denoiser, digits):
    (first, bias_1, second, bias_2), X = denoiser.weights_[:4], digits[2].astype(float)
    expected = np.maximum(np.maximum(X @ first + bias_1, 0) @ second + bias_2, 0)
    np.testing.assert_allclose(denoiser.encode(digits[2]), expected, atol=1e-5)


def test_dense_network_is_the_lab_hourglass():
    X = np.random.default_rng(0).random((20, 28, 28))
    autoencoder = DenoisingAutoencoder("dense", epochs=1).fit(X)
    expected = 784 * 128 + 128 + 128 * 96 + 96 + 96 * 128 + 128 + 128 * 784 + 784
    assert autoencoder.n_parameters_ == expected


def test_shape_is_kept(denoiser, digits):
    stack = digits[2].reshape(-1, 8, 8)
    assert denoiser.transform(stack).shape == stack.shape
    np.testing.assert_array_equal(
        denoiser.transform(stack).reshape(-1, 64), denoiser.transform(digits[2])
    )


def test_pandas_output_has_a_row_per_picture(denoiser, digits):
    denoiser = clone(denoiser).set_params(epochs=1).fit(digits[0])
    frame = denoiser.set_output(transform="pandas").transform(
        digits[2].reshape(-1, 8, 8)
    )
    assert frame.shape == (397, 64)
    assert frame.columns.tolist() == denoiser.get_feature_names_out().tolist()


def test_wrong_code_size_is_named(denoiser):
    with pytest.raises(ValueError, match="latent vectors have 3 components, .* has 96"):
        denoiser.decode(np.zeros((1, 3)))


@pytest.mark.parametrize("method", ["transform", "encode", "decode"])
def test_unfitted_is_named(method):
    with pytest.raises(NotFittedError, match="DenoisingAutoencoder"):
        getattr(DenoisingAutoencoder("dense"), method)(np.zeros((1, 96)))


@pytest.mark.parametrize("name", ["noise_amount", "salt_vs_pepper"])
def test_probability_outside_unit_interval_is_refused(name, digits):
    bad = DenoisingAutoencoder().set_params(**{name: -0.1})
    with pytest.raises(ValueError, match=f"'{name}' parameter of DenoisingAutoencoder"):
        bad.fit(digits[0])
