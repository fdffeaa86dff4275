"""Cross-validated accuracy of the dense network against the L2 penalty."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from skdigits import MLPDigitClassifier
from skdigits.plotting import AlphaSweepDisplay
from skdigits.report._context import Context
from skdigits.report._experiment import Experiment, KeyFigure, Result, percent
from skdigits.report._figures import new_figure
from skdigits.report.experiments._shared_networks import QUICK_MLP, join_sizes
from skdigits.report.experiments._sweep_tables import (
    fits_table,
    points,
    sweep_plot,
    sweep_table,
    test_table,
)

LOWEST, HIGHEST = 1e-6, 1e-3
# MNIST test, hidden layers of 500 and 300 units, softmax, cross-entropy, weight decay;
# from the table of results in LeCun, Cortes and Burges, "The MNIST database".
HINTON_2005_ACCURACY = 0.9847
LAB_ACCURACY = 0.9831


def run(context: Context) -> Result:
    """Sweep alpha on the training images, then evaluate once on the test images."""
    mlp = MLPDigitClassifier(
        **(QUICK_MLP if context.quick else {}),
        epochs=context.choose(small=8, large=12, quick=6),
        batch_size=context.choose(small=64, large=128, quick=32),
        learning_rate=context.choose(small=4e-3, large=2e-3, quick=2e-3),
    )
    spacings = _spacings(context.choose(small=4, large=5, quick=3))
    alphas = np.unique(np.concatenate(list(spacings.values()))).tolist()
    seeds = [context.seed + i for i in range(context.choose(small=2, large=3, quick=1))]
    n_folds = context.choose(small=3, large=3, quick=2)
    n_fits = n_folds * len(alphas) * len(seeds)
    # Two more fits per seed: without penalty, and with the best alpha.
    n_all = n_fits + 2 * len(seeds)
    mlp.set_params(memory=context.start_fits(f"{n_all} fits", n_all))
    search = _search(mlp, alphas, seeds, n_folds, context)
    search.fit(context.X_train, context.y_train)
    displays = {
        name: _plot_spacing(search.cv_results_, alphas, name, context)
        for name, alphas in spacings.items()
    }
    best = _best(displays.values())
    correct = {
        alpha: _correct_predictions(clone(mlp).set_params(alpha=alpha), seeds, context)
        for alpha in (0.0, best[0])
    }
    return Result(
        method=_method(mlp, spacings, len(seeds), n_folds, n_fits, context),
        conclusion=_conclusion(displays, best, correct),
        plots=[sweep_plot(name, display) for name, display in displays.items()],
        tables=[
            *(sweep_table(name, display) for name, display in displays.items()),
            test_table(correct, seeds),
            fits_table(search.cv_results_, n_folds),
        ],
        key_figures=_key_figures(mlp, best[0], correct[best[0]], context),
    )


def _spacings(n_alphas: int) -> dict[str, NDArray[np.float64]]:
    """Return the values of alpha on a linear and a logarithmic grid."""
    return {
        # Rounded, so that both grids have the same end points.
        "linear": np.linspace(LOWEST, HIGHEST, n_alphas).round(9),
        "log": np.geomspace(LOWEST, HIGHEST, n_alphas).round(9),
    }


def _search(
    mlp: MLPDigitClassifier,
    alphas: list[float],
    seeds: list[int],
    n_folds: int,
    context: Context,
) -> GridSearchCV:
    return GridSearchCV(
        mlp,
        {"alpha": alphas, "random_state": seeds},
        cv=StratifiedKFold(n_folds, shuffle=True, random_state=context.seed),
        n_jobs=context.n_jobs,
        # The best alpha is the best on average over the seeds, not the best pair.
        refit=False,
    )


def _plot_spacing(
    cv_results: dict[str, Any],
    alphas: NDArray[np.float64],
    spacing: str,
    context: Context,
) -> AlphaSweepDisplay:
    """Plot the part of the sweep with this spacing."""
    is_swept = np.isin(np.asarray(cv_results["param_alpha"], dtype=float), alphas)
    display = AlphaSweepDisplay.from_cv_results(
        {
            name: np.asarray(column)[is_swept]
            for name, column in cv_results.items()
            if name.startswith(("param_", "split"))
        },
        reference=HINTON_2005_ACCURACY if context.dataset.is_mnist else None,
        reference_name="Hinton 2005, test: 98.47%",
        ax=new_figure().subplots(),
    )
    if spacing == "linear":
        display.ax_.set_xscale("linear")
    return display


def _best(displays: Iterable[AlphaSweepDisplay]) -> tuple[float, float, float]:
    """Return the alpha with the best mean, this mean and its standard deviation."""
    return max(
        (
            (float(alpha), float(mean), float(std))
            for display in displays
            for alpha, mean, std in points(display)
        ),
        key=lambda point: point[1],
    )


def _correct_predictions(
    mlp: MLPDigitClassifier, seeds: list[int], context: Context
) -> NDArray[np.bool_]:
    """Fit with each seed; return whether each prediction is correct, a row per seed."""
    return np.array(
        [
            clone(mlp)
            .set_params(random_state=seed)
            .fit(context.X_train, context.y_train)
            .predict(context.X_test)
            == context.y_test
            for seed in seeds
        ]
    )


def _key_figures(
    mlp: MLPDigitClassifier,
    best_alpha: float,
    correct: NDArray[np.bool_],
    context: Context,
) -> list[KeyFigure]:
    accuracy = correct.mean()
    what = f"Test accuracy of {join_sizes(mlp)} with it"
    if len(correct) > 1:
        what += f" (mean of {len(correct)} fits)"
    figures = [
        KeyFigure(
            "Best L2 factor of the sweep",
            f"{best_alpha:.2g}",
            "5e-4 (largest spread there)",
        ),
        KeyFigure(
            what,
            percent(accuracy, 2),
            percent(LAB_ACCURACY, 2),
            accuracy,
            context.comparable(LAB_ACCURACY),
        ),
    ]
    if context.dataset.is_mnist:
        claim = KeyFigure(
            "The same, compared with the result that the lab tried to reach",
            percent(accuracy, 2),
            f"{percent(HINTON_2005_ACCURACY, 2)} (Hinton 2005)",
            accuracy,
            HINTON_2005_ACCURACY,
        )
        figures.append(claim)
    return figures


def _method(
    mlp: MLPDigitClassifier,
    spacings: dict[str, NDArray[np.float64]],
    n_seeds: int,
    n_folds: int,
    n_fits: int,
    context: Context,
) -> list[str]:
    target = (
        " The dashed line is the test accuracy reported for such a network (Hinton "
        "2005, in the results table of the MNIST database); the networks of the sweep "
        "are trained on only part of the training images."
        if context.dataset.is_mnist
        else ""
    )
    return [
        "The L2 penalty adds alpha times the sum of squared weights to the loss. A "
        f"network with hidden layers of {join_sizes(mlp, ' and ')} units is trained "
        f"for {mlp.epochs} epochs with {len(spacings['log'])} values of alpha on a "
        "linear grid and as many on a logarithmic grid, each on "
        f"{n_folds} cross-validation folds with {n_seeds} seed{'s' * (n_seeds > 1)}. "
        f"These are {n_fits} fits, because the grids share their end points. "
        "All of them use only training images. "
        "Error bars are standard deviations over single fits." + target,
        "The best alpha and alpha = 0 are then used to train on all training images. "
        "These networks are evaluated on the test images once.",
    ]


def _conclusion(
    displays: dict[str, AlphaSweepDisplay],
    best: tuple[float, float, float],
    correct: dict[float, NDArray[np.bool_]],
) -> list[str]:
    best_alpha, mean, std = best
    tried = sorted({point for one in displays.values() for point in points(one)})
    close_alphas = [
        f"{alpha:.2g}"
        for alpha, score, _ in tried
        if score >= mean - std and alpha != best_alpha
    ]
    comparison = (
        f"Within one standard deviation of it are {', '.join(close_alphas)}."
        if close_alphas
        else "No other value is within one standard deviation of it."
    )
    if best_alpha in (LOWEST, HIGHEST):
        comparison += (
            " The best value is at an end of the grid; a better one may be outside."
        )
    return [
        f"In cross-validation alpha = {best_alpha:.2g} is best with "
        f"{percent(mean, 2)} ± {percent(std, 2)}. {comparison}",
        _test_conclusion(correct[best_alpha], correct[0.0]),
    ]


def _test_conclusion(best: NDArray[np.bool_], without: NDArray[np.bool_]) -> str:
    """Describe the effect of the penalty on the test accuracy, and its significance."""
    # Paired comparison: the differences are computed per test image.
    differences = best.mean(axis=0) - without.mean(axis=0)
    gain = abs(differences.mean())
    error = differences.std(ddof=1) / np.sqrt(differences.size)
    return (
        f"On the {differences.size:,} test images its accuracy is "
        f"{percent(best.mean(), 2)}, without a penalty {percent(without.mean(), 2)}"
        f"{' (means over the seeds)' * (len(best) > 1)}. The difference of "
        f"{100 * gain:.2f} percentage points has a standard error of "
        f"{100 * error:.2f}: it is {'' if gain > 2 * error else 'not '}significant."
    )


EXPERIMENT = Experiment(
    name="alpha-sweep",
    title="Strength of the L2 penalty",
    description="cross-validated accuracy against the L2 factor alpha",
    question="Does an L2 penalty on the weights improve the accuracy of a dense "
    "network on unseen images, and how large should it be?",
    run=run,
)
