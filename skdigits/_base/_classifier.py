"""Base class for classifiers: labels, sample weights and validation data."""

import dataclasses
import math
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils import compute_class_weight
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    column_or_1d,
)

from skdigits._base._epoch import hold_out, sort_by_content, split_weights
from skdigits._base._labels import LabelledEstimator
from skdigits._base._temperature import find_temperature, undo_smoothing
from skdigits._images import hash_rows
from skdigits._training import (
    Checkpoint,
    Noise,
    Objective,
    TrainingData,
    Weights,
    fit_method,
)

# Fraction held out for early stopping by default, as in scikit-learn.
_STOPPING_FRACTION = 0.1


class DigitClassifier(ClassifierMixin, LabelledEstimator):
    """Base class for classifiers: labels, sample weights and validation data."""

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

    alpha: float
    label_smoothing: Any
    early_stopping: bool
    n_iter_no_change: int
    validation_fraction: float | None
    class_weight: Any
    precision: str
    # By which the output layer's weights were divided after the training.
    _temperature: float = 1.0

    @fit_method
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
            Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.
        y : array-like of shape (n_samples,)
            Labels of any type.
        sample_weight : array-like of shape (n_samples,), default=None
            Non-negative weights. Integers repeat an image; 0 excludes it. Fractions,
            and integers with a mean above 10, multiply the loss instead, scaled to a
            mean of 1.
        validation_data : tuple (X, y), default=None
            Images and labels to evaluate after each epoch, never trained on.
            Overrides `validation_fraction`.

        Returns
        -------
        self : object
            The fitted classifier.

        Raises
        ------
        ValueError
            If `X` has NaN or infinity or no images, `image_shape` does not match it,
            `y` is continuous or has only one class, a weight is negative, or the
            training diverges.
        """
        resumes = self._resumes()
        images, labels, _ = self._validate(X, y, reset=not resumes)
        images, labels, weight = self._drop_zero_weights(images, labels, sample_weight)
        if resumes:
            targets = self._class_indices(labels, "y")
        else:
            self.classes_, targets = self._encode_labels(labels)
        hashes = hash_rows(images)
        order = sort_by_content(hashes, targets)
        n_times, weight = split_weights(weight, len(order))
        seed = self._sample_seed()
        if not resumes or not hasattr(self, "_split_seed"):
            self._split_seed = seed
        validation = None
        if validation_data is not None:
            validation = self._encode_validation_data(validation_data)
        elif fraction := self._held_out_fraction():
            order, held_out = hold_out(
                order,
                hashes,
                targets,
                fraction=fraction,
                # The first fit's: what it trained on must not be held out later.
                seed=self._split_seed,
                estimator=type(self).__name__,
            )
            held_out = np.repeat(held_out, n_times[held_out])
            validation = images[held_out], targets[held_out]
        indices = np.repeat(order, n_times[order])
        loss_weight = self._loss_weight(weight, targets, indices)
        data = TrainingData(
            images, targets, indices, loss_weight, validation, self._noise_by_epoch()
        )
        patience = int(self.n_iter_no_change) if self.early_stopping else None
        self._train(data, seed=seed, n_iter_no_change=patience)
        return self

    @fit_method
    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train for one epoch on these images, continuing with the optimizer's state.

        For data that arrive in batches. The learning rate is constant and no images
        are held out for validation. The first call trains from scratch.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.
        y : array-like of shape (n_samples,)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that will occur; required in the first call only.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights, as in `fit`.

        Returns
        -------
        self : object
            The classifier itself.

        Raises
        ------
        ValueError
            If `classes` is missing in the first call, or `y` has other labels.
        """
        first = not self._is_fitted()
        images, labels, _ = self._validate(X, y, reset=first)
        if first:
            if classes is None:
                raise ValueError(
                    f"{type(self).__name__}: pass all labels as classes= in the first "
                    "call of partial_fit."
                )
            self.classes_, _ = self._encode_labels(column_or_1d(classes))
        images, labels, weight = self._drop_zero_weights(images, labels, sample_weight)
        targets = self._class_indices(labels, "y")
        order = sort_by_content(hash_rows(images), targets)
        n_times, weight = split_weights(weight, len(order))
        indices = np.repeat(order, n_times[order])
        loss_weight = self._loss_weight(weight, targets, indices)
        data = TrainingData(
            images, targets, indices, loss_weight, noise=self._noise_by_epoch()
        )
        self._train_one_epoch(data, seed=self._sample_seed())
        return self

    @fit_method
    def calibrate(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Adapt the probabilities to images that were held out; labels do not change.

        Divides the inputs of the softmax by a temperature, that of the least
        cross-entropy on these images [1]_. The output layer's weights absorb it, so
        that `network_` and exported networks agree with `predict_proba`. A new fit or
        `partial_fit` discards it.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images that the network was not trained on, a thousand or more.
        y : array-like of shape (n_samples,)
            Labels, all of them in `classes_`.

        Returns
        -------
        self : object
            The classifier itself.

        References
        ----------
        .. [1] Guo, Pleiss, Sun and Weinberger (2017). On calibration of modern neural
           networks. ICML.
        """
        check_is_fitted(self)
        images, labels, _ = self._validate(X, y, reset=False)
        targets = self._class_indices(labels, "y")
        temperature = find_temperature(self.predict_log_proba(images), targets)
        self.weights_ = _divide_output(self.weights_, temperature)
        self._temperature *= temperature
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float32]:
        """Predict the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In [0, 1], in the order of `classes_`; rows sum to 1.
        """
        trained = self._trained_network()
        images, _, _ = self._validate(X, reset=False)
        return trained.predict(images)

    def predict_log_proba(self, X: ArrayLike) -> NDArray[np.float32]:
        """Predict the natural logarithm of the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            In nats, in the order of `classes_`. Probabilities below 1e-38, the smallest
            float32, count as that: no logarithm is below -87.4.
        """
        probabilities = self.predict_proba(X)
        return np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))

    def decision_function(self, X: ArrayLike) -> NDArray[np.float32]:
        """Predict the score of each class, by which metrics rank images.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.

        Returns
        -------
        scores : ndarray of shape (n_samples, n_classes), or (n_samples,) for 2 classes
            Logarithms of the probabilities, as from `predict_log_proba`. For 2 classes,
            that of ``classes_[1]`` minus that of ``classes_[0]``: the log-odds, above 0
            where ``classes_[1]`` is predicted.
        """
        scores = self.predict_log_proba(X)
        return scores[:, 1] - scores[:, 0] if scores.shape[1] == 2 else scores

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict the most probable label.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an
            axis of length 1.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Labels, of the type that `fit` received.
        """
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    @property
    def validation_loss_curve_(self) -> list[float]:
        """Loss on the validation images after each epoch."""
        return self._validation_curve("val_loss")

    @property
    def validation_scores_(self) -> list[float]:
        """Accuracy on the validation images after each epoch."""
        return self._validation_curve("val_accuracy")

    def _store(self, checkpoint: Checkpoint) -> None:
        super()._store(checkpoint)
        n_classes = len(self.classes_)
        self._temperature = undo_smoothing(self._label_smoothing(), n_classes)
        self.weights_ = _divide_output(self.weights_, self._temperature)

    def _checkpoint(self) -> Checkpoint:
        # Training resumes with the weights that it learnt.
        weights = _divide_output(self.weights_, 1 / self._temperature)
        return dataclasses.replace(super()._checkpoint(), weights=weights)

    def _objective(self) -> Objective:
        return Objective(
            "crossentropy",
            (("label_smoothing", self._label_smoothing()),),
            ("accuracy",),
            alpha=float(self.alpha),
            precision=self.precision,
        )

    def _chance_loss(self) -> float:
        # Initial weights are below 1, which bounds their penalty.
        n_weights = sum(weight.size for weight in self._architecture().weights())
        return math.log(len(self.classes_)) + self.alpha * n_weights

    def _held_out_fraction(self) -> float:
        if self.validation_fraction is None:
            return _STOPPING_FRACTION if self.early_stopping else 0.0
        if self.early_stopping and not self.validation_fraction:
            raise ValueError(
                f"{type(self).__name__}: early_stopping=True needs validation "
                "images, but validation_fraction=0. Set it to a fraction such as "
                "0.1, or to None, or pass validation_data to fit."
            )
        return self.validation_fraction

    def _drop_zero_weights(
        self, X: NDArray[Any], y: NDArray[Any], sample_weight: ArrayLike | None
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float64] | None]:
        """Drop images of zero weight, with their labels and weights."""
        if sample_weight is None:
            return X, y, None
        if not np.any(np.asarray(sample_weight)):
            raise ValueError(
                f"{type(self).__name__}: all sample weights are zero, so no image "
                "is left to train on."
            )
        weight = _check_sample_weight(
            sample_weight, X, dtype=np.float64, ensure_non_negative=True
        )
        present = weight > 0
        if present.all():
            return X, y, weight
        return X[present], y[present], weight[present]

    def _encode_labels(self, y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int32]]:
        """Return the sorted classes, and the class index of each label."""
        name = type(self).__name__
        try:
            check_classification_targets(y)
        except ValueError as error:
            raise ValueError(
                f"{name}: {error} Pass class labels, for example y.astype(int)."
            ) from None
        classes, indices = np.unique(y, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(
                f"{name} needs images of at least two classes, got 1 class: "
                f"{classes[0]!s}."
            )
        return classes, indices.astype(np.int32)

    def _encode_validation_data(
        self, validation_data: Any
    ) -> tuple[NDArray[Any], NDArray[np.int32]]:
        """Validate images and labels; return images and class indices."""
        if not isinstance(validation_data, tuple | list) or len(validation_data) != 2:
            given = type(validation_data).__name__
            if isinstance(validation_data, tuple | list):
                given += f" of length {len(validation_data)}"
            raise ValueError(
                f"{type(self).__name__}: validation_data must be a tuple (X, y) of "
                f"images and labels, without weights; got a {given}."
            )
        X, y = validation_data
        self._refuse_one_hot(y, "validation_data[1]")
        try:
            X, _, _ = self._validate(X, reset=False)
        except ValueError as error:
            message = f"{type(self).__name__}: in validation_data, {error}"
            raise ValueError(message) from error
        y = column_or_1d(y)
        if len(X) != len(y):
            raise ValueError(
                f"{type(self).__name__}: validation_data has {len(X)} images, but "
                f"{len(y)} labels."
            )
        return X, self._class_indices(y, "validation_data")

    def _loss_weight(
        self,
        weight: NDArray[np.float64] | None,
        y: NDArray[np.int32],
        indices: NDArray[np.intp],
    ) -> NDArray[np.float32] | None:
        """Return the weight of each image in the loss, scaled to a mean of 1.

        A mean of 1 over an epoch keeps the scale of `learning_rate` and `alpha`.
        """
        if self.class_weight is not None:
            self._check_class_weight()
            labels = self.classes_[y[indices]]
            if isinstance(self.class_weight, str):
                self._check_all_classes_present(labels)
            of_class = compute_class_weight(
                self.class_weight, classes=self.classes_, y=labels
            )
            weight = of_class[y] if weight is None else weight * of_class[y]
        if weight is None:
            return None
        return (weight / weight[indices].mean()).astype(np.float32)

    def _check_class_weight(self) -> None:
        if isinstance(self.class_weight, str):
            return
        self._refuse_unknown(self.class_weight, "class_weight")
        weights = [self.class_weight.get(label, 1) for label in self.classes_.tolist()]
        if min(weights) < 0 or not any(weights):
            raise ValueError(
                f"{type(self).__name__}: class_weight={self.class_weight!r:.200} must "
                "hold numbers >= 0, not all 0."
            )

    def _check_all_classes_present(self, labels: NDArray[Any]) -> None:
        missing = np.setdiff1d(self.classes_, labels)
        if len(missing):
            raise ValueError(
                f"{type(self).__name__}: class_weight='balanced' needs images of all "
                f"classes, but has none of {missing.tolist()}. Pass a dictionary."
            )

    def _label_smoothing(self) -> float:
        """Return the probability mass that targets spread over all classes."""
        return float(self.label_smoothing)

    def _noise_by_epoch(self) -> Noise | None:
        """Return what changes the training images before each epoch."""
        return None

    def _validation_curve(self, name: str) -> list[float]:
        check_is_fitted(self)
        if name not in self.history_:
            raise AttributeError(
                f"This {type(self).__name__} was fitted without validation images: "
                "set validation_fraction, or pass validation_data to fit."
            )
        return self.history_[name]


def _divide_output(weights: Weights, temperature: float) -> Weights:
    """Return the weights with those of the output layer divided by a temperature."""
    if temperature == 1:
        return weights
    *hidden, kernel, bias = weights
    scale = np.float32(1 / temperature)
    return [*hidden, kernel * scale, bias * scale]
