"""Scatter plot of latent vectors."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdigits.plotting._axes import as_text, figure_and_axes
from skdigits.plotting._display import Display, Table
from skdigits.plotting._latent_plane import LatentPlane

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Paul Tol's "muted" palette, distinguishable with common colour blindnesses. The grey
# is darkened; the order gives digits of similar shape different hues.
_COLOURS = (
    "#332288",
    "#882255",
    "#117733",
    "#CC6677",
    "#88CCEE",
    "#999933",
    "#44AA99",
    "#DDCC77",
    "#777777",
    "#AA4499",
)
_MARKERS = "osD^v"
_FEW = 500  # up to so many points, markers are larger


class LatentSpaceDisplay(Display):
    """Latent vectors of images, coloured by class.

    Parameters
    ----------
    points : array-like of shape (n_samples, 2)
        Latent vectors, or their first two principal components.
    y : array-like of shape (n_samples,)
        Class labels.
    axis_labels : tuple of str, default=("latent component 1", "latent component 2")
        Labels of the axes.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes of the last plot.
    figure_ : matplotlib.figure.Figure
        Figure of `ax_`.
    scatters_ : list of matplotlib.collections.PathCollection
        One scatter plot per class, in sorted order.

    See Also
    --------
    plot_latent_grid : Plots images decoded from a grid in the same plane.
    sklearn.manifold.TSNE : Another projection of latent vectors of many components.

    Examples
    --------
    >>> from skdigits import DenoisingAutoencoder
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.plotting import LatentSpaceDisplay
    >>> X, y = load_small_digits(return_X_y=True)
    >>> autoencoder = DenoisingAutoencoder("dense", latent_size=2, random_state=0)
    >>> display = LatentSpaceDisplay.from_estimator(autoencoder.fit(X), X, y)
    >>> len(display.scatters_)
    10
    """

    def __init__(
        self,
        *,
        points: ArrayLike,
        y: ArrayLike,
        axis_labels: tuple[str, str] = ("latent component 1", "latent component 2"),
    ) -> None:
        self.points: NDArray[Any] = np.asarray(points, dtype=float)
        self.y: NDArray[Any] = np.asarray(y)
        self.axis_labels = axis_labels

    @classmethod
    def from_estimator(
        cls, autoencoder: Any, X: ArrayLike, y: ArrayLike, *, ax: "Axes | None" = None
    ) -> Self:
        """Encode images and plot their latent vectors.

        Parameters
        ----------
        autoencoder : estimator
            A fitted autoencoder with ``encode``.
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images.
        y : array-like of shape (n_samples,)
            Class labels.
        ax : matplotlib.axes.Axes, default=None
            Axes to plot on; None creates a new figure.

        Returns
        -------
        display : LatentSpaceDisplay
            Display with the plot.

        Raises
        ------
        ValueError
            If latent vectors have a single component, or `X` and `y` differ in length.

        Notes
        -----
        With more than two components, the axes are the first two principal components
        of the latent vectors of `X`.
        """
        latent = autoencoder.encode(X)
        if len(latent) != len(np.asarray(y)):
            raise ValueError(
                f"LatentSpaceDisplay: X has {len(latent)} images, but y has "
                f"{len(np.asarray(y))} labels."
            )
        plane = LatentPlane(latent, cls.__name__)
        points, labels = plane.project(latent), plane.axis_labels
        return cls(points=points, y=y, axis_labels=labels).plot(ax)

    def _table(self) -> Table:
        labels, n_images = np.unique(self.y, return_counts=True)
        means = np.array(
            [self.points[self.y == label].mean(axis=0) for label in labels]
        )
        return {"class": labels, "images": n_images} | {
            f"{axis}, mean": means[:, index]
            for index, axis in enumerate(self.axis_labels)
        }

    def plot(self, ax: "Axes | None" = None) -> Self:
        """Plot the points, and the label of each class at the mean of its points.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Axes to plot on; None creates a new figure.

        Returns
        -------
        self : LatentSpaceDisplay
            The display, with `ax_`, `figure_` and `scatters_`.
        """
        self.figure_, self.ax_ = figure_and_axes(ax, size=(6.4, 5.6))
        self.scatters_ = []
        labels, label_indices = np.unique(self.y, return_inverse=True)
        for index, label in enumerate(labels):
            own = self.points[label_indices == index]
            colour = _COLOURS[index % len(_COLOURS)]
            self.scatters_.append(
                self.ax_.scatter(
                    own[:, 0],
                    own[:, 1],
                    s=24 if len(self.points) <= _FEW else 10,
                    marker=_MARKERS[index % len(_MARKERS)],
                    color=colour,
                    alpha=0.8,
                    linewidths=0,
                    label=as_text(label),
                    rasterized=len(self.points) > 10 * _FEW,
                )
            )
            self._draw_label(as_text(label), own.mean(axis=0), colour)
        self.ax_.set(xlabel=self.axis_labels[0], ylabel=self.axis_labels[1])
        self.ax_.legend(
            loc="upper left", bbox_to_anchor=(1, 1), frameon=False, markerscale=1.8
        )
        return self

    def _draw_label(self, label: str, point: NDArray[Any], colour: str) -> None:
        self.ax_.text(
            point[0],
            point[1],
            label,
            ha="center",
            va="center",
            fontsize=12,
            weight="bold",
            bbox={
                "boxstyle": "circle,pad=0.25",
                "facecolor": "white",
                "edgecolor": colour,
                "linewidth": 2,
                "alpha": 0.9,
            },
        )
