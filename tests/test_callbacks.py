"""scikit-learn's callback protocol."""

import numpy as np
import pytest
from _models import DENOISER
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skdigits import DenoisingAutoencoder, MLPDigitClassifier, SaltPepperNoise
from skdigits.preprocessing import DigitNormalizer

callback = pytest.importorskip("sklearn.callback", reason="new in scikit-learn 1.9")


class Watch:
    """Remembers what it is told, and the score of what each epoch left."""

    def __init__(self, stop_after=None):
        self.tasks = []
        self.scores = []
        self.stop_after = stop_after

    def setup(self, estimator, context):
        self.tasks.append(("setup", context.task_name))

    def teardown(self, estimator, context):
        self.tasks.append(("teardown", context.task_name))

    def on_fit_task_begin(self, estimator, context):
        self.tasks.append(("begin", context.task_name))

    def on_fit_task_end(self, estimator, context, *, X, y, fitted_estimator):
        self.tasks.append(("end", context.task_name))
        if context.task_name == "epoch":
            predicted = fitted_estimator.predict(X)
            self.scores.append(float((predicted == y).mean()))
        return len(self.scores) == self.stop_after


def test_callbacks_are_told_of_each_epoch(digits):
    X, y, _, _ = digits
    watch = Watch()
    mlp = MLPDigitClassifier((16,), epochs=3, random_state=0)
    clone(mlp).set_callbacks(watch).fit(X, y)
    epoch = [("begin", "epoch"), ("end", "epoch")]
    assert watch.tasks == [
        *[("setup", "fit"), ("begin", "fit")],
        *(3 * epoch),
        *[("end", "fit"), ("teardown", "fit")],
    ]
    # After the last epoch, it is the fitted estimator.
    assert watch.scores[-1] == clone(mlp).fit(X, y).score(X, y)
    assert watch.scores[0] < watch.scores[-1]


def test_callback_stops_the_training(digits):
    mlp = MLPDigitClassifier((16,), epochs=5, random_state=0)
    mlp.set_callbacks(Watch(stop_after=2)).fit(*digits[:2])
    assert mlp.n_iter_ == 2


STEPS = (DigitNormalizer, SaltPepperNoise, DenoisingAutoencoder, MLPDigitClassifier)


def lab_pipeline():
    return make_pipeline(
        DigitNormalizer(box_size=8, size=8),
        SaltPepperNoise(0.1, random_state=0),
        clone(DENOISER).set_params(epochs=2),
        MLPDigitClassifier((16,), epochs=4),
    )


@pytest.mark.filterwarnings("error:.*does not support callbacks")
def test_progress_bar_of_a_search_reaches_the_epochs(digits, capsys):
    search = GridSearchCV(lab_pipeline(), {"mlpdigitclassifier__alpha": [0.1]}, cv=2)
    bar = callback.ProgressBar(max_propagation_depth=None)
    search.set_callbacks(bar).fit(*digits[:2])
    shown = capsys.readouterr().out
    for name in ("GridSearchCV", "Pipeline", *(step.__name__ for step in STEPS)):
        assert name in shown


def test_labels_and_weights_are_as_without_callbacks(digits):
    X, y, _, _ = digits
    labels = np.array(list("abcdefghij"))[y]
    mlp = MLPDigitClassifier((16,), epochs=2, random_state=0)
    watch = Watch()
    watched = clone(mlp).set_callbacks(watch).fit(X, labels)
    assert watch.scores[-1] == watched.score(X, labels)
    plain = mlp.fit(X, labels)
    for a, b in zip(watched.weights_, plain.weights_, strict=True):
        np.testing.assert_array_equal(a, b)
