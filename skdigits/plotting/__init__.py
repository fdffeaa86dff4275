"""Pictures of digits and of how the networks that read and clean them behave.

Display classes in scikit-learn's manner: build one with ``from_...``, draw it again
with ``plot``, find what it drew in ``ax_`` and ``figure_``. matplotlib is imported only
when something is drawn.
"""

from skdigits.plotting._alpha_sweep import AlphaSweepDisplay
from skdigits.plotting._feature_maps import plot_feature_maps
from skdigits.plotting._filters import plot_filters
from skdigits.plotting._grid import plot_digits
from skdigits.plotting._latent_grid import plot_latent_grid
from skdigits.plotting._latent_space import LatentSpaceDisplay
from skdigits.plotting._network import plot_network
from skdigits.plotting._noise_robustness import NoiseRobustnessDisplay
from skdigits.plotting._training_curve import TrainingCurveDisplay

__all__ = [
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
