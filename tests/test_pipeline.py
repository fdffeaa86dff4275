"""The estimators inside scikit-learn's own tools."""

import joblib
import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.frozen import FrozenEstimator
from sklearn.inspection import permutation_importance
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    cross_val_predict,
    learning_curve,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.semi_supervised import SelfTrainingClassifier

from skdigits import (
    CNNDigitClassifier,
    DenoisingAutoencoder,
    MLPDigitClassifier,
    SaltPepperNoise,
)

MLP = MLPDigitClassifier((32,), epochs=15, batch_size=32, random_state=0)
CNN = CNNDigitClassifier(
    *(((8,),),),
    augmentation=None,
    epochs=5,
    batch_size=32,
    learning_rate=0.01,
    random_state=0,
)
both = pytest.mark.parametrize("classifier", [MLP, CNN], ids=["mlp", "cnn"])


def noisy_pipeline():
    return Pipeline(
        [
            ("noise", SaltPepperNoise(0.1, random_state=0)),
            (
                "denoise",
                DenoisingAutoencoder(
                    supervision="noisy", filters=(4,), epochs=3, random_state=0
                ),
            ),
            ("classify", clone(CNN)),
        ]
    )


def test_grid_search_stratifies_refits_and_reports_std(digits):
    X, y, X_test, y_test = digits
    search = GridSearchCV(clone(MLP), {"alpha": [0.0, 1e-4, 1.0]}, cv=3)
    search.fit(X, y)
    results = search.cv_results_
    assert is_classifier(search.estimator)
    assert (results["std_test_score"] > 0).any()
    assert search.best_params_["alpha"] < 1
    assert search.score(X_test, y_test) > 0.8
    folds = StratifiedKFold(3).split(X, y)
    expected = [
        clone(MLP)
        .set_params(alpha=1e-4)
        .fit(X[train], y[train])
        .score(X[test], y[test])
        for train, test in folds
    ]
    scores = [results[f"split{fold}_test_score"][1] for fold in range(3)]
    np.testing.assert_allclose(scores, expected)


def test_pipeline_fits_predicts_and_survives_joblib(digits, tmp_path):
    X, y, X_test, y_test = digits
    pipeline = noisy_pipeline().fit(X, y)
    assert pipeline.score(X_test, y_test) > 0.5
    joblib.dump(pipeline, tmp_path / "pipeline.joblib")
    loaded = joblib.load(tmp_path / "pipeline.joblib")
    np.testing.assert_array_equal(
        loaded.predict_proba(X_test), pipeline.predict_proba(X_test)
    )


def test_pipeline_grid_searches_nested_parameters(digits):
    X, y = digits[0][:400], digits[1][:400]
    grid = {"noise__amount": [0.0, 0.8], "classify__epochs": [1, 6]}
    pipeline = noisy_pipeline().set_params(denoise="passthrough", classify=clone(MLP))
    search = GridSearchCV(pipeline, grid, cv=2).fit(X, y)
    assert search.best_params_ == {"noise__amount": 0.0, "classify__epochs": 6}


def test_pipeline_takes_stacks_and_a_frozen_denoiser(digits):
    X, y, X_test, y_test = digits
    stack = X.reshape(-1, 8, 8)
    denoiser = DenoisingAutoencoder(
        filters=(8,), epochs=4, batch_size=32, learning_rate=0.01, random_state=0
    ).fit(stack)
    pipeline = Pipeline(
        [
            ("noise", SaltPepperNoise(0.2, random_state=0)),
            ("denoise", FrozenEstimator(denoiser)),
            ("classify", clone(CNN)),
        ]
    ).fit(stack, y)
    assert pipeline.score(X_test.reshape(-1, 8, 8), y_test) > 0.8


META_ESTIMATORS = {
    "voting": lambda c: VotingClassifier([("a", c), ("b", clone(c))], voting="soft"),
    "stacking": lambda c: StackingClassifier([("a", c)], cv=2),
    "bagging": lambda c: BaggingClassifier(c, n_estimators=2, random_state=0),
    "boosting": lambda c: AdaBoostClassifier(c, n_estimators=2, random_state=0),
    "calibrated": lambda c: CalibratedClassifierCV(c, cv=2),
    "self_training": lambda c: SelfTrainingClassifier(c, threshold=0.9, max_iter=2),
}


@both
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", META_ESTIMATORS)
def test_meta_estimator(name, classifier, digits):
    X, y, X_test, y_test = digits
    targets = np.where(np.arange(len(y)) % 4, y, -1) if name == "self_training" else y
    fitted = META_ESTIMATORS[name](clone(classifier)).fit(X, targets)
    assert fitted.score(X_test, y_test) > 0.75


@both
@pytest.mark.filterwarnings("error")
def test_model_selection_tools(classifier, digits):
    X, y = digits[0][:600], digits[1][:600]
    predicted = cross_val_predict(clone(classifier), X, y, cv=2, method="predict_proba")
    assert predicted.shape == (600, 10)
    _, _, scores = learning_curve(clone(classifier), X, y, cv=2, train_sizes=[0.2, 1.0])
    assert scores[1].mean() > scores[0].mean()
    fitted = clone(classifier).fit(X, y)
    importance = permutation_importance(fitted, X, y, n_repeats=2, random_state=0)
    # The corner of the 8x8 digits is always empty.
    assert importance.importances_mean[0] == 0
    assert importance.importances_mean.max() > 0


def test_validation_pictures_are_routed(digits):
    X, y, X_test, y_test = digits
    with config_context(enable_metadata_routing=True):
        mlp = clone(MLP).set_fit_request(validation_data=True)
        pipeline = make_pipeline(SaltPepperNoise(0.1, random_state=0), mlp)
        pipeline.fit(X, y, validation_data=(X_test, y_test))
        search = GridSearchCV(pipeline, {"mlpdigitclassifier__epochs": [2]}, cv=2)
        search.fit(X, y, validation_data=(X_test, y_test))
    for fitted, n_epochs in ((pipeline, 15), (search.best_estimator_, 2)):
        curve = fitted["mlpdigitclassifier"].validation_scores_
        assert len(curve) == n_epochs
    assert pipeline["mlpdigitclassifier"].score(X_test, y_test) == pytest.approx(
        pipeline["mlpdigitclassifier"].validation_scores_[-1], abs=1e-6
    )
