"""What a training recorded, as curves and as a table."""

from skdigits import MLPDigitClassifier
from skdigits.plotting import TrainingCurveDisplay
from skdigits.report._context import Context
from skdigits.report._experiment import Column, Picture, Table, fraction
from skdigits.report._figures import new_figure


def train_watched(
    name: str, mlp: MLPDigitClassifier, context: Context
) -> MLPDigitClassifier:
    """Fit on the training pictures; read the test pictures after each epoch."""
    return context.fit(
        name,
        mlp,
        context.X_train,
        context.y_train,
        validation_data=(context.X_test, context.y_test),
    )


def curves(mlp: MLPDigitClassifier) -> list[Picture]:
    """Accuracy and loss after each epoch."""
    return [_curve(mlp, "accuracy"), _curve(mlp, "loss")]


def _curve(mlp: MLPDigitClassifier, metric: str) -> Picture:
    display = TrainingCurveDisplay.from_estimator(
        mlp, metric=metric, validation_name="test", ax=new_figure().subplots()
    )
    values = mlp.history_[f"val_{metric}"]
    return Picture(
        name=metric,
        caption=f"{metric.capitalize()} after each epoch.",
        alt=f"Curves of the {metric} on training and test pictures per epoch; on test "
        f"pictures it goes from {values[0]:.3f} to {values[-1]:.3f}.",
        figure=display.figure_,
    )


def history_table(mlp: MLPDigitClassifier) -> Table:
    """Accuracy and loss after each epoch."""
    history = mlp.history_
    names = "accuracy", "val_accuracy", "loss", "val_loss"
    curves = [history[name] for name in names]
    return Table(
        name="history",
        caption="Accuracy and loss after each epoch",
        columns=[
            Column("epoch", "Epoch"),
            fraction("train_accuracy", "Training accuracy"),
            fraction("test_accuracy", "Test accuracy"),
            Column("train_loss_nats", "Training loss (nats)", "{:.4f}"),
            Column("test_loss_nats", "Test loss (nats)", "{:.4f}"),
        ],
        rows=list(zip(range(1, mlp.n_iter_ + 1), *curves, strict=True)),
    )
