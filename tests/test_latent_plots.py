"""What is drawn of a latent space is where pictures are encoded, and what decoded."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.decomposition import PCA

from skdigits import DenoisingAutoencoder
from skdigits.plotting import LatentSpaceDisplay, plot_latent_grid


@pytest.fixture
def ax():
    return Figure().subplots()


def fitted(X, latent_size):
    autoencoder = DenoisingAutoencoder(
        "dense",
        hidden_layer_sizes=(16,),
        latent_size=latent_size,
        activation="tanh",
        epochs=2,
        random_state=0,
    )
    return autoencoder.fit(X)


@pytest.fixture(scope="module")
def plane(digits):
    return fitted(digits[0], 2)


@pytest.fixture(scope="module")
def space(digits):
    return fitted(digits[0], 5)


def test_points_are_the_codes_class_by_class(plane, digits, ax):
    X, y = digits[2:]
    display = LatentSpaceDisplay.from_estimator(plane, X, y, ax=ax)
    codes = plane.encode(X)
    for digit, scatter in enumerate(display.scatters_):
        np.testing.assert_allclose(scatter.get_offsets(), codes[y == digit])
    assert display.ax_ is ax
    assert display.figure_ is ax.figure


def test_names_stand_at_the_means_of_the_classes(ax):
    display = LatentSpaceDisplay(
        points=[[0, 0], [2, 4], [5, 5]], y=["b", "b", "a"]
    ).plot(ax)
    names = {text.get_text(): text.get_position() for text in display.ax_.texts}
    assert names == {"a": (5, 5), "b": (1, 2)}


def test_classes_differ_in_more_than_colour(plane, digits, ax):
    X, y = digits[2:]
    display = LatentSpaceDisplay.from_estimator(plane, X, y, ax=ax)
    colours = {tuple(scatter.get_facecolor()[0]) for scatter in display.scatters_}
    markers = {len(scatter.get_paths()[0].vertices) for scatter in display.scatters_}
    assert len(colours) == 10
    assert len(markers) > 1


def test_more_components_are_drawn_by_their_principal_ones(space, digits, ax):
    X, y = digits[2:]
    display = LatentSpaceDisplay.from_estimator(space, X, y, ax=ax)
    pca = PCA(2).fit(space.encode(X))
    np.testing.assert_allclose(
        np.abs(display.points), np.abs(pca.transform(space.encode(X))), atol=1e-4
    )
    share = f"{pca.explained_variance_ratio_[0]:.0%}"
    assert "principal component 1" in ax.get_xlabel()
    assert share in ax.get_xlabel()


@pytest.mark.parametrize("latent_size", ["plane", "space"])
def test_grid_shows_what_is_decoded_at_its_points(latent_size, request, digits, ax):
    autoencoder, X = request.getfixturevalue(latent_size), digits[2]
    n = 4
    plot_latent_grid(autoencoder, X, n=n, ax=ax)
    (image,) = ax.images
    left, right, bottom, top = image.get_extent()
    codes = autoencoder.encode(X)
    pca = PCA(2).fit(codes) if latent_size == "space" else None
    n_pixels = len(image.get_array())
    step = (n_pixels - 8) // (n - 1)
    for row, column in [(0, 0), (1, 3), (3, 2)]:
        x = left + (step * column + 4) / n_pixels * (right - left)
        y = top + (step * row + 4) / n_pixels * (bottom - top)
        code = [[x, y]] if pca is None else pca.inverse_transform([[x, y]])
        rows, columns = (slice(step * i, step * i + 8) for i in (row, column))
        drawn = image.get_array()[rows, columns].ravel()
        np.testing.assert_allclose(drawn, autoencoder.decode(code)[0], atol=1e-4)


def test_grid_spans_the_codes_without_the_outermost(plane, digits, ax):
    X = digits[2]
    plot_latent_grid(plane, X, n=101, ax=ax)
    left, right, bottom, top = ax.images[0].get_extent()
    codes = plane.encode(X)
    for coordinates, low, high in [
        (codes[:, 0], left, right),
        (codes[:, 1], bottom, top),
    ]:
        outside = np.mean((coordinates < low) | (coordinates > high))
        assert 0 < outside <= 0.03


def test_what_cannot_be_drawn_is_said(plane, digits, ax):
    X, y = digits[2:]
    with pytest.raises(ValueError, match="X has 397 images, but y has 396 labels"):
        LatentSpaceDisplay.from_estimator(plane, X, y[1:], ax=ax)
    with pytest.raises(ValueError, match="1 component.*latent_size=2"):
        plot_latent_grid(fitted(X, 1), X, ax=ax)
    with pytest.raises(ValueError, match="n must be 2 or more, got 1"):
        plot_latent_grid(plane, X, n=1, ax=ax)
    with pytest.raises(ValueError, match="same value along an axis.*elu"):
        plot_latent_grid(plane, X[:1], ax=ax)
