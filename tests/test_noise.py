"""Salt-and-pepper noise against scikit-image and binomial bounds."""

import numpy as np
import pytest
from _splitmix import GAMMA, split_mix_64
from skimage.util import random_noise

from skdigits import SaltPepperNoise
from skdigits._images import hash_rows


@pytest.mark.parametrize(("amount", "salt"), [(0.4, 0.5), (0.1, 0.9), (1.0, 0.2)])
def test_same_distribution_as_scikit_image(amount, salt):
    grey = np.random.default_rng(0).uniform(0.1, 0.9, (500, 800))
    ours = SaltPepperNoise(amount, salt_vs_pepper=salt, random_state=1).transform(grey)
    theirs = random_noise(grey, mode="s&p", rng=2, amount=amount, salt_vs_pepper=salt)
    # 400,000 pixels: five standard errors of the difference of two fractions.
    for value, share in [(1, amount * salt), (0, amount * (1 - salt))]:
        bound = 5 * np.sqrt(2 * share * (1 - share) / grey.size)
        assert abs((ours == value).mean() - (theirs == value).mean()) <= bound
    kept = (ours != 0) & (ours != 1)
    assert (ours[kept] == grey[kept]).all()


def test_noise_is_that_of_the_notes():
    images = np.random.default_rng(0).uniform(0.1, 0.9, (20, 7))
    seed = np.random.RandomState(3).randint(2**31 - 1)
    expected = images.copy()
    for image, content in zip(expected, hash_rows(images).tolist(), strict=True):
        state = split_mix_64(content + seed)
        # Two pixels for each of four words, of which the last half is left over.
        *words, last = (split_mix_64(state + i * GAMMA) for i in range(1, 6))
        halves = [half for word in words for half in (word % 2**32, word >> 32)]
        amount = 0.2 + 0.7 * (last >> 32) / 2**32
        for pixel, half in enumerate(halves[:7]):
            if half < round(amount * 0.25 * 2**32):
                image[pixel] = 1
            elif half < round(amount * 2**32):
                image[pixel] = 0
    noise = SaltPepperNoise((0.2, 0.9), salt_vs_pepper=0.25, random_state=3)
    np.testing.assert_array_equal(noise.transform(images), expected)


def test_four_pixels_in_ten_are_replaced_by_default(digits):
    expected = SaltPepperNoise(0.4, salt_vs_pepper=0.5, random_state=1)
    noisy = SaltPepperNoise(random_state=1).transform(digits[0])
    np.testing.assert_array_equal(noisy, expected.transform(digits[0]))


def test_pixels_are_replaced_independently():
    noisy = SaltPepperNoise(0.5, random_state=0).transform(
        np.random.default_rng(0).uniform(0.1, 0.9, (2000, 100))
    )
    hit = ((noisy == 0) | (noisy == 1)).astype(float)
    correlation = np.corrcoef(hit, rowvar=False) - np.eye(100)
    # 4,950 pairs, standard error 1/sqrt(2000): the largest of them is below 5 of these.
    assert abs(correlation).max() < 5 / np.sqrt(2000)
    assert abs(np.corrcoef(hit)[np.triu_indices(2000, 1)]).mean() < 0.1


def test_same_picture_same_noise_wherever_it_stands(digits):
    X = digits[0]
    noise = SaltPepperNoise(0.4, random_state=3)
    whole = noise.transform(X)
    rows = np.random.default_rng(0).permutation(len(X))[:200]
    assert (noise.transform(X[rows]) == whole[rows]).all()
    assert (SaltPepperNoise(0.4, random_state=4).transform(X) != whole).any()


def test_dtype_does_not_change_the_noise():
    pixels = np.random.default_rng(0).integers(0, 256, (50, 49), dtype=np.uint8)
    noise = SaltPepperNoise(0.4, random_state=0)
    noisy = noise.transform(pixels)
    assert noisy.dtype == np.uint8
    np.testing.assert_allclose(noise.transform(pixels / 255), noisy / 255)


def test_without_seed_each_call_differs(digits):
    noise = SaltPepperNoise(0.4)
    assert (noise.transform(digits[0]) != noise.transform(digits[0])).any()


def test_shape_is_kept_and_input_untouched():
    stack = np.full((3, 4, 5, 1), 0.5, dtype=np.float32)
    noisy = SaltPepperNoise(0.9).fit_transform(stack)
    assert noisy.shape == stack.shape
    assert (stack == 0.5).all()


@pytest.mark.parametrize("amount", [0, 0.0])
def test_amount_zero_changes_nothing(digits, amount):
    assert (SaltPepperNoise(amount).transform(digits[0]) == digits[0]).all()


@pytest.mark.parametrize("name", ["amount", "salt_vs_pepper"])
def test_probability_outside_unit_interval_is_refused(name, digits):
    noise = SaltPepperNoise().set_params(**{name: 1.5})
    message = f"'{name}' parameter of SaltPepperNoise.*0.4 is 40 %.*Got 1.5"
    for method in (noise.fit, noise.transform):
        with pytest.raises(ValueError, match=message):
            method(digits[0])


def test_each_image_samples_its_amount_from_a_range():
    grey = np.random.default_rng(0).uniform(0.1, 0.9, (2000, 784))
    noise = SaltPepperNoise((0.2, 0.6), random_state=0)
    noisy = noise.transform(grey)
    share = (noisy != grey).mean(axis=1)
    # A uniform amount has the variance 0.4**2 / 12; counting 784 pixels adds little.
    deviation = np.sqrt(0.4**2 / 12 + 0.4 * 0.6 / 784)
    assert abs(share.mean() - 0.4) < 5 * deviation / np.sqrt(2000)
    assert share.std() == pytest.approx(deviation, rel=0.06)
    assert (noise.transform(grey[7:9]) == noisy[7:9]).all()


@pytest.mark.parametrize("amount", [(0.6, 0.2), (0.1,), (0, 1.1), ("a", "b")])
def test_wrong_range_is_refused(amount):
    with pytest.raises(ValueError, match="must be a number or a range"):
        SaltPepperNoise(amount).fit_transform(np.zeros((2, 4)))
