"""Corruptions against NumPy, SciPy, scikit-image, Pillow and the formulas."""

import io
import subprocess
import sys

import numpy as np
import pytest
from _models import contents, forged
from PIL import Image
from scipy import ndimage, stats
from skimage import feature, filters, transform

from skdigits import SaltPepperNoise, corruptions
from skdigits.corruptions import (
    Brightness,
    CannyEdges,
    Contrast,
    DeadLines,
    DefocusBlur,
    DottedLine,
    Fog,
    GaussianNoise,
    GlassBlur,
    JPEGCompression,
    MotionBlur,
    Occlusion,
    Pixelation,
    RandomAppearance,
    Rotation,
    Scaling,
    Shear,
    ShotNoise,
    Spatter,
    SpeckleNoise,
    Stripe,
    Translation,
    Zigzag,
    mnist_c,
)
from skdigits.corruptions._plasma import plasma
from skdigits.corruptions._warp import warp
from skdigits.datasets import load_small_digits
from skdigits.exceptions import ModelFileError
from skdigits.persistence import dump, load

SEED = {"random_state": 3}
RANDOM = [
    DeadLines(**SEED),
    DottedLine(**SEED),
    Fog(map_size=16, **SEED),
    GaussianNoise(**SEED),
    GlassBlur(**SEED),
    MotionBlur(**SEED),
    Occlusion(**SEED),
    RandomAppearance(**SEED),
    Rotation(**SEED),
    SaltPepperNoise(**SEED),
    Shear(**SEED),
    ShotNoise(**SEED),
    Spatter(**SEED),
    SpeckleNoise(**SEED),
    Translation(1, **SEED),
    Zigzag(**SEED),
]
FIXED = [
    Brightness(),
    CannyEdges(),
    Contrast(),
    DefocusBlur(),
    JPEGCompression(),
    Pixelation(),
    Scaling(),
    Stripe(),
]
UNCHANGING = [
    Brightness(0),
    Contrast(1),
    DeadLines(0, **SEED),
    DefocusBlur(0),
    DottedLine(0, **SEED),
    Fog(0, **SEED),
    Fog(1e-300, map_size=16, **SEED),
    GaussianNoise(0, **SEED),
    GlassBlur(0, max_shift=0, **SEED),
    MotionBlur(0, **SEED),
    MotionBlur(length=0, **SEED),
    Occlusion(0, **SEED),
    Pixelation(1),
    Rotation(0, **SEED),
    Scaling(1),
    Shear(0, **SEED),
    Spatter(0, **SEED),
    SpeckleNoise(0, **SEED),
    Stripe(0),
    Translation(0, **SEED),
    Zigzag(0, **SEED),
]


def name_of(transformer):
    return type(transformer).__name__


@pytest.fixture(scope="module")
def X():
    """A stack of 100 digits of 12x7 pixels, float32."""
    images = load_small_digits().images[:100]
    return np.pad(images[:, :, :7], ((0, 0), (2, 2), (0, 0)))


# What all have in common


def test_every_corruption_is_tested():
    tested = {name_of(one) for one in RANDOM + FIXED} - {"SaltPepperNoise"}
    assert tested == {name for name in corruptions.__all__ if name[0].isupper()}


@pytest.mark.parametrize("corruption", RANDOM + FIXED, ids=name_of)
def test_same_image_same_result_at_any_position(corruption, X):
    whole = corruption.transform(X)
    rows = np.random.default_rng(0).permutation(len(X))[:30]
    np.testing.assert_array_equal(corruption.transform(X[rows]), whole[rows])
    assert (whole != X).any()


@pytest.mark.parametrize("corruption", RANDOM, ids=name_of)
def test_another_seed_gives_another_result(corruption, X):
    first = corruption.transform(X)
    other = type(corruption)(**{**corruption.get_params(), "random_state": 4})
    unseeded = type(corruption)(**{**corruption.get_params(), "random_state": None})
    assert (other.transform(X) != first).any()
    assert (unseeded.transform(X) != unseeded.transform(X)).any()


