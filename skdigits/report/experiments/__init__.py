"""The experiments of the report, one module each, in the order of the page."""

from skdigits.report.experiments import (
    alpha_sweep,
    convolution,
    corrupted_images,
    denoising,
    epochs,
    latent_space,
    live_page,
    new_digits,
    noise_robustness,
    small_network,
)

EXPERIMENTS = (
    small_network.EXPERIMENT,
    epochs.EXPERIMENT,
    alpha_sweep.EXPERIMENT,
    convolution.EXPERIMENT,
    denoising.EXPERIMENT,
    noise_robustness.EXPERIMENT,
    corrupted_images.EXPERIMENT,
    latent_space.EXPERIMENT,
    new_digits.EXPERIMENT,
    live_page.EXPERIMENT,
)
