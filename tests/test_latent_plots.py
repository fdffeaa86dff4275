"""Plots of a latent space show encoded images as points, decoded points as images."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.decomposition import PCA

from skdigits import DenoisingAutoencoder
from skdigits.plotting import LatentSpaceDisplay, plot_digits, plot_latent_grid


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


def test_labels_are_plain_text(ax):
    labels = np.array([r"$\bad$", "_x", "$"])
    points = np.arange(6.0).reshape(3, 2)
    display = LatentSpaceDisplay(points=points, y=labels).plot(ax)
    plot_digits(np.zeros((3, 64)), titles=labels, row_labels=["$"], ax=ax)
    display.figure_.draw_without_rendering()  # parses mathematics
    names = [text.get_text().strip() for text in ax.get_legend().get_texts()]
    assert names == [r"\$", r"\$\bad\$", "_x"]


def test_points_are_the_latent_vectors_of_each_class(plane, digits, ax):
    X, y = digits[2:]
    display = LatentSpaceDisplay.from_estimator(plane, X, y, ax=ax)
    latent = plane.encode(X)
    for digit, scatter in enumerate(display.scatters_):
        np.testing.assert_allclose(scatter.get_offsets(), latent[y == digit])
    assert display.ax_ is ax
    assert display.figure_ is ax.figure


def test_class_labels_stand_at_the_class_means(ax):
    display = LatentSpaceDisplay(
        points=[[0, 0], [2, 4], [5, 5]], y=["b", "b", "a"]
    ).plot(ax)
    positions = {text.get_text(): text.get_position() for text in display.ax_.texts}
    assert positions == {"a": (5, 5), "b": (1, 2)}


def test_points_without_a_label_are_shown(ax):
    points = [[0, 0], [2, 4], [5, 5]]
    display = LatentSpaceDisplay(points=points, y=[1, np.nan, np.nan]).plot(ax)
    shown = [len(scatter.get_offsets()) for scatter in display.scatters_]
    assert shown == [1, 2]


def test_classes_differ_in_color_and_marker(plane, digits, ax):
    X, y = digits[2:]
    display = LatentSpaceDisplay.from_estimator(plane, X, y, ax=ax)
    colors = {tuple(scatter.get_facecolor()[0]) for scatter in display.scatters_}
    markers = {len(scatter.get_paths()[0].vertices) for scatter in display.scatters_}
    assert len(colors) == 10
    assert len(markers) > 1


def test_large_latent_space_is_plotted_by_its_principal_components(space, digits, ax):
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
def test_grid_shows_the_decoded_images_of_its_points(latent_size, request, digits, ax):
    autoencoder, X = request.getfixturevalue(latent_size), digits[2]
    n = 4
    plot_latent_grid(autoencoder, X, n=n, ax=ax)
    (image,) = ax.images
    left, right, bottom, top = image.get_extent()
    latent = autoencoder.encode(X)
    pca = PCA(2).fit(latent) if latent_size == "space" else None
    n_pixels = len(image.get_array())
    step = (n_pixels - 8) // (n - 1)
    for row, column in [(0, 0), (1, 3), (3, 2)]:
        x = left + (step * column + 4) / n_pixels * (right - left)
        y = top + (step * row + 4) / n_pixels * (bottom - top)
        point = [[x, y]] if pca is None else pca.inverse_transform([[x, y]])
        rows, columns = (slice(step * i, step * i + 8) for i in (row, column))
        tile = image.get_array()[rows, columns].ravel()
        np.testing.assert_allclose(tile, autoencoder.decode(point)[0], atol=1e-4)


def test_grid_spans_the_latent_vectors_without_outliers(plane, digits, ax):
    X = digits[2]
    plot_latent_grid(plane, X, n=101, ax=ax)
    left, right, bottom, top = ax.images[0].get_extent()
    latent = plane.encode(X)
    for coordinates, low, high in [
        (latent[:, 0], left, right),
        (latent[:, 1], bottom, top),
    ]:
        outside = np.mean((coordinates < low) | (coordinates > high))
        assert 0 < outside <= 0.03


def test_invalid_input_raises(plane, digits, ax):
    X, y = digits[2:]
    with pytest.raises(ValueError, match="X has 397 images, but y has 396 labels"):
        LatentSpaceDisplay.from_estimator(plane, X, y[1:], ax=ax)
    with pytest.raises(ValueError, match="1 component.*latent_size=2"):
        plot_latent_grid(fitted(X, 1), X, ax=ax)
    with pytest.raises(ValueError, match="n must be 2 or more, got 1"):
        plot_latent_grid(plane, X, n=1, ax=ax)
    with pytest.raises(ValueError, match="same value along an axis.*elu"):
        plot_latent_grid(plane, X[:1], ax=ax)