@pytest.mark.parametrize("corruption", RANDOM + FIXED, ids=name_of)
def test_dtype_does_not_change_the_result(corruption, X):
    pixels = np.round(255 * X).astype(np.uint8)
    corrupted = corruption.transform(pixels)
    assert corrupted.dtype == np.uint8
    for dtype in (np.float32, np.float64):
        floats = corruption.transform((pixels / 255).astype(dtype))
        assert floats.dtype == dtype
        # Half a step of 8 bits, and the precision of float32.
        np.testing.assert_allclose(floats, corrupted / 255, atol=0.5 / 255 + 1e-5)


@pytest.mark.parametrize("corruption", RANDOM + FIXED, ids=name_of)
def test_shape_is_kept_and_input_untouched(corruption, X):
    stack = X[..., np.newaxis].copy()
    corrupted = corruption.transform(stack)
    assert corrupted.shape == stack.shape
    assert 0 <= corrupted.min() <= corrupted.max() <= 1
    np.testing.assert_array_equal(stack[..., 0], X)


@pytest.mark.parametrize("corruption", RANDOM + FIXED, ids=name_of)
def test_rows_have_the_shape_of_the_fitted_stack(corruption, X, tmp_path):
    rows = X.reshape(len(X), -1)
    fitted = type(corruption)(**corruption.get_params()).fit(X)
    expected = fitted.transform(X).reshape(rows.shape)
    np.testing.assert_array_equal(fitted.transform(rows), expected)
    dump(fitted, tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(loaded.transform(rows), expected)
    if "image_shape" in corruption.get_params():
        explicit = type(corruption)(
            **{**corruption.get_params(), "image_shape": (12, 7)}
        )
        np.testing.assert_array_equal(explicit.transform(rows), expected)
        with pytest.raises(ValueError, match="expected images of 12x7"):
            fitted.transform(X.reshape(len(X), 7, 12))


@pytest.mark.parametrize("corruption", UNCHANGING, ids=repr)
def test_severity_zero_changes_nothing(corruption, X):
    np.testing.assert_array_equal(corruption.transform(X), X)


@pytest.mark.parametrize("corruption", RANDOM + FIXED, ids=name_of)
@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (2, 2)], ids=str)
def test_tiny_images_are_corrupted(corruption, shape):
    images = np.linspace(0, 1, 3 * np.prod(shape)).reshape(3, *shape)
    corrupted = corruption.transform(images)
    assert corrupted.shape == images.shape
    assert np.isfinite(corrupted).all()


@pytest.mark.parametrize(
    ("corruption", "message"),
    [
        (GaussianNoise(-1), "'std' parameter of GaussianNoise"),
        (CannyEdges(50.5), "'std' parameter of CannyEdges"),
        (CannyEdges(-0.5), "'std' parameter of CannyEdges"),
        (CannyEdges(low=8.5), "'low' parameter of CannyEdges"),
        (CannyEdges(low=-0.5), "'low' parameter of CannyEdges"),
        (CannyEdges(high=8.5), "'high' parameter of CannyEdges"),
        (CannyEdges(high=-0.5), "'high' parameter of CannyEdges"),
        (ShotNoise(0), "'photons' parameter of ShotNoise"),
        (JPEGCompression(101), "'quality' parameter of JPEGCompression"),
        (Fog(map_size=100), "'map_size' parameter of Fog"),
        (Occlusion(30), r"'size' parameter of Occlusion.*0.4 is 40 %"),
        (Rotation(image_shape=(3, 3)), r"Rotation: image_shape=\(3, 3\) does not fit"),
    ],
    ids=lambda value: getattr(value, "__class__", type).__name__,
)
def test_invalid_parameter_is_refused(corruption, message, X):
    with pytest.raises(ValueError, match=message):
        corruption.transform(X)


