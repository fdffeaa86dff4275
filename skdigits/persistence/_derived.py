"""Attributes that are not stored, as they follow from others."""

from typing import Any

import numpy as np
from sklearn.metrics import check_scoring
from sklearn.preprocessing import LabelEncoder
from sklearn.utils import Bunch

# The encoder of the labels, in ensembles that have one.
_ENCODERS = {"StackingClassifier": "_label_encoder", "VotingClassifier": "le_"}


def set_derived(model: Any) -> None:
    """Set what `fit` derives, if the model is fitted."""
    fitted = vars(model)
    if "cv_results_" in fitted:
        scorer = check_scoring(model.estimator, scoring=model.scoring)
        model.scorer_ = getattr(scorer, "_scorers", scorer)
        _set_columns(model.cv_results_)
    encoder_name = _ENCODERS.get(type(model).__name__)
    if encoder_name is not None and "estimators_" in fitted:
        fitted[encoder_name] = encoder = LabelEncoder()
        encoder.classes_ = model.classes_
        names = [name for name, part in model.estimators if part != "drop"]
        parts = zip(names, model.estimators_, strict=True)
        model.named_estimators_ = Bunch(**dict(parts))


def _set_columns(results: dict[str, Any]) -> None:
    """Set the columns of parameters, masked where a candidate does not set them."""
    candidates = results["params"]
    for name in dict.fromkeys(name for params in candidates for name in params):
        values = [params[name] for params in candidates if name in params]
        is_numeric = all(isinstance(v, bool | int | float | np.number) for v in values)
        dtype = np.result_type(*map(np.asarray, values)) if is_numeric else object
        column = np.ma.masked_all(len(candidates), dtype)
        for index, params in enumerate(candidates):
            if name in params:
                column[index] = params[name]
        results[f"param_{name}"] = column
