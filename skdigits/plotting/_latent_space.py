"""Where an autoencoder puts the digits, and what it draws there."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdigits.plotting._axes import figure_and_axes
from skdigits.plotting._latent_plane import LatentPlane

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Paul Tol's "muted" palette, distinct under the common colour blindnesses, its grey
# darkened, in an order that gives digits of similar shape different hues.
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
_FEW = 500  # points that can be larger


class LatentSpaceDisplay:
    """Codes of pictures in the latent space of an autoencoder, coloured by class.

    Parameters
    ----------
    points : array-like of shape (n_samples, 2)
        Codes, or their first two principal components.
    y : array-like of shape (n_samples,)
        Class of each.
    axis_labels : tuple of str, default=("code, component 1", "code, component 2")
        What the two columns are.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        The Axes drawn on last.
    figure_ : matplotlib.figure.Figure
        Its figure.
    scatters_ : list of matplotlib.collections.PathCollection
        The points, one entry per class in sorted order.

    See Also
    --------
    plot_latent_grid : What the decoder draws all over the same plane.
    sklearn.manifold.TSNE : Another way to look at codes of many components.

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
        axis_labels: tuple[str, str] = ("code, component 1", "code, component 2"),
    ) -> None:
        self.points: NDArray[Any] = np.asarray(points, dtype=float)
        self.y: NDArray[Any] = np.asarray(y)
        self.axis_labels = axis_labels

    @classmethod
    def from_estimator(
        cls, autoencoder: Any, X: ArrayLike, y: ArrayLike, *, ax: "Axes | None" = None
    ) -> Self:
        """Encode pictures and draw where they lie.

        Parameters
        ----------
        autoencoder : estimator
            A fitted autoencoder with ``encode``.
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Pictures.
        y : array-like of shape (n_samples,)
            Their classes.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        display : LatentSpaceDisplay
            The drawn display.

        Raises
        ------
        ValueError
            If codes have a single component, or `X` and `y` differ in length.

        Notes
        -----
        Two components are drawn as they are. Of more, the axes are the first two
        principal components of the codes of `X`.
        """
        codes = autoencoder.encode(X)
        if len(codes) != len(np.asarray(y)):
            raise ValueError(
                f"LatentSpaceDisplay: X holds {len(codes)} pictures, y "
                f"{len(np.asarray(y))} classes."
            )
        plane = LatentPlane(codes, cls.__name__)
        points, labels = plane.points(codes), plane.axis_labels
        return cls(points=points, y=y, axis_labels=labels).plot(ax)

    def plot(self, ax: "Axes | None" = None) -> Self:
        """Draw the points, and the name of each class at the mean of its points.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        self : LatentSpaceDisplay
            The display, with `ax_`, `figure_` and `scatters_`.
        """
        self.figure_, self.ax_ = figure_and_axes(ax, size=(6.4, 5.6))
        self.scatters_ = []
        for index, label in enumerate(np.unique(self.y)):
            own = self.points[self.y == label]
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
                    label=str(label),
                    rasterized=len(self.points) > 10 * _FEW,
                )
            )
            self._draw_name(str(label), own.mean(axis=0), colour)
        self.ax_.set(xlabel=self.axis_labels[0], ylabel=self.axis_labels[1])
        self.ax_.legend(
            loc="upper left", bbox_to_anchor=(1, 1), frameon=False, markerscale=1.8
        )
        return self

    def _draw_name(self, name: str, place: NDArray[Any], colour: str) -> None:
        self.ax_.text(
            place[0],
            place[1],
            name,
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