def test_canny_edges_of_the_largest_parameters_are_none(X):
    assert not CannyEdges(50, low=8, high=8).transform(X).any()


def test_heavy_libraries_are_not_imported():
    code = (
        "import sys; from skdigits.corruptions import mnist_c; import numpy as np;"
        "X = np.eye(28)[None];"
        "[one.transform(X) for one in mnist_c(random_state=0).values()];"
        "print({'skimage', 'tensorflow', 'matplotlib'} & set(sys.modules))"
    )
    printed = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert printed.strip() == "set()"


# Model files


@pytest.mark.parametrize(
    ("field", "name", "value", "word"),
    [
        ("fitted", "image_shape_", {"tuple": [7, 11]}, "image_shape_"),
        ("fitted", "image_shape_", {"tuple": [-7, -12]}, "image_shape_"),
        ("fitted", "image_shape_", [12, 7], "image_shape_"),
        ("parameters", "iterations", 10**6, "iterations"),
        ("parameters", "max_shift", 10**6, "max_shift"),
        ("parameters", "std", 1e300, "std"),
    ],
)
def test_forged_file_is_refused(field, name, value, word, X, tmp_path):
    path = tmp_path / "model.safetensors"
    dump(GlassBlur().fit(X), path)
    description, arrays = contents(path.read_bytes())
    description["object"][field][name] = value
    path.write_bytes(forged(description, arrays))
    with pytest.raises(ModelFileError, match=word):
        load(path)


# Noise


def test_gaussian_noise_is_normal_and_independent():
    grey = np.random.default_rng(0).uniform(0.49, 0.51, (200, 500))
    noise = (GaussianNoise(0.05, **SEED).transform(grey) - grey) / 0.05
    # Clipped beyond 9 standard deviations only.
    assert stats.kstest(noise.ravel(), "norm").pvalue > 1e-3
    # Standard error of a correlation over 500 pixels: 0.045; 19,900 pairs.
    correlation = np.corrcoef(noise)[np.triu_indices(200, 1)]
    assert np.abs(correlation).max() < 5.5 / np.sqrt(500)


def test_speckle_noise_is_proportional_to_the_pixel():
    grey = np.random.default_rng(0).uniform(0.2, 0.5, (200, 500))
    noise = (SpeckleNoise(0.1, **SEED).transform(grey) / grey - 1) / 0.1
    assert stats.kstest(noise.ravel(), "norm").pvalue > 1e-3


@pytest.mark.parametrize(
    ("pixel", "photons"), [(0.1, 5), (0.2, 60), (0.5, 60), (0.9, 5e4)]
)
def test_shot_noise_has_the_poisson_distribution(pixel, photons):
    # Images must differ, else their noise is the same. Few counts are clipped to 1.
    images = np.full((200, 500), pixel)
    images[:, 0] = np.linspace(0, 1, 200)
    counts = (ShotNoise(photons, **SEED).transform(images)[:, 1:] * photons).round()
    expected = stats.poisson(pixel * photons)
    # Bins of about 3 % of the counts or of one count.
    edges = np.unique(expected.ppf(np.linspace(1e-3, 0.999, 32)))
    observed = np.diff(np.searchsorted(np.sort(counts, axis=None), edges, "right"))
    rest = counts.size - observed.sum()
    probabilities = np.diff(expected.cdf(edges))
    test = stats.chisquare(
        [*observed, rest],
        counts.size * np.array([*probabilities, 1 - probabilities.sum()]),
    )
    assert test.pvalue > 1e-3


# Blur


def test_defocus_blur_is_a_convolution_with_a_disk(X):
    offsets = np.arange(-3, 4)
    distance = np.hypot(*np.meshgrid(offsets, offsets))
    kernel = np.clip(2.2 + 0.5 - distance, 0, 1)
    kernel /= kernel.sum()
    expected = [ndimage.convolve(image, kernel, mode="nearest") for image in X]
    np.testing.assert_allclose(DefocusBlur(2.2).transform(X), expected, atol=1e-6)


