"""Accuracy and loss of the dense network after each epoch."""

import numpy as np

from skdigits import MLPDigitClassifier
from skdigits.report._context import Context
from skdigits.report._experiment import Experiment, KeyFigure, Result, percent
from skdigits.report.experiments._curves import curves, history_table, train_watched

LAB_ACCURACY = 0.9812


def run(context: Context) -> Result:
    """Train once and show what the training recorded."""
    mlp = MLPDigitClassifier(
        epochs=context.choose(small=40, large=40, quick=10),
        batch_size=context.choose(small=32, large=128, quick=32),
    )
    train_watched("the 500-300 network", mlp, context)
    accuracy = mlp.history_["val_accuracy"][-1]
    return Result(
        method=_method(mlp, context),
        conclusion=_conclusion(mlp.history_),
        pictures=curves(mlp),
        tables=[history_table(mlp)],
        key_figures=[
            KeyFigure(
                f"Test accuracy of the 500-300 network after {mlp.n_iter_} epochs",
                percent(accuracy, 2),
                context.lab(f"{percent(LAB_ACCURACY, 2)} (40 epochs)"),
                accuracy,
                LAB_ACCURACY,
            )
        ],
    )


def _method(mlp: MLPDigitClassifier, context: Context) -> list[str]:
    return [
        "A dense network with hidden layers of 500 and 300 units "
        f"({mlp.n_parameters_:,} parameters) is trained for {mlp.n_iter_} epochs on "
        f"{len(context.X_train):,} pictures. The step size first rises, then falls to "
        "0 (one cycle). After each epoch the network also reads the "
        f"{len(context.X_test):,} test pictures, from which it learns nothing.",
        "The training figures are averages over the epoch, taken while the weights "
        "still change; the test figures are taken at its end. That is why the test "
        "curve can start out as the better one.",
    ]


def _conclusion(history: dict[str, list[float]]) -> list[str]:
    train, test = history["accuracy"][-1], history["val_accuracy"][-1]
    test_loss = np.array(history["val_loss"])
    n_epochs, lowest = len(test_loss), int(test_loss.argmin())
    sentences = (
        f"After {n_epochs} epochs the network reads {percent(test)} of the test "
        f"pictures and {percent(train)} of the training pictures: a gap of "
        f"{100 * (train - test):.1f} percentage points."
    )
    if test_loss[-1] > 1.1 * test_loss[lowest]:
        trend = (
            f"The test loss was lowest after epoch {lowest + 1} "
            f"({test_loss[lowest]:.3f} nats) and has risen to {test_loss[-1]:.3f} "
            "since: the network grows surer of its mistakes, the mark of overfitting."
        )
    else:
        trend = (
            f"The test loss ends at {test_loss[-1]:.3f} nats, close to its lowest "
            f"value of {test_loss[lowest]:.3f} (epoch {lowest + 1}): it has not begun "
            "to rise again."
        )
    return [
        f"{sentences} {trend}",
        "Do not pick the best epoch from these curves: whoever chooses on the test "
        "pictures has no pictures left to test on.",
    ]


EXPERIMENT = Experiment(
    name="epochs",
    title="How long to train",
    description="accuracy and loss of a dense network after each epoch",
    question="How do accuracy and loss develop while a dense network is trained, and "
    "when does more training stop helping?",
    run=run,
)
