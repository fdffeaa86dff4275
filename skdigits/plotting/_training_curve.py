"""Accuracy and loss per epoch."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdigits.plotting._axes import (
    BLUE,
    VERMILLION,
    draw_curves,
    figure_and_axes,
    percent_axis,
)
from skdigits.plotting._display import Display, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class TrainingCurveDisplay(Display):
    """Accuracy or loss after each epoch of training.

    Parameters
    ----------
    metric : {"accuracy", "loss"}
        Metric of `train` and `validation`: accuracy (fraction) or loss (nats).
    train : array-like of shape (n_epochs,)
        Values on the training images, one per epoch.
    validation : array-like of shape (n_epochs,), default=None
        Values on held-out images.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes of the last plot.
    figure_ : matplotlib.figure.Figure
        Figure of `ax_`.
    lines_ : list of matplotlib.lines.Line2D
        The curves: training, then validation if given.

    See Also
    --------
    sklearn.model_selection.LearningCurveDisplay : Score against the size of the
        training set.

    Examples
    --------
    >>> from skdigits.plotting import TrainingCurveDisplay
    >>> display = TrainingCurveDisplay(
    ...     metric="accuracy", train=[0.85, 0.93, 0.97], validation=[0.88, 0.92, 0.93]
    ... ).plot()
    >>> len(display.lines_)
    2
    """

    def __init__(
        self, *, metric: str, train: ArrayLike, validation: ArrayLike | None = None
    ) -> None:
        self.metric = metric
        self.train: NDArray[Any] = np.asarray(train, dtype=float)
        self.validation: NDArray[Any] | None = (
            None if validation is None else np.asarray(validation, dtype=float)
        )

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        metric: str = "accuracy",
        validation_name: str = "validation",
        ax: "Axes | None" = None,
    ) -> Self:
        """Plot the `history_` of a fitted network.

        Parameters
        ----------
        estimator : estimator
            A fitted network of this package.
        metric : {"accuracy", "loss"}, default="accuracy"
            Metric to plot.
        validation_name : str, default="validation"
            Name of the held-out images in the legend.
        ax : matplotlib.axes.Axes, default=None
            Axes to plot on; None creates a new figure.

        Returns
        -------
        display : TrainingCurveDisplay
            Display with the plot.

        Raises
        ------
        ValueError
            If the estimator did not record `metric`.
        """
        history = estimator.history_
        if metric not in history:
            known = sorted(name for name in history if not name.startswith("val_"))
            raise ValueError(
                f"metric={metric!r} was not recorded by {type(estimator).__name__}; "
                f"it recorded {known}."
            )
        display = cls(
            metric=metric,
            train=history[metric],
            validation=history.get(f"val_{metric}"),
        )
        return display.plot(ax, validation_name=validation_name)

    def _table(self) -> Table:
        factor, unit = (1, "nats") if self.metric == "loss" else (100, "%")
        columns = {"training": self.train, "validation": self.validation}
        return {"epoch": range(1, len(self.train) + 1)} | {
            f"{name} {self.metric} ({unit})": factor * values
            for name, values in columns.items()
            if values is not None
        }

    def plot(
        self, ax: "Axes | None" = None, *, validation_name: str = "validation"
    ) -> Self:
        """Plot the curves.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Axes to plot on; None creates a new figure.
        validation_name : str, default="validation"
            Name of the held-out images in the legend.

        Returns
        -------
        self : TrainingCurveDisplay
            The display, with `ax_`, `figure_` and `lines_`.
        """
        from matplotlib.ticker import MaxNLocator

        self.figure_, self.ax_ = figure_and_axes(ax)
        self.lines_ = draw_curves(
            self.ax_,
            np.arange(1, len(self.train) + 1),
            [
                (self.train, "training", BLUE, "--"),
                (self.validation, validation_name, VERMILLION, "-"),
            ],
        )
        self.ax_.set_xlabel("epoch")
        self.ax_.xaxis.set_major_locator(MaxNLocator(integer=True))
        if self.metric == "loss":
            self.ax_.set_ylabel("loss (nats)")
            self.ax_.set_ylim(bottom=0)
        else:
            percent_axis(self.ax_, self.metric)
        return self