def test_motion_blur_is_a_half_gaussian_along_a_line(X):
    weights = np.zeros(9)
    weights[4:] = stats.norm.pdf(np.arange(5), scale=2)
    blurred = MotionBlur(2, length=4, max_angle=0).transform(X)
    expected = ndimage.correlate1d(X, weights / weights.sum(), axis=2, mode="nearest")
    np.testing.assert_allclose(blurred, expected, atol=1e-6)


def test_motion_blur_samples_directions_uniformly():
    images = np.zeros((300, 41, 41))
    images[:, 20, 20] = np.linspace(0.5, 1, 300)  # they differ in content
    blurred = MotionBlur(100, length=15, max_angle=45, **SEED).transform(images)
    # The angle follows from the centre of mass of the trail that a point leaves.
    y, x = np.indices((41, 41)) - 20
    angles = [
        np.rad2deg(np.arctan2((-y * one)[one > 0].sum(), (-x * one)[one > 0].sum()))
        for one in blurred
    ]
    assert stats.kstest(angles, stats.uniform(-46, 92).cdf).pvalue > 1e-3


def test_glass_blur_without_swaps_is_a_gaussian_twice(X):
    expected = [
        filters.gaussian(filters.gaussian(image, 0.7), 0.7) for image in X.astype(float)
    ]
    blurred = GlassBlur(0.7, iterations=0).transform(X)
    np.testing.assert_allclose(blurred, expected, atol=1e-6)


def test_glass_blur_swaps_neighbours():
    images = np.random.default_rng(0).random((200, 9, 9))
    glass = GlassBlur(0, max_shift=1, iterations=1, **SEED).transform(images)
    rows = images.reshape(200, -1)
    np.testing.assert_array_equal(
        np.sort(glass.reshape(200, -1), axis=1), np.sort(rows, axis=1)
    )
    # A pass visits rows and columns 2 to 8, and swaps with those one before.
    moved = (glass != images).mean(axis=0)
    assert moved[0].sum() == moved[:, 0].sum() == 0
    # The last pixel moves if it is swapped (1/2) and not with itself (1/4).
    assert abs(moved[8, 8] - 3 / 8) < 5 * np.sqrt(3 / 8 * 5 / 8 / 200)


# Brightness and contrast


def test_brightness_adds_and_contrast_scales(X):
    np.testing.assert_allclose(
        Brightness(-0.2).transform(X), np.clip(X - 0.2, 0, 1), atol=1e-6
    )
    for image, result in zip(X, Contrast(0.3).transform(X), strict=True):
        np.testing.assert_allclose(
            result, image.mean() + 0.3 * (image - image.mean()), atol=1e-6
        )


# Affine transformations


def about_centre(matrix, shape):
    """A 3x3 matrix in (x, y) that leaves the centre where it is."""
    centre = (np.array(shape[::-1]) - 1) / 2
    full = np.eye(3)
    full[:2, :2] = matrix
    full[:2, 2] = centre - matrix @ centre
    return full


@pytest.mark.parametrize(
    ("corruption", "settings"),
    [
        (Rotation(25, **SEED), [{"rotation": s * np.deg2rad(25)} for s in (1, -1)]),
        (Shear(25, **SEED), [{"shear": s * np.deg2rad(25)} for s in (1, -1)]),
        (Scaling(0.7), [{"scale": 1 / 0.7}] * 2),
        (Scaling(1.3), [{"scale": 1 / 1.3}] * 2),
    ],
    ids=["rotation", "shear", "smaller", "larger"],
)
def test_affine_transformations_equal_scikit_image(corruption, settings, X):
    images = X.astype(float)
    errors = []
    for setting in settings:
        matrix = transform.AffineTransform(**setting).params[:2, :2]
        full = about_centre(matrix, X.shape[1:])
        expected = np.stack([transform.warp(image, full) for image in images])
        error = np.abs(corruption.transform(images) - expected).max(axis=(1, 2))
        errors.append(error)
    assert np.minimum(*errors).max() < 1e-6
    # Both directions occur: 100 images.
    assert (errors[0] < 1e-6).sum() > 30
    assert (errors[1] < 1e-6).sum() > 30


