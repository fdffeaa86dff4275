"""What the classifiers share: labels and weights around one training."""

from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.model_selection import train_test_split
from sklearn.utils import compute_class_weight
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    check_consistent_length,
    column_or_1d,
)

from skdigits._base import LabelledEstimator
from skdigits._hashing import row_hash
from skdigits._training import Objective, TrainingData

# Integer weights repeat pictures up to this many times on average, then weigh them.
_MAX_REPETITION = 10
# Held out for early stopping where nothing else is said, as in scikit-learn.
_STOPPING_FRACTION = 0.1


class DigitClassifier(ClassifierMixin, LabelledEstimator):
    """Base of the classifiers: labels, weights and validation around one training."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **LabelledEstimator._parameter_constraints,
        "alpha": [Interval(Real, 0, None, closed="left")],
        "label_smoothing": [Interval(Real, 0, 1, closed="left")],
        "early_stopping": ["boolean"],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "validation_fraction": [Interval(Real, 0, 1, closed="left"), None],
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "precision": [StrOptions({"float32", "mixed_bfloat16"})],
    }

    label_smoothing: float
    early_stopping: bool
    n_iter_no_change: int
    validation_fraction: float | None
    class_weight: Any
    precision: str

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        validation_data: tuple[ArrayLike, ArrayLike] | None = None,
    ) -> Self:
        """Train the network, from scratch unless `warm_start` is set.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Pictures, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.
        y : array-like of shape (n_samples,)
            Labels of any type.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights, not negative. Integers repeat a picture, zero leaves it out; where
            they exceed 10 on average, or are fractions, weights multiply the loss
            instead, scaled to a mean of 1.
        validation_data : tuple (X, y), default=None
            Pictures and labels to evaluate after each epoch, never trained on. Takes
            the place of `validation_fraction`.

        Returns
        -------
        self : object
            The fitted classifier.

        Raises
        ------
        ValueError
            If `X` holds NaN or infinity or no pictures, `image_shape` does not fit it,
            `y` is continuous or has one class only, or a weight is negative.
        """
        goes_on = self._goes_on()
        pictures, labels, _ = self._validated(X, y, reset=not goes_on)
        pictures, labels, weight = self._present(pictures, labels, sample_weight)
        if goes_on:
            codes = self._known_codes(labels, "y")
        else:
            self.classes_, codes = self._encoded(labels)
        rows, weight = self._sequence(pictures, codes, weight)
        seed = self._draw_seed()
        validation = None
        if validation_data is not None:
            validation = self._validation_codes(*validation_data)
        elif fraction := self._validation_share():
            rows, held_out = train_test_split(
                rows, test_size=fraction, stratify=codes[rows], random_state=seed
            )
            validation = pictures[held_out], codes[held_out]
        loss_weight = self._loss_weight(weight, codes, rows)
        data = TrainingData(pictures, codes, rows, loss_weight, validation)
        patience = int(self.n_iter_no_change) if self.early_stopping else None
        self._train(data, seed=seed, n_iter_no_change=patience)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Go on for one epoch over these pictures, optimizer included.

        For data that come in pieces. The learning rate is constant, and no pictures
        are held out. The first call begins from scratch.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Pictures, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.
        y : array-like of shape (n_samples,)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All labels there will be; needed in the first call only.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights, as in `fit`.

        Returns
        -------
        self : object
            The classifier itself.

        Raises
        ------
        ValueError
            If `classes` is missing in the first call, or `y` holds other labels.
        """
        first = not self._is_fitted()
        pictures, labels, _ = self._validated(X, y, reset=first)
        if first:
            if classes is None:
                raise ValueError(
                    f"{type(self).__name__}: pass all labels as classes= in the first "
                    "call of partial_fit."
                )
            self.classes_, _ = self._encoded(column_or_1d(classes))
        pictures, labels, weight = self._present(pictures, labels, sample_weight)
        codes = self._known_codes(labels, "y")
        rows, weight = self._sequence(pictures, codes, weight)
        loss_weight = self._loss_weight(weight, codes, rows)
        data = TrainingData(pictures, codes, rows, loss_weight)
        self._train_on(data, seed=self._draw_seed())
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float32]:
        """Probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Pictures, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In [0, 1], in the order of `classes_`; rows sum to 1.
        """
        trained = self._trained_network()
        rows, _, _ = self._validated(X, reset=False)
        return trained.predict(rows)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Most probable label.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Pictures, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Of the type that `fit` was given.
        """
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    @property
    def validation_loss_curve_(self) -> list[float]:
        """Loss on the validation pictures after each epoch."""
        return self._validation_curve("val_loss")

    @property
    def validation_scores_(self) -> list[float]:
        """Accuracy on the validation pictures after each epoch."""
        return self._validation_curve("val_accuracy")

    def _objective(self) -> Objective:
        return Objective(
            "crossentropy",
            (("label_smoothing", float(self.label_smoothing)),),
            ("accuracy",),
            precision=self.precision,
        )

    def _validation_share(self) -> float:
        if self.validation_fraction is None:
            return _STOPPING_FRACTION if self.early_stopping else 0.0
        if self.early_stopping and not self.validation_fraction:
            raise ValueError(
                f"{type(self).__name__}: early_stopping=True needs validation "
                "pictures, but validation_fraction=0. Set it to a fraction such as "
                "0.1, or to None, or pass validation_data to fit."
            )
        return self.validation_fraction

    def _present(
        self, X: NDArray[Any], y: NDArray[Any], sample_weight: ArrayLike | None
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float64] | None]:
        """Leave out the pictures of zero weight."""
        if sample_weight is None:
            return X, y, None
        if not np.any(np.asarray(sample_weight)):
            raise ValueError(
                f"{type(self).__name__}: all sample weights are zero, no picture is "
                "left to train on."
            )
        weight = _check_sample_weight(
            sample_weight, X, dtype=np.float64, ensure_non_negative=True
        )
        present = weight > 0
        if present.all():
            return X, y, weight
        return X[present], y[present], weight[present]

    def _sequence(
        self, X: NDArray[Any], codes: NDArray[Any], weight: NDArray[np.float64] | None
    ) -> tuple[NDArray[np.intp], NDArray[np.float64] | None]:
        """Rows that make up an epoch, and the weights still to be applied.

        They stand in an order that depends on their content alone, and as often as
        their integer weights say: then the order of `X` does not matter, and weights
        do exactly what repeated pictures do.
        """
        rows = np.lexsort((codes, row_hash(X)))
        if weight is None:
            return rows, None
        whole = np.array_equal(weight, np.round(weight))
        if not whole or weight.sum() > _MAX_REPETITION * len(weight):
            return rows, weight
        return np.repeat(rows, weight[rows].astype(np.intp)), None

    def _encoded(self, y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int32]]:
        """Sorted labels, and the position of each target among them."""
        name = type(self).__name__
        try:
            check_classification_targets(y)
        except ValueError as error:
            raise ValueError(
                f"{name}: {error} Pass class labels, for example y.astype(int)."
            ) from None
        classes, codes = np.unique(y, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(
                f"{name} needs pictures of at least two classes, got 1 class: "
                f"{classes[0]!s}."
            )
        return classes, codes.astype(np.int32)

    def _validation_codes(
        self, X: Any, y: Any
    ) -> tuple[NDArray[Any], NDArray[np.int32]]:
        """Check validation pictures; their labels must be known ones."""
        X, _, _ = self._validated(X, reset=False)
        y = column_or_1d(y)
        check_consistent_length(X, y)
        return X, self._known_codes(y, "validation_data")

    def _loss_weight(
        self,
        weight: NDArray[np.float64] | None,
        codes: NDArray[np.int32],
        rows: NDArray[np.intp],
    ) -> NDArray[np.float32] | None:
        """Factors of the pictures' losses, with a mean of 1 over an epoch.

        With that mean, `learning_rate` and `alpha` keep their meaning.
        """
        if self.class_weight is not None:
            labels = self.classes_[codes[rows]]
            if isinstance(self.class_weight, str):
                self._check_all_classes_present(labels)
            of_class = compute_class_weight(
                self.class_weight, classes=self.classes_, y=labels
            )
            weight = of_class[codes] if weight is None else weight * of_class[codes]
        if weight is None:
            return None
        return (weight / weight[rows].mean()).astype(np.float32)

    def _check_all_classes_present(self, labels: NDArray[Any]) -> None:
        missing = np.setdiff1d(self.classes_, labels)
        if len(missing):
            raise ValueError(
                f"{type(self).__name__}: class_weight='balanced' needs pictures of all "
                f"classes, there are none of {missing.tolist()}. Pass a dictionary."
            )

    def _validation_curve(self, name: str) -> list[float]:
        if name not in self.history_:
            raise AttributeError(
                f"This {type(self).__name__} was fitted without validation pictures: "
                "set validation_fraction, or pass validation_data to fit."
            )
        return self.history_[name]
