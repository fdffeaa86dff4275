"""What the denoising autoencoders make of noisy pictures."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdigits import DenoisingAutoencoder, SaltPepperNoise
from skdigits.plotting import plot_network
from skdigits.report._context import Context
from skdigits.report._experiment import (
    Column,
    Experiment,
    KeyFigure,
    Picture,
    Result,
    Table,
)
from skdigits.report._figures import drawn, grid
from skdigits.report.experiments._trained import LAB_NOISE, train_dense, train_unet

SHOWN_AMOUNTS = 0.2, 0.32, 0.8
LADDER = tuple(np.linspace(0, 0.9, 10).round(1).tolist())
MEASURED_AMOUNTS = tuple(sorted({*LADDER[1:], *SHOWN_AMOUNTS}))
MOST_CLASSES = 10  # in one figure
# Mean squared error of rounding to 8 bits. Noise can leave a small picture as it was;
# without a floor its PSNR, and with it the mean, would be infinite.
ROUNDING_ERROR = 1 / (12 * 255**2)
ROW_LABELS = "noisy", "dense", "U-Net"

Array = NDArray[Any]
PsnrRow = tuple[float, float, float, float]


def run(context: Context) -> Result:
    """Corrupt the test pictures, clean them, and measure both."""
    denoisers = [context.once(train_dense), context.once(train_unet)]
    context.announce("cleaning the test pictures and drawing")
    rows = [_psnr_row(amount, denoisers, context) for amount in MEASURED_AMOUNTS]
    diagrams = _diagrams(denoisers)
    return Result(
        method=_method(denoisers, context),
        conclusion=_conclusion(rows),
        pictures=[
            *diagrams,
            *(_examples(amount, denoisers, context) for amount in SHOWN_AMOUNTS),
            _ladder(denoisers, context),
        ],
        tables=[_table(rows)],
        key_figures=_key_figures(len(diagrams), rows, context),
    )


def mean_psnr(X_clean: Array, X: Array) -> float:
    """Mean over pictures of the peak signal-to-noise ratio, in dB."""
    errors = (np.asarray(X_clean) - X).reshape(len(X), -1)
    squared_errors = np.mean(errors**2, axis=1)
    return float(np.mean(-10 * np.log10(np.maximum(squared_errors, ROUNDING_ERROR))))


def _stages(
    X: Array, amount: float, denoisers: list[DenoisingAutoencoder], context: Context
) -> list[Array]:
    """Noisy pictures and what each autoencoder makes of them."""
    X_noisy = SaltPepperNoise(amount, random_state=context.seed).fit_transform(X)
    return [X_noisy, *(denoiser.transform(X_noisy) for denoiser in denoisers)]


def _psnr_row(
    amount: float, denoisers: list[DenoisingAutoencoder], context: Context
) -> PsnrRow:
    stages = _stages(context.X_test, amount, denoisers, context)
    noisy, dense, unet = (mean_psnr(context.X_test, X) for X in stages)
    return amount, noisy, dense, unet


def _diagrams(denoisers: list[DenoisingAutoencoder]) -> list[Picture]:
    dense, unet = denoisers
    return [
        drawn(
            plot_network(dense),
            name="network-dense",
            caption="The lab's dense autoencoder: all that it gives back must pass "
            "through the code in its middle.",
            alt=f"Diagram of dense layers: {'-'.join(_dense_sizes(dense))} numbers.",
        ),
        drawn(
            plot_network(unet),
            name="network-unet",
            caption="The U-Net: convolutions at several resolutions. Arcs carry fine "
            "detail past the coarse middle.",
            alt=f"Diagram of a U-Net of {unet.n_parameters_:,} parameters.",
        ),
    ]


def _dense_sizes(dense: DenoisingAutoencoder) -> list[str]:
    half = [dense.n_features_in_, *np.atleast_1d(dense.hidden_layer_sizes)]
    return [str(size) for size in [*half, dense.latent_size, *half[::-1]]]


def _examples(
    amount: float, denoisers: list[DenoisingAutoencoder], context: Context
) -> Picture:
    """One picture of each class, noisy and cleaned."""
    _, first = np.unique(context.y_test, return_index=True)
    X = context.X_test[first[:MOST_CLASSES]]
    rows = [X, *_stages(X, amount, denoisers, context)]
    return grid(
        rows,
        ["original", *ROW_LABELS],
        name=f"noise-{100 * amount:.0f}",
        caption=f"{amount:.0%} noise: a test picture of each class.",
        alt=f"Originals, the same with {amount:.0%} noise, and both cleaned versions.",
    )


def _ladder(denoisers: list[DenoisingAutoencoder], context: Context) -> Picture:
    """One picture under growing noise."""
    X = context.X_test[:1]
    steps = [_stages(X, amount, denoisers, context) for amount in LADDER]
    return grid(
        [np.concatenate(row) for row in zip(*steps, strict=True)],
        ROW_LABELS,
        name="ladder",
        caption=f"The noise ladder: one test picture with {LADDER[0]:.0%} to "
        f"{LADDER[-1]:.0%} noise, in steps of 10 percentage points.",
        alt="A digit that drowns in noise from left to right, and below it what both "
        "autoencoders make of it.",
    )


def _table(rows: list[PsnrRow]) -> Table:
    names = ("noisy", "Noisy"), ("dense", "Dense"), ("unet", "U-Net")
    return Table(
        name="psnr",
        caption="Mean PSNR over the test pictures (dB); more is better",
        columns=[
            Column("noise_amount", "Pixels replaced", "{:.0%}"),
            *(Column(f"{name}_psnr_db", title, "{:.1f}") for name, title in names),
        ],
        rows=rows,
    )


def _key_figures(
    n_diagrams: int, rows: list[PsnrRow], context: Context
) -> list[KeyFigure]:
    row = next(row for row in rows if row[0] == LAB_NOISE)
    return [
        KeyFigure(
            "Diagrams of autoencoders",
            f"{n_diagrams}",
            context.lab("0: no tool worked"),
            n_diagrams,
            0,
        ),
        KeyFigure(
            f"PSNR at {LAB_NOISE:.0%} noise",
            f"{row[2]:.1f} dB (dense), {row[3]:.1f} dB (U-Net)",
            context.lab("pictures only"),
        ),
    ]


def _method(denoisers: list[DenoisingAutoencoder], context: Context) -> list[str]:
    dense, unet = denoisers
    return [
        f"Salt-and-pepper noise replaces pixels by black or white at random. The lab's "
        f"autoencoder, {'-'.join(_dense_sizes(dense))}, is trained for "
        f"{dense.n_iter_} epochs to give training pictures back after {LAB_NOISE:.0%} "
        "of their pixels have been replaced. Ours, a U-Net of "
        f"{unet.n_parameters_:,} parameters, is trained for {unet.n_iter_} epochs with "
        "amounts between 0 and 90%, and is not told which it sees. It copies grey "
        "pixels, which cannot be salt or pepper; in black and white pictures nothing "
        f"is certain, and less can be had. Both then clean the {len(context.X_test):,} "
        "test pictures.",
        "The PSNR compares a picture with its original pixel by pixel: 10 dB more "
        "means a mean squared error ten times smaller.",
    ]


def _conclusion(rows: list[PsnrRow]) -> list[str]:
    gains = [
        f"at {amount:.0%} noise {dense - noisy:+.1f} dB (dense) and "
        f"{unet - noisy:+.1f} dB (U-Net)"
        for amount, noisy, dense, unet in rows
        if amount in SHOWN_AMOUNTS
    ]
    n_better = sum(unet > dense for _, _, dense, unet in rows)
    return [
        f"Cleaning changes the PSNR {'; '.join(gains)}. The U-Net comes closer to the "
        f"originals than the dense network at {n_better} of the {len(rows)} amounts "
        "measured.",
        "Whether the pictures can be read again is another question than their PSNR: a "
        "clean-looking digit can be the wrong one.",
    ]


EXPERIMENT = Experiment(
    name="denoising",
    title="Taking noise away",
    description="noisy and denoised pictures, diagrams, and the PSNR in dB",
    question="How well do denoising autoencoders restore pictures in which pixels were "
    "replaced by black or white at random?",
    run=run,
)