@pytest.mark.parametrize("shape", [(6, 9), (9, 6)], ids=str)
@pytest.mark.parametrize("shift", [(0, 0), (1.5, -0.25), (1e300, -1e300)], ids=str)
def test_warp_equals_scipy(shape, shift):
    images = np.random.default_rng(0).random((3, *shape))
    matrix = np.array([[0.8, 0.3], [-0.4, 1.1]])
    y, x = np.indices(shape)
    centre = np.array([x.max(), y.max()]) / 2
    places = np.stack([x, y], axis=-1) - centre
    to_x, to_y = np.moveaxis(places @ matrix.T + shift + centre, -1, 0)
    expected = [
        ndimage.map_coordinates(image, [to_y, to_x], order=1, mode="grid-constant")
        for image in images
    ]
    np.testing.assert_allclose(warp(images, matrix, shift), expected, atol=1e-12)


def test_translation_shifts_in_four_directions(X):
    shifted = Translation(2, **SEED).transform(X)
    padded = np.pad(X, ((0, 0), (2, 2), (2, 2)))
    results = [
        padded[:, top : top + 12, left : left + 7] for top in (0, 4) for left in (0, 4)
    ]
    is_equal = [(shifted == one).all(axis=(1, 2)) for one in results]
    assert np.any(is_equal, axis=0).all()
    assert np.min(np.sum(is_equal, axis=1)) > 10


# Files and screens


def test_jpeg_compression_equals_pillow(X):
    pixels = np.round(255 * X).astype(np.uint8)
    for image, result in zip(
        pixels, JPEGCompression(30).transform(pixels), strict=True
    ):
        file = io.BytesIO()
        Image.fromarray(image).save(file, "JPEG", quality=30)
        np.testing.assert_array_equal(result, np.asarray(Image.open(file)))


@pytest.mark.parametrize("resolution", [0, 0.3, 0.5, 0.75, 0.9])
def test_pixelation_equals_pillow(resolution, X):
    small = [max(1, int(resolution * side)) for side in (7, 12)]
    expected = [
        Image.fromarray(image).resize(small, Image.BOX).resize((7, 12), Image.BOX)
        for image in X
    ]
    result = Pixelation(resolution).transform(X)
    np.testing.assert_allclose(
        result, np.stack(list(map(np.asarray, expected))), atol=1e-6
    )


# Weather


def test_plasma_is_a_diamond_square_fractal():
    noise = np.random.default_rng(0).random((1, 8, 8), dtype=np.float32)
    heights = {(0, 0): 0.0}
    amplitude = 1.0

    def displace(y, x, *around):
        neighbours = [heights[(y + dy) % 8, (x + dx) % 8] for dy, dx in around]
        return np.mean(neighbours) + amplitude * (2 * noise[0, y, x] - 1)

    for half in (4, 2, 1):
        cross = [(-half, 0), (half, 0), (0, -half), (0, half)]
        diagonals = [(a, b) for a in (-half, half) for b in (-half, half)]
        grid = range(0, 8, 2 * half)
        heights |= {
            (y + half, x + half): displace(y + half, x + half, *diagonals)
            for y in grid
            for x in grid
        }
        edges = [(y, x + half) for y in grid for x in grid]
        edges += [(y + half, x) for y in grid for x in grid]
        heights |= {place: displace(*place, *cross) for place in edges}
        amplitude /= 1.5**2
    expected = np.array([[heights[y, x] for x in range(8)] for y in range(8)])
    expected = (expected - expected.min()) / np.ptp(expected)
    np.testing.assert_allclose(plasma(noise, 1.5)[0], expected, atol=1e-5)


