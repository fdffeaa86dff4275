"""Cross-validated accuracy against the L2 factor."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from skdigits.plotting._axes import (
    BLUE,
    GREY,
    figure_and_axes,
    legend_above,
    percent_axis,
)
from skdigits.plotting._display import Display, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class AlphaSweepDisplay(Display):
    """Cross-validated accuracy against the L2 factor, with standard deviations.

    Parameters
    ----------
    alphas : array-like of shape (n_alphas,)
        Values of the parameter, in increasing order (dimensionless).
    mean_scores : array-like of shape (n_alphas,)
        Mean score for each value (fraction).
    std_scores : array-like of shape (n_alphas,)
        Standard deviation of the scores for each value (fraction).
    n_fits : int, default=None
        Number of fits per value, shown in the legend; None omits it.
    param : str, default="alpha"
        Name of the parameter, shown as axis label.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes of the last plot.
    figure_ : matplotlib.figure.Figure
        Figure of `ax_`.
    errorbar_ : matplotlib.container.ErrorbarContainer
        Means and error bars.

    See Also
    --------
    sklearn.model_selection.ValidationCurveDisplay : Computes and plots training and
        test scores against one parameter.

    Examples
    --------
    >>> from skdigits.plotting import AlphaSweepDisplay
    >>> cv_results = {
    ...     "param_alpha": [0.0, 0.0, 1e-3, 1e-3],
    ...     "param_random_state": [0, 1, 0, 1],
    ...     "split0_test_score": [0.90, 0.92, 0.95, 0.97],
    ...     "split1_test_score": [0.94, 0.96, 0.95, 0.97],
    ... }
    >>> display = AlphaSweepDisplay.from_cv_results(cv_results)
    >>> display.mean_scores.round(3).tolist()
    [0.93, 0.96]
    """

    def __init__(
        self,
        *,
        alphas: ArrayLike,
        mean_scores: ArrayLike,
        std_scores: ArrayLike,
        n_fits: int | None = None,
        param: str = "alpha",
    ) -> None:
        self.alphas: NDArray[Any] = np.asarray(alphas, dtype=float)
        self.mean_scores: NDArray[Any] = np.asarray(mean_scores, dtype=float)
        self.std_scores: NDArray[Any] = np.asarray(std_scores, dtype=float)
        self.n_fits = n_fits
        self.param = param

    @classmethod
    def from_cv_results(
        cls,
        cv_results: Any,
        *,
        param: str = "alpha",
        reference: float | None = None,
        reference_name: str = "reference",
        ax: "Axes | None" = None,
    ) -> Self:
        """Aggregate and plot the results of a grid search.

        For each value of `param`, plots the mean and the standard deviation (divided by
        n, as in ``std_test_score``) of all scores, over every fold and every value of
        the other parameters (such as `random_state`).

        Parameters
        ----------
        cv_results : mapping or fitted search
            Fitted `GridSearchCV` or similar search, or its attribute ``cv_results_``.
        param : str, default="alpha"
            Parameter of the grid on the horizontal axis.
        reference : float, default=None
            Score to compare with (fraction), plotted as a horizontal line.
        reference_name : str, default="reference"
            Name of the reference in the legend.
        ax : matplotlib.axes.Axes, default=None
            Axes to plot on; None creates a new figure.

        Returns
        -------
        display : AlphaSweepDisplay
            Display with the plot.

        Raises
        ------
        ValueError
            If `param` is not in the grid.
        """
        if isinstance(cv_results, BaseEstimator):
            check_is_fitted(cv_results, "cv_results_")
            cv_results = cv_results.cv_results_
        if f"param_{param}" not in cv_results:
            known = [name[6:] for name in cv_results if name.startswith("param_")]
            advice = f"Choose from {known}" if known else "Pass a fitted search"
            raise ValueError(f"param={param!r} was not searched. {advice}.")
        values = np.asarray(cv_results[f"param_{param}"], dtype=float)
        scores = np.array(
            [
                column
                for name, column in cv_results.items()
                if name.startswith("split") and name.endswith("_test_score")
            ]
        )
        alphas = np.unique(values)
        samples = [scores[:, values == alpha] for alpha in alphas]
        display = cls(
            alphas=alphas,
            mean_scores=[sample.mean() for sample in samples],
            std_scores=[sample.std() for sample in samples],
            # With a list of grids, values may have different numbers of fits.
            n_fits=samples[0].size if len({s.size for s in samples}) == 1 else None,
            param=param.rpartition("__")[2],
        )
        return display.plot(ax, reference=reference, reference_name=reference_name)

    def _table(self) -> Table:
        return {
            self.param: self.alphas,
            "mean validation accuracy (%)": 100 * self.mean_scores,
            "standard deviation (%)": 100 * self.std_scores,
        }

    def plot(
        self,
        ax: "Axes | None" = None,
        *,
        reference: float | None = None,
        reference_name: str = "reference",
    ) -> Self:
        """Plot means and error bars on a logarithmic axis, with zero set apart.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Axes to plot on; None creates a new figure.
        reference : float, default=None
            Score to compare with (fraction), plotted as a horizontal line.
        reference_name : str, default="reference"
            Name of the reference in the legend.

        Returns
        -------
        self : AlphaSweepDisplay
            The display, with `ax_`, `figure_` and `errorbar_`.
        """
        self.figure_, self.ax_ = figure_and_axes(ax)
        self.ax_.set_xscale("log")
        self.ax_.xaxis.set_major_formatter(lambda value, _: _power_of_ten(value))
        positions = _positions_on_log_axis(self.ax_, self.alphas)
        self.errorbar_ = self.ax_.errorbar(
            positions,
            self.mean_scores,
            yerr=self.std_scores,
            fmt="o",
            capsize=4,
            color=BLUE,
            label="mean ± standard deviation"
            + (f" over {self.n_fits} fits" if self.n_fits else ""),
        )
        positive = self.alphas > 0
        self.ax_.plot(positions[positive], self.mean_scores[positive], color=BLUE)
        if reference is not None:
            self.ax_.axhline(
                reference, linestyle="--", color=GREY, label=reference_name
            )
        self.ax_.set_xlabel(f"L2 factor {self.param} (dimensionless)")
        percent_axis(self.ax_, "validation accuracy")
        legend_above(self.ax_, n_columns=1)
        return self


def _power_of_ten(value: float) -> str:
    """Return the label of a tick, in plain text, which is drawn at once.

    >>> _power_of_ten(0.001)
    '10⁻³'
    """
    return "10" + f"{np.log10(value):.0f}".translate(_SUPERSCRIPTS)


def _positions_on_log_axis(ax: "Axes", values: NDArray[np.floating]) -> NDArray[Any]:
    """Return the positions, with zero one decade left of the rest; label the ticks."""
    if not np.any(values == 0):
        return values
    positive = values[values > 0]
    first = np.floor(np.log10(positive.min(initial=1.0)))
    last = np.ceil(np.log10(positive.max(initial=1.0)))
    decades = np.arange(first, last + 1)
    # Minor ticks would suggest a continuous axis between zero and the rest.
    ax.minorticks_off()
    ax.set_xticks(
        10.0 ** np.concatenate([[first - 1], decades]),
        ["0", *(_power_of_ten(10.0**decade) for decade in decades)],
    )
    return np.where(values > 0, values, 10.0 ** (first - 1))
