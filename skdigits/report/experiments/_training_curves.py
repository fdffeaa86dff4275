"""Training history as curves and as a table."""

from skdigits import MLPDigitClassifier
from skdigits.plotting import TrainingCurveDisplay
from skdigits.report._context import Context
from skdigits.report._experiment import Column, Plot, Table, fraction
from skdigits.report._figures import new_figure


def fit_with_test_history(
    name: str, mlp: MLPDigitClassifier, context: Context
) -> MLPDigitClassifier:
    """Fit on the training images; evaluate on the test images after each epoch."""
    return context.fit(
        name,
        mlp,
        context.X_train,
        context.y_train,
        validation_data=(context.X_test, context.y_test),
    )


def curve_plots(mlp: MLPDigitClassifier) -> list[Plot]:
    """Return plots of accuracy and loss after each epoch."""
    return [_curve_plot(mlp, "accuracy"), _curve_plot(mlp, "loss")]


def _curve_plot(mlp: MLPDigitClassifier, metric: str) -> Plot:
    display = TrainingCurveDisplay.from_estimator(
        mlp, metric=metric, validation_name="test", ax=new_figure().subplots()
    )
    values = mlp.history_[f"val_{metric}"]
    return Plot(
        name=metric,
        caption=f"{metric.capitalize()} after each epoch.",
        alt=f"Curves of the {metric} on training and test images per epoch; on test "
        f"images it changes from {values[0]:.3f} to {values[-1]:.3f}.",
        figure=display.figure_,
    )


def history_table(mlp: MLPDigitClassifier) -> Table:
    """Return a table of accuracy and loss after each epoch."""
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