def test_fog_keeps_the_brightest_possible_pixel_and_blank_images(X):
    images = np.concatenate([X.astype(float), np.zeros((1, 12, 7))])
    foggy = Fog(2, map_size=16, **SEED).transform(images)
    brightest = images.max(axis=(1, 2), keepdims=True)[:-1]
    fog = (foggy[:-1] * (brightest + 2) / brightest - images[:-1]) / 2
    assert -1e-9 < fog.min() <= fog.max() < 1 + 1e-9
    assert (foggy[-1] == 0).all()


@pytest.mark.parametrize("coverage", [0.2, 0.5])
def test_spatter_wets_a_fraction_of_the_pixels(coverage):
    images = np.random.default_rng(0).uniform(0.9, 1, (100, 30, 30))
    drops = Spatter(coverage, drop_size=0, edge=0, level=0.25, **SEED).transform(images)
    wet = drops == 0.25
    assert (drops[~wet] == images[~wet]).all()
    bound = 5 * np.sqrt(coverage * (1 - coverage) / wet.size)
    assert abs(wet.mean() - coverage) < bound
    # Drops of some size make the pixels depend on each other, inside by little.
    large = Spatter(coverage, drop_size=1, edge=0, level=0.25, **SEED).transform(images)
    assert abs((large == 0.25)[:, 5:-5, 5:-5].mean() - coverage) < 0.02


# Lines and hidden parts


def test_occlusion_hides_a_rectangle_anywhere():
    images = np.random.default_rng(0).uniform(0.5, 1, (2000, 6, 5))
    hidden = Occlusion(0.5, level=0.1, **SEED).transform(images) == 0.1
    assert (hidden.sum(axis=(1, 2)) == 3 * 2).all()
    first = np.argmax(hidden.reshape(2000, -1), axis=1)
    counts = [(first == 5 * top + left).sum() for top in range(4) for left in range(4)]
    assert sum(counts) == 2000
    assert stats.chisquare(counts).pvalue > 1e-3


@pytest.mark.parametrize(("direction", "axis"), [("rows", 2), ("columns", 1)])
def test_dead_lines_are_whole_lines(direction, axis):
    images = np.random.default_rng(0).uniform(0.5, 1, (500, 10, 8))
    dead = DeadLines(0.3, direction=direction, **SEED).transform(images) == 0
    lines = dead.any(axis=axis)
    assert (dead.all(axis=axis) == lines).all()
    assert abs(lines.mean() - 0.3) < 5 * np.sqrt(0.21 / lines.size)


def test_stripe_inverts_a_quarter_on_each_side():
    images = np.random.default_rng(0).random((5, 28, 28))
    expected = images.copy()
    expected[:, :, :7] = 1 - images[:, :, :7]
    expected[:, :, 21:] = 1 - images[:, :, 21:]
    np.testing.assert_array_equal(Stripe(0.25).transform(images), expected)


def test_dotted_line_has_the_published_profile():
    images = np.zeros((20, 28, 28))
    images[:, 27, 27] = np.linspace(0.1, 1, 20)  # they differ in content
    drawn = DottedLine(**SEED).transform(images) - images
    is_dash = np.arange(28) // 2 % 2 == 1
    is_dash[27] = False
    assert (drawn.any(axis=(0, 1)) == is_dash).all()
    columns, rows = np.flatnonzero(is_dash), np.arange(28)[:, np.newaxis]
    for image in drawn:
        candidates = [
            np.maximum(0, 1 + np.log(np.maximum(1 - np.abs(rows - line) / 2.3, 1e-9)))
            for first in range(27)
            for last in range(27)
            for line in [first + (last - first) / 27 * columns]
        ]
        assert min(np.abs(image[:, columns] - one).max() for one in candidates) < 1e-5


