"""Accuracy and loss of the dense network after each epoch."""

import numpy as np

from skdigits import MLPDigitClassifier
from skdigits.report._context import Context
from skdigits.report._experiment import Experiment, KeyFigure, Result, percent
from skdigits.report.experiments._shared_networks import QUICK_MLP, join_sizes
from skdigits.report.experiments._training_curves import (
    curve_plots,
    fit_with_test_history,
    history_table,
)

LAB_ACCURACY = 0.9812


def run(context: Context) -> Result:
    """Train once and plot the training history."""
    mlp = MLPDigitClassifier(
        **(QUICK_MLP if context.quick else {}),
        epochs=context.choose(small=40, large=40, quick=12),
        batch_size=context.choose(small=32, large=128, quick=32),
    )
    name = join_sizes(mlp)
    fit_with_test_history(f"the {name} network", mlp, context)
    accuracy = mlp.history_["val_accuracy"][-1]
    return Result(
        method=_method(mlp, context),
        conclusion=_conclusion(mlp.history_),
        plots=curve_plots(mlp),
        tables=[history_table(mlp)],
        key_figures=[
            KeyFigure(
                f"Test accuracy of the {name} network after {mlp.n_iter_} epochs",
                percent(accuracy, 2),
                f"{percent(LAB_ACCURACY, 2)} (40 epochs)",
                accuracy,
                context.comparable(LAB_ACCURACY),
            )
        ],
    )


def _method(mlp: MLPDigitClassifier, context: Context) -> list[str]:
    return [
        f"A dense network with hidden layers of {join_sizes(mlp, ' and ')} units "
        f"({mlp.n_parameters_:,} parameters) is trained for {mlp.n_iter_} epochs on "
        f"{len(context.X_train):,} images. The learning rate first rises, then falls "
        "to 0 (one cycle). After each epoch the network is evaluated on the "
        f"{len(context.X_test):,} test images, which are not used for training.",
        "Training metrics are averages over the epoch, while the weights still change; "
        "test metrics are computed at its end. This is why the test curve can be the "
        "better one in the first epochs.",
    ]


def _conclusion(history: dict[str, list[float]]) -> list[str]:
    train, test = history["accuracy"][-1], history["val_accuracy"][-1]
    test_loss = np.array(history["val_loss"])
    n_epochs, lowest = len(test_loss), int(test_loss.argmin())
    accuracies = (
        f"After {n_epochs} epochs the accuracy is {percent(test)} on the test images "
        f"and {percent(train)} on the training images, a gap of "
        f"{100 * (train - test):.1f} percentage points."
    )
    if test_loss[-1] > 1.1 * test_loss[lowest]:
        trend = (
            f"The test loss was lowest after epoch {lowest + 1} "
            f"({test_loss[lowest]:.3f} nats) and has risen to {test_loss[-1]:.3f} "
            "since: the network becomes overconfident in wrong predictions, a sign of "
            "overfitting."
        )
    else:
        trend = (
            f"The test loss ends at {test_loss[-1]:.3f} nats, close to its lowest "
            f"value of {test_loss[lowest]:.3f} (epoch {lowest + 1}): it does not rise "
            "noticeably afterwards."
        )
    return [
        f"{accuracies} {trend}",
        "Do not select the best epoch from these curves: after a selection on the test "
        "images, the test accuracy is biased.",
    ]


EXPERIMENT = Experiment(
    name="epochs",
    title="Number of epochs",
    description="accuracy and loss of a dense network after each epoch",
    question="How do accuracy and loss of a dense network change during training, and "
    "when does more training stop helping?",
    run=run,
)
