"""How much L2 penalty serves the dense network best."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from skdigits import MLPDigitClassifier
from skdigits.plotting import AlphaSweepDisplay
from skdigits.report._context import Context
from skdigits.report._experiment import (
    Column,
    Experiment,
    Picture,
    Result,
    Table,
    new_figure,
    percent,
)

HIDDEN_LAYER_SIZES = 500, 300
N_FOLDS = 3
# MNIST test, hidden layers of 500 and 300 units, softmax, cross-entropy, weight decay;
# from the table of results in LeCun, Cortes and Burges, "The MNIST database".
HINTON_2005_ACCURACY = 0.9847


def run(context: Context) -> Result:
    """Sweep alpha on training pictures; only then look at the test pictures."""
    mlp = MLPDigitClassifier(
        hidden_layer_sizes=HIDDEN_LAYER_SIZES,
        epochs=context.choose(digits=20, mnist=12, quick=10),
        batch_size=context.choose(digits=64, mnist=128, quick=64),
    )
    alphas = context.choose(
        digits=[1e-6, 1e-5, 1e-4, 1e-3, 1e-2],
        mnist=np.logspace(-6, -3, 5).tolist(),
        quick=[1e-6, 1e-4, 1e-2],
    )
    n_seeds = context.choose(digits=3, mnist=3, quick=1)
    seeds = [context.seed + i for i in range(n_seeds)]

    search = GridSearchCV(
        mlp,
        {"alpha": alphas, "random_state": seeds},
        cv=StratifiedKFold(N_FOLDS, shuffle=True, random_state=context.seed),
        n_jobs=context.n_jobs,
        # Best over all seeds, not the luckiest pair of alpha and seed.
        refit=False,
    )
    search.fit(context.X_train, context.y_train)

    display = _display(search.cv_results_, context)
    best_alpha = float(display.alphas[np.argmax(display.mean_scores)])
    hits = {
        alpha: _test_hits(clone(mlp).set_params(alpha=alpha), seeds, context)
        for alpha in (0.0, best_alpha)
    }
    return Result(
        method=_method(mlp, alphas, n_seeds, context),
        conclusion=_conclusion(display, best_alpha, hits, context),
        pictures=[_picture(display, N_FOLDS * n_seeds)],
        tables=[
            _sweep_table(display, N_FOLDS * n_seeds),
            _test_table(hits, seeds),
            _scores_table(search.cv_results_),
        ],
    )


def _display(cv_results: dict[str, Any], context: Context) -> AlphaSweepDisplay:
    return AlphaSweepDisplay.from_cv_results(
        cv_results,
        reference=HINTON_2005_ACCURACY if context.dataset == "mnist" else None,
        reference_name="Hinton 2005, test: 98.47%",
        ax=new_figure().subplots(),
    )


def _test_hits(
    mlp: MLPDigitClassifier, seeds: list[int], context: Context
) -> NDArray[np.bool_]:
    """Fit with each seed; which test pictures are read right, a row per seed."""
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


def _picture(display: AlphaSweepDisplay, n_fits: int) -> Picture:
    points = "; ".join(
        f"{alpha:.2g}: {percent(mean)}"
        for alpha, mean in zip(display.alphas, display.mean_scores, strict=True)
    )
    return Picture(
        name="alpha-sweep",
        caption=f"Validation accuracy against alpha: mean and standard deviation over "
        f"{n_fits} fits.",
        alt=f"Mean validation accuracy for each alpha: {points}.",
        figure=display.figure_,
    )


def _sweep_table(display: AlphaSweepDisplay, n_fits: int) -> Table:
    return Table(
        name="alpha-sweep",
        caption="Cross-validated accuracy of each alpha",
        columns=[
            Column("alpha", "alpha", "{:.2g}"),
            Column("mean_validation_accuracy", "Mean validation accuracy", "{:.2%}"),
            Column("std_validation_accuracy", "Standard deviation", "{:.2%}"),
            Column("n_fits", "Fits"),
        ],
        rows=[
            (alpha, mean, std, n_fits)
            for alpha, mean, std in zip(
                display.alphas, display.mean_scores, display.std_scores, strict=True
            )
        ],
    )


def _test_table(hits: dict[float, NDArray[np.bool_]], seeds: list[int]) -> Table:
    return Table(
        name="test",
        caption="Test accuracy after training on all training pictures",
        columns=[
            Column("alpha", "alpha", "{:.2g}"),
            Column("random_state", "Seed"),
            Column("test_accuracy", "Test accuracy", "{:.2%}"),
        ],
        rows=[
            (alpha, seed, accuracy)
            for alpha, rows in hits.items()
            for seed, accuracy in zip(seeds, rows.mean(axis=1), strict=True)
        ],
    )


def _scores_table(cv_results: dict[str, Any]) -> Table:
    return Table(
        name="fits",
        caption="Every fit of the sweep",
        columns=[
            Column("alpha", "alpha", "{:.2g}"),
            Column("random_state", "Seed"),
            Column("fold", "Fold"),
            Column("validation_accuracy", "Validation accuracy", "{:.2%}"),
            Column("mean_fit_time_s", "Mean fit time (s)", "{:.2f}"),
        ],
        rows=[
            (
                params["alpha"],
                params["random_state"],
                fold,
                cv_results[f"split{fold}_test_score"][i],
                cv_results["mean_fit_time"][i],
            )
            for i, params in enumerate(cv_results["params"])
            for fold in range(N_FOLDS)
        ],
    )


def _method(
    mlp: MLPDigitClassifier,
    alphas: list[float],
    n_seeds: int,
    context: Context,
) -> list[str]:
    layers = "-".join(str(size) for size in HIDDEN_LAYER_SIZES)
    target = (
        " The dashed line is a test accuracy, 98.47%, reported for such a network in "
        "the table of the MNIST database (Hinton 2005); validation accuracies here "
        "come from networks that saw only part of the training pictures."
        if context.dataset == "mnist"
        else ""
    )
    return [
        "The L2 penalty adds alpha times the sum of squared weights to the loss. A "
        f"network with hidden layers of {layers} units is trained for {mlp.epochs} "
        f"epochs with {len(alphas)} values of alpha, each on {N_FOLDS} "
        f"cross-validation folds with {n_seeds} seed{'s' * (n_seeds > 1)}: "
        f"{len(alphas) * N_FOLDS * n_seeds} fits, on training pictures only. Error "
        "bars are standard deviations, so they show how much single fits differ."
        + target,
        "The best alpha and alpha = 0 are then trained on all training pictures and "
        "read the test pictures, once.",
    ]


def _conclusion(
    display: AlphaSweepDisplay,
    best_alpha: float,
    hits: dict[float, NDArray[np.bool_]],
    context: Context,
) -> list[str]:
    best = int(np.argmax(display.mean_scores))
    mean, std = display.mean_scores[best], display.std_scores[best]
    rivals = [
        f"{alpha:.2g}"
        for alpha, score in zip(display.alphas, display.mean_scores, strict=True)
        if score >= mean - std and alpha != best_alpha
    ]
    close = (
        f"Within one standard deviation of that come {', '.join(rivals)}."
        if rivals
        else "No other value comes within one standard deviation of that."
    )
    if best in (0, len(display.alphas) - 1):
        close += " The best is at an end of the range: a better one may lie beyond."
    with_penalty, without = hits[best_alpha].mean(), hits[0.0].mean()
    # The same pictures are read twice, so the difference is taken picture by picture.
    differences = hits[best_alpha].mean(axis=0) - hits[0.0].mean(axis=0)
    gain = abs(differences.mean())
    error = differences.std(ddof=1) / np.sqrt(differences.size)
    verdict = (
        "more than chance explains"
        if gain > 2 * error
        else "no more than chance explains"
    )
    return [
        f"In cross-validation alpha = {best_alpha:.2g} is best with "
        f"{percent(mean, 2)} ± {percent(std, 2)}. {close}",
        f"On the {len(context.y_test):,} test pictures it reads "
        f"{percent(with_penalty, 2)}, without a penalty {percent(without, 2)}"
        f"{' (means over the seeds)' * (len(hits[0.0]) > 1)}. The "
        f"difference of {100 * gain:.2f} percentage points has a standard error of "
        f"{100 * error:.2f}: {verdict}.",
    ]


EXPERIMENT = Experiment(
    name="alpha-sweep",
    title="How much penalty on the weights",
    description="cross-validated accuracy against the L2 factor alpha",
    question="Does an L2 penalty on the weights help a dense network to read pictures "
    "it has not seen, and how large should it be?",
    run=run,
)
