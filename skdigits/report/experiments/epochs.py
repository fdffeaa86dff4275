"""Accuracy and loss of the dense network after each epoch."""

import numpy as np

from skdigits import MLPDigitClassifier
from skdigits.plotting import TrainingCurveDisplay
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


def train_classifier(context: Context) -> MLPDigitClassifier:
    """Fit the dense network on clean pictures, watching the test pictures."""
    mlp = MLPDigitClassifier(
        hidden_layer_sizes=HIDDEN_LAYER_SIZES,
        epochs=context.choose(digits=40, mnist=20, quick=15),
        batch_size=context.choose(digits=32, mnist=128, quick=32),
        random_state=context.seed,
    )
    return mlp.fit(
        context.X_train,
        context.y_train,
        validation_data=(context.X_test, context.y_test),
    )


def run(context: Context) -> Result:
    """Train once and show what the training recorded."""
    mlp = context.once(train_classifier)
    return Result(
        method=_method(mlp, context),
        conclusion=_conclusion(mlp.history_),
        pictures=[_picture(mlp, "accuracy"), _picture(mlp, "loss")],
        tables=[_table(mlp.history_)],
    )


def _picture(mlp: MLPDigitClassifier, metric: str) -> Picture:
    display = TrainingCurveDisplay.from_estimator(
        mlp, metric=metric, validation_name="test", ax=new_figure().subplots()
    )
    first, last = mlp.history_[f"val_{metric}"][0], mlp.history_[f"val_{metric}"][-1]
    return Picture(
        name=metric,
        caption=f"{metric.capitalize()} after each epoch.",
        alt=f"Curves of the {metric} on training and test pictures per epoch; on test "
        f"pictures it goes from {first:.3f} to {last:.3f}.",
        figure=display.figure_,
    )


def _table(history: dict[str, list[float]]) -> Table:
    columns = [
        Column("epoch", "Epoch"),
        Column("train_accuracy", "Training accuracy", "{:.2%}"),
        Column("test_accuracy", "Test accuracy", "{:.2%}"),
        Column("train_loss_nats", "Training loss (nats)", "{:.4f}"),
        Column("test_loss_nats", "Test loss (nats)", "{:.4f}"),
    ]
    names = ["accuracy", "val_accuracy", "loss", "val_loss"]
    curves = [history[name] for name in names]
    epochs = range(1, len(history["loss"]) + 1)
    return Table(
        name="history",
        caption="Accuracy and loss after each epoch",
        columns=columns,
        rows=list(zip(epochs, *curves, strict=True)),
    )


def _method(mlp: MLPDigitClassifier, context: Context) -> list[str]:
    layers = "-".join(str(size) for size in HIDDEN_LAYER_SIZES)
    return [
        f"A dense network with hidden layers of {layers} units "
        f"({mlp.n_parameters_:,} parameters) is trained for {mlp.n_iter_} epochs on "
        f"{len(context.X_train):,} pictures. After each epoch it also reads the "
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
