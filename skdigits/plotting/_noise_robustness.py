"""Accuracy against the amount of noise or of another corruption."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone

from skdigits.plotting._axes import (
    BLUE,
    NOISE_LABEL,
    VERMILLION,
    draw_curves,
    figure_and_axes,
    noise_axis,
    percent_axis,
)
from skdigits.plotting._display import Display, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class NoiseRobustnessDisplay(Display):
    """Accuracy on noisy images against the amount of noise, or of a corruption.

    Parameters
    ----------
    amounts : array-like of shape (n_amounts,)
        Fractions of pixels replaced by salt or pepper, or values of another parameter.
    noisy_accuracy : array-like of shape (n_amounts,)
        Accuracy on the noisy images (fraction).
    denoised_accuracy : array-like of shape (n_amounts,), default=None
        Accuracy on the same images after denoising (fraction).
    label : str or None, default=None
        Label of the horizontal axis; None stands for salt-and-pepper noise, in percent.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes of the last plot.
    figure_ : matplotlib.figure.Figure
        Figure of `ax_`.
    lines_ : list of matplotlib.lines.Line2D
        The curves: noisy, then denoised if given.

    See Also
    --------
    skdigits.SaltPepperNoise : Adds the noise.
    skdigits.corruptions : Other corruptions.
    skdigits.DenoisingAutoencoder : Removes the noise.

    Examples
    --------
    >>> from skdigits.plotting import NoiseRobustnessDisplay
    >>> display = NoiseRobustnessDisplay(
    ...     amounts=[0.0, 0.4, 0.8],
    ...     noisy_accuracy=[0.98, 0.4, 0.1],
    ...     denoised_accuracy=[0.95, 0.9, 0.3],
    ... ).plot()
    >>> display.ax_.get_xlabel()
    'pixels replaced by noise (%)'
    """

    def __init__(
        self,
        *,
        amounts: ArrayLike,
        noisy_accuracy: ArrayLike,
        denoised_accuracy: ArrayLike | None = None,
        label: str | None = None,
    ) -> None:
        self.amounts: NDArray[Any] = np.asarray(amounts, dtype=float)
        self.noisy_accuracy: NDArray[Any] = np.asarray(noisy_accuracy, dtype=float)
        self.denoised_accuracy: Any = (
            None
            if denoised_accuracy is None
            else np.asarray(denoised_accuracy, dtype=float)
        )
        self.label = label

    @classmethod
    def from_estimators(
        cls,
        classifier: Any,
        denoiser: Any,
        X: ArrayLike,
        y: ArrayLike,
        *,
        amounts: Sequence[float] = (0.0, 0.2, 0.4, 0.6, 0.8),
        corruption: Any = None,
        parameter: str = "amount",
        random_state: int | np.random.RandomState | None = None,
        ax: "Axes | None" = None,
    ) -> Self:
        """Corrupt images by increasing amounts and plot the accuracy.

        Parameters
        ----------
        classifier : estimator
            A fitted classifier.
        denoiser : estimator or None
            A fitted transformer from noisy to clean images; None plots only the curve
            of noisy images.
        X : array-like of shape (n_samples, n_features)
            Clean test images in [0, 1].
        y : array-like of shape (n_samples,)
            Labels.
        amounts : sequence of float, default=(0.0, 0.2, 0.4, 0.6, 0.8)
            Fractions of pixels to replace by salt or pepper, or values of another
            parameter.
        corruption : transformer or None, default=None
            A transformer of :mod:`skdigits.corruptions`; None is
            :class:`~skdigits.SaltPepperNoise`.
        parameter : str, default="amount"
            Name of the parameter of `corruption` that takes the values `amounts`.
        random_state : int, RandomState instance or None, default=None
            Seed of the noise; None keeps that of `corruption`.
        ax : matplotlib.axes.Axes, default=None
            Axes to plot on; None creates a new figure.

        Returns
        -------
        display : NoiseRobustnessDisplay
            Display with the plot.
        """
        from skdigits import SaltPepperNoise

        noise = SaltPepperNoise() if corruption is None else clone(corruption)
        if random_state is not None:
            noise.set_params(random_state=random_state)
        noisy_accuracy, denoised_accuracy = [], []
        for amount in amounts:
            noise.set_params(**{parameter: amount})
            X_noisy = noise.fit_transform(X)
            noisy_accuracy.append(classifier.score(X_noisy, y))
            if denoiser is not None:
                X_denoised = denoiser.transform(X_noisy)
                denoised_accuracy.append(classifier.score(X_denoised, y))
        return cls(
            amounts=amounts,
            noisy_accuracy=noisy_accuracy,
            denoised_accuracy=None if denoiser is None else denoised_accuracy,
            label=None
            if corruption is None
            else f"{type(noise).__name__}, {parameter}",
        ).plot(ax)

    def _table(self) -> Table:
        amounts = (
            {NOISE_LABEL: 100 * self.amounts}
            if self.label is None
            else {self.label: self.amounts}
        )
        denoised = (
            {}
            if self.denoised_accuracy is None
            else {"denoised, accuracy (%)": 100 * self.denoised_accuracy}
        )
        noisy = {"noisy, accuracy (%)": 100 * self.noisy_accuracy}
        return amounts | noisy | denoised

    def plot(self, ax: "Axes | None" = None) -> Self:
        """Plot the curves.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Axes to plot on; None creates a new figure.

        Returns
        -------
        self : NoiseRobustnessDisplay
            The display, with `ax_`, `figure_` and `lines_`.
        """
        self.figure_, self.ax_ = figure_and_axes(ax)
        self.lines_ = draw_curves(
            self.ax_,
            self.amounts,
            [
                (self.noisy_accuracy, "noisy", VERMILLION, "s--"),
                (self.denoised_accuracy, "denoised", BLUE, "o-"),
            ],
        )
        if self.label is None:
            noise_axis(self.ax_)
        else:
            self.ax_.set_xlabel(self.label)
        self.ax_.set_ylim(0, 1.02)
        percent_axis(self.ax_, "accuracy")
        return self
