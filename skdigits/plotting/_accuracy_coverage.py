"""Accuracy against the fraction of images that are not rejected."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_consistent_length, column_or_1d

from skdigits.plotting._axes import (
    BLUE,
    GREEN,
    ORANGE,
    VERMILLION,
    figure_and_axes,
    percent_axis,
)
from skdigits.plotting._display import Display, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = BLUE, VERMILLION, GREEN, ORANGE


class AccuracyCoverageDisplay(Display):
    """Accuracy of the surest predictions against how many are accepted.

    A classifier that may reject images is right more often on the others. The coverage
    is the fraction of images that it does not reject [1]_.

    Parameters
    ----------
    coverage : array-like of shape (n_thresholds,)
        Fraction of images whose score is not below a threshold, increasing.
    accuracy : array-like of shape (n_thresholds,)
        Accuracy on these images (fraction).

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes of the last plot.
    figure_ : matplotlib.figure.Figure
        Figure of `ax_`.
    line_ : matplotlib.lines.Line2D
        The curve.

    See Also
    --------
    sklearn.calibration.CalibrationDisplay : Whether probabilities are right.
    skdigits.RejectingClassifier : Rejects images.

    References
    ----------
    .. [1] El-Yaniv and Wiener (2010). On the foundations of noise-free selective
       classification. JMLR 11, 1605-1641.

    Examples
    --------
    >>> from skdigits.plotting import AccuracyCoverageDisplay
    >>> display = AccuracyCoverageDisplay.from_predictions(
    ...     y_true=[1, 7, 4, 2], y_pred=[1, 7, 9, 2], scores=[0.9, 0.8, 0.4, 0.8]
    ... )
    >>> display.coverage, display.accuracy
    (array([0.25, 0.75, 1.  ]), array([1.  , 1.  , 0.75]))
    """

    def __init__(self, *, coverage: ArrayLike, accuracy: ArrayLike) -> None:
        self.coverage: NDArray[Any] = np.asarray(coverage, dtype=float)
        self.accuracy: NDArray[Any] = np.asarray(accuracy, dtype=float)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike,
        y: ArrayLike,
        *,
        name: str | None = None,
        ax: "Axes | None" = None,
    ) -> Self:
        """Plot the curve of a fitted classifier.

        Parameters
        ----------
        estimator : estimator
            A fitted classifier with `score_samples` or `predict_proba`. The score of an
            image is what the first returns, else the greatest of its probabilities.
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Test images.
        y : array-like of shape (n_samples,)
            Labels.
        name : str, default=None
            Name of the curve in a legend; None adds no legend.
        ax : matplotlib.axes.Axes, default=None
            Axes to plot on; None creates a new figure.

        Returns
        -------
        display : AccuracyCoverageDisplay
            Display with the plot.
        """
        if hasattr(estimator, "score_samples"):
            scores = estimator.score_samples(X)
        else:
            scores = estimator.predict_proba(X).max(axis=1)
        return cls.from_predictions(y, estimator.predict(X), scores, name=name, ax=ax)

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        scores: ArrayLike,
        *,
        name: str | None = None,
        ax: "Axes | None" = None,
    ) -> Self:
        """Plot the curve of predictions and their scores.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Labels.
        y_pred : array-like of shape (n_samples,)
            Predicted labels.
        scores : array-like of shape (n_samples,)
            How sure each prediction is; those with low scores are rejected first, and
            those with equal scores together.
        name : str, default=None
            Name of the curve in a legend; None adds no legend.
        ax : matplotlib.axes.Axes, default=None
            Axes to plot on; None creates a new figure.

        Returns
        -------
        display : AccuracyCoverageDisplay
            Display with the plot.
        """
        check_consistent_length(y_true, y_pred, scores)
        is_right = column_or_1d(y_true) == column_or_1d(y_pred)
        score = column_or_1d(scores)
        surest_first = np.argsort(score)[::-1]
        n_right = np.cumsum(is_right[surest_first])
        is_last = np.append(np.diff(score[surest_first]) != 0, True)
        n_accepted = np.flatnonzero(is_last) + 1
        return cls(
            coverage=n_accepted / len(score), accuracy=n_right[is_last] / n_accepted
        ).plot(ax, name=name)

    def _table(self) -> Table:
        return {
            "images that are not rejected (%)": 100 * self.coverage,
            "accuracy (%)": 100 * self.accuracy,
        }

    def plot(self, ax: "Axes | None" = None, *, name: str | None = None) -> Self:
        """Plot the curve.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Axes to plot on; None creates a new figure.
        name : str, default=None
            Name of the curve in a legend; None adds no legend.

        Returns
        -------
        self : AccuracyCoverageDisplay
            The display, with `ax_`, `figure_` and `line_`.
        """
        from matplotlib.ticker import PercentFormatter

        self.figure_, self.ax_ = figure_and_axes(ax)
        colour = _COLOURS[len(self.ax_.lines) % len(_COLOURS)]
        (self.line_,) = self.ax_.plot(
            self.coverage, self.accuracy, color=colour, label=name
        )
        self.ax_.set_xlabel("images that are not rejected (%)")
        self.ax_.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
        percent_axis(self.ax_, "accuracy")
        if name is not None:
            self.ax_.legend(loc="lower left")
        return self
