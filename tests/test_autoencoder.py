"""The denoising autoencoder."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from skdigits import DenoisingAutoencoder, SaltPepperNoise


@pytest.fixture(scope="module")
def denoiser(digits):
    return DenoisingAutoencoder(
        noise_amount=0.2, epochs=30, batch_size=32, random_state=0
    ).fit(digits[0])


def test_denoises(denoiser, digits):
    clean = digits[2]
    noisy = SaltPepperNoise(0.2, random_state=0).transform(clean)
    before = ((noisy - clean) ** 2).mean()
    after = ((denoiser.transform(noisy) - clean) ** 2).mean()
    assert after < before / 3


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


def test_lab_network_is_the_default():
    X = np.random.default_rng(0).random((20, 28, 28))
    autoencoder = DenoisingAutoencoder(epochs=1).fit(X)
    expected = 784 * 128 + 128 + 128 * 96 + 96 + 96 * 128 + 128 + 128 * 784 + 784
    assert autoencoder.n_parameters_ == expected
    assert autoencoder.noise_amount == 0.4


def test_shape_is_kept(denoiser, digits):
    stack = digits[2].reshape(-1, 8, 8)
    assert denoiser.transform(stack).shape == stack.shape
    np.testing.assert_array_equal(
        denoiser.transform(stack).reshape(-1, 64), denoiser.transform(digits[2])
    )


def test_pandas_output_has_a_row_per_picture(denoiser, digits):
    denoiser = DenoisingAutoencoder(epochs=1, random_state=0).fit(digits[0])
    frame = denoiser.set_output(transform="pandas").transform(
        digits[2].reshape(-1, 8, 8)
    )
    assert frame.shape == (397, 64)
    assert frame.columns.tolist() == denoiser.get_feature_names_out().tolist()


def test_wrong_code_size_is_named(denoiser):
    with pytest.raises(ValueError, match="codes have 3 components, .* has 96"):
        denoiser.decode(np.zeros((1, 3)))


@pytest.mark.parametrize("method", ["transform", "encode", "decode"])
def test_unfitted_is_named(method):
    with pytest.raises(NotFittedError, match="DenoisingAutoencoder"):
        getattr(DenoisingAutoencoder(), method)(np.zeros((1, 96)))


@pytest.mark.parametrize("name", ["noise_amount", "salt_vs_pepper"])
def test_probability_outside_unit_interval_is_refused(name, digits):
    bad = DenoisingAutoencoder().set_params(**{name: -0.1})
    with pytest.raises(ValueError, match=f"'{name}' parameter of DenoisingAutoencoder"):
        bad.fit(digits[0])
