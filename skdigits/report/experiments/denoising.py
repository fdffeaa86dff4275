"""Denoised images of the denoising autoencoders, and their PSNR."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits import DenoisingAutoencoder, SaltPepperNoise
from skdigits._images import mean_psnr
from skdigits.plotting import plot_network
from skdigits.report._context import Context
from skdigits.report._experiment import (
    Column,
    Experiment,
    KeyFigure,
    Plot,
    Result,
    Table,
)
from skdigits.report._figures import digit_grid, plot_from_axes
from skdigits.report.experiments._shared_networks import (
    LAB_NOISE,
    train_dense,
    train_unet,
)

SHOWN_AMOUNTS = 0.2, 0.32, 0.8
NOISE_LADDER = tuple(np.linspace(0, 0.9, 10).round(1).tolist())
MEASURED_AMOUNTS = tuple(sorted({*NOISE_LADDER[1:], *SHOWN_AMOUNTS}))
MAX_CLASSES = 10  # in one figure
ROW_LABELS = "noisy", "dense", "U-Net"

Array = NDArray[Any]
PsnrRow = tuple[float, float, float, float]


def run(context: Context) -> Result:
    """Add noise to the test images, denoise them, and measure the PSNR."""
    denoisers = [context.compute_once(train_dense), context.compute_once(train_unet)]
    context.start_step("denoising and plotting the test images")
    rows = [_psnr_row(amount, denoisers, context) for amount in MEASURED_AMOUNTS]
    diagrams = _diagram_plots(denoisers)
    shown = SHOWN_AMOUNTS[:1] if context.quick else SHOWN_AMOUNTS
    return Result(
        method=_method(denoisers, context),
        conclusion=_conclusion(rows),
        plots=[
            *diagrams,
            *(_example_plot(amount, denoisers, context) for amount in shown),
            _noise_ladder_plot(denoisers, context),
        ],
        tables=[_table(rows)],
        key_figures=_key_figures(len(diagrams), rows),
    )


def _denoise(
    X: Array, amount: float, denoisers: list[DenoisingAutoencoder], context: Context
) -> list[Array]:
    """Return noisy images, and the same denoised by each autoencoder."""
    X_noisy = SaltPepperNoise(amount, random_state=context.seed).fit_transform(X)
    return [X_noisy, *(denoiser.transform(X_noisy) for denoiser in denoisers)]


def _psnr_row(
    amount: float, denoisers: list[DenoisingAutoencoder], context: Context
) -> PsnrRow:
    versions = _denoise(context.X_test, amount, denoisers, context)
    noisy, dense, unet = (mean_psnr(context.X_test, X) for X in versions)
    return amount, noisy, dense, unet


def _diagram_plots(denoisers: list[DenoisingAutoencoder]) -> list[Plot]:
    dense, unet = denoisers
    return [
        plot_from_axes(
            plot_network(dense),
            name="network-dense",
            caption="The lab's dense autoencoder: all information passes through the "
            "latent vector in its middle.",
            alt=f"Diagram of dense layers: {'-'.join(_dense_sizes(dense))} units.",
        ),
        plot_from_axes(
            plot_network(unet),
            name="network-unet",
            caption="The U-Net: convolutions at several resolutions. Arcs are skip "
            "connections, which preserve fine detail.",
            alt=f"Diagram of a U-Net of {unet.n_parameters_:,} parameters.",
        ),
    ]


def _dense_sizes(dense: DenoisingAutoencoder) -> list[str]:
    half = [dense.n_features_in_, *np.atleast_1d(dense.hidden_layer_sizes)]
    return [str(size) for size in [*half, dense.latent_size, *half[::-1]]]


def _example_plot(
    amount: float, denoisers: list[DenoisingAutoencoder], context: Context
) -> Plot:
    """Plot one image of each class, noisy and denoised."""
    _, first = np.unique(context.y_test, return_index=True)
    X = context.X_test[first[:MAX_CLASSES]]
    rows = [X, *_denoise(X, amount, denoisers, context)]
    return digit_grid(
        rows,
        ["original", *ROW_LABELS],
        name=f"noise-{100 * amount:.0f}",
        caption=f"{amount:.0%} noise: a test image of each class.",
        alt=f"Originals, the same with {amount:.0%} noise, and two denoised versions.",
    )


def _noise_ladder_plot(denoisers: list[DenoisingAutoencoder], context: Context) -> Plot:
    """Plot one image with growing noise."""
    X = context.X_test[:1]
    steps = [_denoise(X, amount, denoisers, context) for amount in NOISE_LADDER]
    return digit_grid(
        [np.concatenate(row) for row in zip(*steps, strict=True)],
        ROW_LABELS,
        column_labels=[f"{amount:.0%}" for amount in NOISE_LADDER],
        name="ladder",
        caption=f"One test image with {NOISE_LADDER[0]:.0%} to "
        f"{NOISE_LADDER[-1]:.0%} noise, in steps of 10 percentage points.",
        alt="A digit with growing noise from left to right, and below it the same "
        "denoised by both autoencoders.",
    )


def _table(rows: list[PsnrRow]) -> Table:
    names = ("noisy", "Noisy"), ("dense", "Dense"), ("unet", "U-Net")
    return Table(
        name="psnr",
        caption="Mean PSNR over the test images (dB); higher is better",
        columns=[
            Column("noise_amount", "Pixels replaced", "{:.0%}"),
            *(Column(f"{name}_psnr_db", title, "{:.1f}") for name, title in names),
        ],
        rows=rows,
    )


def _key_figures(n_diagrams: int, rows: list[PsnrRow]) -> list[KeyFigure]:
    row = next(row for row in rows if row[0] == LAB_NOISE)
    return [
        KeyFigure(
            "Diagrams of autoencoders",
            f"{n_diagrams}",
            "0: no tool worked",
        ),
        KeyFigure(
            f"PSNR at {LAB_NOISE:.0%} noise",
            f"{row[2]:.1f} dB (dense), {row[3]:.1f} dB (U-Net)",
            "plotted only",
        ),
    ]


def _method(denoisers: list[DenoisingAutoencoder], context: Context) -> list[str]:
    dense, unet = denoisers
    return [
        f"Salt-and-pepper noise replaces pixels by black or white at random. The lab's "
        f"autoencoder, {'-'.join(_dense_sizes(dense))}, is trained for "
        f"{dense.n_iter_} epochs to restore training images with {LAB_NOISE:.0%} "
        "noise. Ours, a U-Net of "
        f"{unet.n_parameters_:,} parameters, is trained for {unet.n_iter_} epochs with "
        "amounts between 0 and 90%; the amount is not one of its inputs. It copies "
        "gray pixels, which cannot be salt or pepper. In black and white images any "
        "pixel may be noise, and denoising is harder. Both denoise the "
        f"{len(context.X_test):,} test images.",
        "The PSNR compares an image with its original pixel by pixel: 10 dB more mean "
        "a mean squared error ten times smaller.",
    ]


def _conclusion(rows: list[PsnrRow]) -> list[str]:
    gains = [
        f"{dense - noisy:+.1f} dB (dense) and {unet - noisy:+.1f} dB (U-Net) at "
        f"{amount:.0%} noise"
        for amount, noisy, dense, unet in rows
        if amount in SHOWN_AMOUNTS
    ]
    n_better = sum(unet > dense for _, _, dense, unet in rows)
    return [
        f"Denoising changes the PSNR by {'; '.join(gains)}. The U-Net is closer to the "
        f"originals than the dense network at {n_better} of the {len(rows)} amounts "
        "measured.",
        "The PSNR does not measure whether the digits can be classified: a denoised "
        "digit can look clean and be the wrong one.",
    ]


EXPERIMENT = Experiment(
    name="denoising",
    title="Denoising",
    description="noisy and denoised images, diagrams, and the PSNR in dB",
    question="How well do denoising autoencoders restore images with salt-and-pepper "
    "noise?",
    run=run,
)
