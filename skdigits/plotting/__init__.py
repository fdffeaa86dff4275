"""Plots of digits, networks and results.

Display classes follow scikit-learn's: create one with ``from_...``, plot it again with
``plot``, access the plot as ``ax_`` and ``figure_``. matplotlib is imported only when
plotting.
"""

from skdigits.plotting._accuracy_coverage import AccuracyCoverageDisplay
from skdigits.plotting._alpha_sweep import AlphaSweepDisplay
from skdigits.plotting._digit_grid import plot_digits
from skdigits.plotting._feature_maps import plot_feature_maps
from skdigits.plotting._filters import plot_filters
from skdigits.plotting._latent_grid import plot_latent_grid
from skdigits.plotting._latent_space import LatentSpaceDisplay
from skdigits.plotting._network import plot_network
from skdigits.plotting._noise_robustness import NoiseRobustnessDisplay
from skdigits.plotting._training_curve import TrainingCurveDisplay

__all__ = [
    "AccuracyCoverageDisplay",
    "AlphaSweepDisplay",
    "LatentSpaceDisplay",
    "NoiseRobustnessDisplay",
    "TrainingCurveDisplay",
    "plot_digits",
    "plot_feature_maps",
    "plot_filters",
    "plot_latent_grid",
    "plot_network",
]
