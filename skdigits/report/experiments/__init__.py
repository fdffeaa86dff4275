"""The experiments of the report, one small module each, in the order of the page."""

from skdigits.report.experiments import (
    alpha_sweep,
    denoising,
    epochs,
    noise_robustness,
)

EXPERIMENTS = (
    epochs.EXPERIMENT,
    alpha_sweep.EXPERIMENT,
    denoising.EXPERIMENT,
    noise_robustness.EXPERIMENT,
)
