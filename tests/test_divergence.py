"""Trainings with too large a learning rate."""

import warnings

import pytest
from _models import BLIND_SPOT, DENOISER, GENERATOR, MLP
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

STOPPING = clone(MLP).set_params(early_stopping=True)


@pytest.mark.parametrize(
    "estimator",
    [MLP, STOPPING, DENOISER, BLIND_SPOT, GENERATOR],
    ids=["mlp", "early_stopping", "denoiser", "blind_spot", "generator"],
)
def test_weights_that_are_not_finite_are_refused(estimator, digits):
    diverging = clone(estimator).set_params(learning_rate=1e30)
    with pytest.raises(ValueError, match=r"non-finite .*learning_rate=1e\+30"):
        diverging.fit(*digits[:2])
    assert not hasattr(diverging, "weights_")


@pytest.mark.parametrize("estimator", [MLP, STOPPING])
def test_loss_far_above_chance_warns(estimator, digits):
    diverging = clone(estimator).set_params(learning_rate=1e9)
    with pytest.warns(ConvergenceWarning, match=r"far above .*learning_rate=1e\+09"):
        diverging.fit(*digits[:2])


def test_large_penalty_is_no_divergence(digits):
    mlp = clone(MLP).set_params(alpha=1000.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        mlp.fit(*digits[:2])
    assert mlp.loss_curve_[-1] > 1000
