"""Cross-validated accuracy against the L2 factor."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdigits.plotting._axes import (
    BLUE,
    GREY,
    figure_and_axes,
    legend_above,
    percent_axis,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class AlphaSweepDisplay:
    """Cross-validated accuracy against the L2 factor, with its spread.

    Parameters
    ----------
    alphas : array-like of shape (n_alphas,)
        Values swept, in rising order (dimensionless).
    mean_scores : array-like of shape (n_alphas,)
        Mean score of each value (fraction).
    std_scores : array-like of shape (n_alphas,)
        Standard deviation of those scores (fraction).
    n_fits : int, default=None
        Number of fits behind each mean, for the legend; None leaves it out.
    param : str, default="alpha"
        Name of the swept parameter, for the axis.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        The Axes drawn on last.
    figure_ : matplotlib.figure.Figure
        Its figure.
    errorbar_ : matplotlib.container.ErrorbarContainer
        The means and their error bars.

    See Also
    --------
    sklearn.model_selection.ValidationCurveDisplay : Training and test scores against
        one parameter, computed while drawing.

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
        cv_results: Mapping[str, Any],
        *,
        param: str = "alpha",
        reference: float | None = None,
        reference_name: str = "reference",
        ax: "Axes | None" = None,
    ) -> Self:
        """Aggregate and draw the results of a grid search.

        All scores of one value of `param`, over every fold and every other parameter
        (such as `random_state`), form one sample; its mean and its standard deviation
        (divided by n, as ``std_test_score`` is) are drawn.

        Parameters
        ----------
        cv_results : mapping
            Attribute ``cv_results_`` of a fitted `GridSearchCV` or its like.
        param : str, default="alpha"
            The parameter of the grid for the horizontal axis.
        reference : float, default=None
            A score to compare with (fraction), drawn as a horizontal line.
        reference_name : str, default="reference"
            What the legend calls it.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        display : AlphaSweepDisplay
            The drawn display.

        Raises
        ------
        ValueError
            If `param` was not in the grid.
        """
        if f"param_{param}" not in cv_results:
            known = [name[6:] for name in cv_results if name.startswith("param_")]
            raise ValueError(f"param={param!r} was not searched; these were: {known}.")
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
            # Lists of grids may search some values more often than others.
            n_fits=samples[0].size if len({s.size for s in samples}) == 1 else None,
            param=param.rpartition("__")[2],
        )
        return display.plot(ax, reference=reference, reference_name=reference_name)

    def plot(
        self,
        ax: "Axes | None" = None,
        *,
        reference: float | None = None,
        reference_name: str = "reference",
    ) -> Self:
        """Draw means and error bars on a logarithmic axis, zero standing apart.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        reference : float, default=None
            A score to compare with (fraction), drawn as a horizontal line.
        reference_name : str, default="reference"
            What the legend calls it.

        Returns
        -------
        self : AlphaSweepDisplay
            The display, with `ax_`, `figure_` and `errorbar_`.
        """
        self.figure_, self.ax_ = figure_and_axes(ax)
        self.ax_.set_xscale("log")
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


def _positions_on_log_axis(ax: "Axes", values: NDArray[np.floating]) -> NDArray[Any]:
    """Place zero one decade left of the smallest decade and label it so."""
    if not np.any(values == 0):
        return values
    positive = values[values > 0]
    first = np.floor(np.log10(positive.min(initial=1.0)))
    last = np.ceil(np.log10(positive.max(initial=1.0)))
    decades = np.arange(first, last + 1)
    # Subdivisions would suggest that the axis goes on between zero and the rest.
    ax.minorticks_off()
    ax.set_xticks(
        10.0 ** np.concatenate([[first - 1], decades]),
        ["0", *(f"$10^{{{decade:.0f}}}$" for decade in decades)],
    )
    return np.where(values > 0, values, 10.0 ** (first - 1))
