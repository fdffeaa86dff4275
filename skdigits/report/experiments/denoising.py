"""What the denoising autoencoder makes of noisy pictures."""

import numpy as np
from numpy.typing import NDArray

from skdigits import DenoisingAutoencoder, SaltPepperNoise
from skdigits.plotting import plot_digits
from skdigits.report._context import Context
from skdigits.report._experiment import (
    Column,
    Experiment,
    Picture,
    Result,
    Table,
    new_figure,
)

HIDDEN_LAYER_SIZES = (128,)
LATENT_SIZE = 96
AMOUNTS = 0.2, 0.4, 0.6
TRAINING_AMOUNT = 0.4
# Mean squared error of rounding to 8 bits. Noise can leave a small picture as it was;
# without a floor its PSNR, and with it the mean, would be infinite.
ROUNDING_ERROR = 1 / (12 * 255**2)


def train_denoiser(context: Context) -> DenoisingAutoencoder:
    """Fit the autoencoder on clean pictures, which it corrupts by itself."""
    denoiser = DenoisingAutoencoder(
        "dense",
        hidden_layer_sizes=HIDDEN_LAYER_SIZES,
        latent_size=LATENT_SIZE,
        noise_amount=TRAINING_AMOUNT,
        epochs=context.choose(digits=500, mnist=20, quick=80),
        batch_size=context.choose(digits=32, mnist=128, quick=32),
        random_state=context.seed,
    )
    return denoiser.fit(context.X_train)


def mean_psnr(X_clean: NDArray[np.floating], X: NDArray[np.floating]) -> float:
    """Mean over pictures of the peak signal-to-noise ratio, in dB."""
    squared_errors = np.mean((np.asarray(X_clean) - X) ** 2, axis=1)
    return float(np.mean(-10 * np.log10(np.maximum(squared_errors, ROUNDING_ERROR))))


def run(context: Context) -> Result:
    """Corrupt the test pictures, clean them, and measure both."""
    denoiser = context.once(train_denoiser)
    # One picture of each class for the figure.
    _, shown = np.unique(context.y_test, return_index=True)
    images, row_labels = [context.X_test[shown]], ["original"]
    rows = []
    for amount in AMOUNTS:
        noise = SaltPepperNoise(amount, random_state=context.seed)
        X_noisy = noise.fit_transform(context.X_test)
        X_denoised = denoiser.transform(X_noisy)
        images += [X_noisy[shown], X_denoised[shown]]
        row_labels += [f"noise {amount:.0%}", "denoised"]
        noisy_psnr = mean_psnr(context.X_test, X_noisy)
        rows.append((amount, noisy_psnr, mean_psnr(context.X_test, X_denoised)))
    figure = new_figure(height=3.1, layout="compressed")
    plot_digits(
        np.concatenate(images),
        n_columns=len(shown),
        row_labels=row_labels,
        ax=figure.subplots(),
    )
    return Result(
        method=_method(denoiser, context),
        conclusion=_conclusion(rows),
        pictures=[
            Picture(
                name="pictures",
                caption="One test picture of each digit: as it was, and for each "
                "amount of noise corrupted and cleaned.",
                alt="Grid of digits: a row of originals, then a noisy and a denoised "
                f"row for each of the amounts {', '.join(map(str, AMOUNTS))}.",
                figure=figure,
            )
        ],
        tables=[_table(rows)],
    )


def _table(rows: list[tuple[float, float, float]]) -> Table:
    return Table(
        name="psnr",
        caption="Mean PSNR over the test pictures; more is better",
        columns=[
            Column("noise_amount", "Pixels replaced", "{:.0%}"),
            Column("noisy_psnr_db", "Noisy (dB)", "{:.1f}"),
            Column("denoised_psnr_db", "Denoised (dB)", "{:.1f}"),
        ],
        rows=rows,
    )


def _method(denoiser: DenoisingAutoencoder, context: Context) -> list[str]:
    narrowing = [context.X_train.shape[1], *HIDDEN_LAYER_SIZES, LATENT_SIZE]
    layers = "-".join(str(size) for size in [*narrowing, *narrowing[-2::-1]])
    return [
        f"A {layers} autoencoder is trained for {denoiser.n_iter_} epochs to give "
        f"training pictures back after {TRAINING_AMOUNT:.0%} of their pixels have been "
        "replaced by black or white at random (salt-and-pepper noise). It then cleans "
        f"the {len(context.X_test):,} test pictures under less, the same and more "
        "noise than it was trained with.",
        "The PSNR compares a picture with its original pixel by pixel: 10 dB more "
        "means a mean squared error ten times smaller.",
    ]


def _conclusion(rows: list[tuple[float, float, float]]) -> list[str]:
    gains = [
        f"{denoised - noisy:+.1f} dB at {amount:.0%} noise"
        for amount, noisy, denoised in rows
    ]
    _, _, easiest = rows[0]
    _, _, hardest = rows[-1]
    verdict = (
        "Every amount of noise leaves the pictures closer to their originals once "
        "cleaned."
        if all(denoised > noisy for _, noisy, denoised in rows)
        else "Cleaning does not pay at every amount of noise: where the gain is "
        "negative, the network blurs more than the noise destroyed."
    )
    return [
        f"Cleaning changes the PSNR by {', '.join(gains)}. {verdict}",
        f"From {rows[0][0]:.0%} to {rows[-1][0]:.0%} noise the cleaned pictures lose "
        f"{easiest - hardest:.1f} dB. Whether they can still be read is another "
        "question than their PSNR; a clean-looking digit can be the wrong one.",
    ]


EXPERIMENT = Experiment(
    name="denoising",
    title="Taking noise away",
    description="noisy and denoised pictures, and their PSNR in dB",
    question="How well does a denoising autoencoder restore pictures in which pixels "
    "were replaced by black or white at random?",
    run=run,
)