def test_zigzag_is_a_triangle_wave_along_a_line():
    images = np.zeros((40, 60, 60))
    images[:, 59, 59] = np.linspace(0.1, 1, 40)  # they differ in content
    straight = Zigzag(amplitude=0, **SEED).transform(images)
    waved = Zigzag(amplitude=5, length=6, **SEED).transform(images)
    columns = np.arange(4, 56)
    inside = 0
    for line, wave in zip(straight, waved, strict=True):
        y_line, y_wave = (
            line[:, columns].argmax(axis=0),
            wave[:, columns].argmax(axis=0),
        )
        slope, start = np.polyfit(columns, y_line, 1)
        if not 8 < y_line.min() <= y_line.max() < 52:
            continue
        inside += 1
        assert np.abs(start + slope * columns - y_line).max() < 1
        expected = 5 * (2 / np.pi) * np.arcsin(np.sin(np.pi / 2 * (columns - 2) / 6))
        # The wave is turned with its line, which moves it by up to 0.5 pixels.
        assert np.abs(y_wave - (start + slope * columns) - expected).max() < 2
    assert inside > 10


# Edges


@pytest.mark.parametrize(
    "settings",
    [{}, {"std": 0.5, "low": 0.3, "high": 0.9}, {"std": 2, "low": 0.05, "high": 0.05}],
    ids=str,
)
def test_canny_edges_equal_scikit_image(settings):
    images = load_small_digits().images[:50, :, :7]
    images = images.repeat(3, axis=1).repeat(3, axis=2).astype(float)
    names = {"std": "sigma", "low": "low_threshold", "high": "high_threshold"}
    theirs = {names[name]: value for name, value in settings.items()}
    for stack in (images, images.transpose(0, 2, 1)):  # even and odd sides
        expected = [feature.canny(image, **theirs) for image in stack]
        np.testing.assert_array_equal(CannyEdges(**settings).transform(stack), expected)


def test_canny_edges_have_at_least_the_least_gradients():
    step = np.zeros((1, 9, 8))
    step[..., 4:] = 1
    expected = np.zeros_like(step)
    expected[:, 1:-1, 3:5] = 1  # where the gradient is 4
    edges = CannyEdges(0, low=4, high=4).transform(step)
    np.testing.assert_array_equal(edges, expected)


# MNIST-C

# Names and severities of the program that made it, in its order.
PUBLISHED = {
    "shot_noise": {"photons": [60, 25, 12, 5, 3][5 - 1]},
    "impulse_noise": {"amount": [0.03, 0.06, 0.09, 0.17, 0.27][4 - 1]},
    "glass_blur": {"std": 0.7, "max_shift": 1, "iterations": 2},
    "motion_blur": {"std": 3, "length": 2 * 10, "max_angle": 45},
    "shear": {"angle": np.rad2deg([0.2, 0.4, 0.6, 0.8, 1.0][2 - 1])},
    "scale": {"factor": [0.9, 0.8, 0.7, 0.6, 0.5][3 - 1]},
    "rotate": {"angle": np.rad2deg([0.2, 0.4, 0.6, 0.8, 1.0][2 - 1])},
    "brightness": {"offset": [0.1, 0.2, 0.3, 0.4, 0.5][5 - 1]},
    "translate": {"shift": [1, 2, 3, 4, 5][3 - 1]},
    "stripe": {"width": 7 / 28},
    "fog": {"strength": 3, "roughness": 1.4, "map_size": 256},
    "spatter": {"coverage": stats.norm.sf(0.65, loc=0.65, scale=0.3), "edge": 1.5},
    "dotted_line": {"width": 2.3, "dash": 2},
    "zigzag": {"width": 2.3, "amplitude": 2, "length": 2},
    "canny_edges": {"std": 1, "low": 0.1, "high": 0.2},
}


def test_mnist_c_has_the_published_severities():
    ours = mnist_c(random_state=5)
    assert list(ours) == list(PUBLISHED)
    for name, corruption in ours.items():
        parameters = corruption.get_params()
        assert parameters.get("random_state", 5) == 5
        for parameter, value in PUBLISHED[name].items():
            assert parameters[parameter] == pytest.approx(value)
