"""Classifier that refuses images of other things, or that it is not sure of."""

from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils import Tags, get_tags
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.validation import check_is_fitted

from skdigits._images import DocumentationLinkMixin
from skdigits._training import fit_method


class RejectingClassifier(
    DocumentationLinkMixin, MetaEstimatorMixin, ClassifierMixin, BaseEstimator
):
    """Classifier that rejects images of other things, or that it is not sure of.

    Its classifier learns one class more than there are labels: that of images which
    show none of them, such as letters, scribbles, or two digits in one image. An image
    is rejected if no label is probable enough, be it that the image shows something
    else, or that two labels are as probable. This is Chow's rule [1]_ with a class for
    what is not of interest.

    Parameters
    ----------
    estimator : estimator
        Classifier with `predict_proba`. It is cloned, not changed.

    reject_label : int or str, default=-1
        Label of rejected images in `predict`, and in `fit` of images that show no
        digit. -1 is what scikit-learn's detectors of outliers use. For labels that are
        text, choose a text, such as ``"?"``.

    reject_below : float, default=0.0
        Images with a score below this, in [0, 1], are rejected. 0 rejects none:
        `predict` then returns the most probable label, as other classifiers do.

    Attributes
    ----------
    estimator_ : estimator
        The fitted classifier, which has `reject_label` among its classes.

    classes_ : ndarray of shape (n_classes,)
        Labels in sorted order, without `reject_label`; columns of `predict_proba`
        follow it.

    n_features_in_ : int
        Number of pixels per image.

    See Also
    --------
    skdigits.pretrained.load_classifier : A trained one.
    sklearn.model_selection.FixedThresholdClassifier : Moves the threshold between two
        classes, and rejects nothing.

    References
    ----------
    .. [1] Chow (1970). On optimum recognition error and reject tradeoff. IEEE
       Transactions on Information Theory 16(1), 41-46.

    Examples
    --------
    Ones and zeros are digits here, and eights are not:

    >>> import numpy as np
    >>> from skdigits import MLPDigitClassifier, RejectingClassifier
    >>> from skdigits.datasets import load_small_digits
    >>> X, y = load_small_digits(return_X_y=True)
    >>> X, y = X[np.isin(y, [0, 1, 8])], y[np.isin(y, [0, 1, 8])]
    >>> mlp = MLPDigitClassifier((32,), epochs=20, batch_size=32, random_state=0)
    >>> model = RejectingClassifier(mlp, reject_below=0.5)
    >>> model = model.fit(X, np.where(y == 8, -1, y))
    >>> model.classes_
    array([0, 1])
    >>> model.predict(X[:3]), y[:3]
    (array([ 0,  1, -1]), array([0, 1, 8]))
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "estimator": [HasMethods(["fit", "predict_proba"])],
        "reject_label": [Integral, str],
        "reject_below": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(
        self,
        estimator: Any,
        *,
        reject_label: int | str = -1,
        reject_below: float = 0.0,
    ) -> None:
        self.estimator = estimator
        self.reject_label = reject_label
        self.reject_below = reject_below

    @fit_method
    def fit(self, X: ArrayLike, y: ArrayLike, **fit_params: Any) -> Self:
        """Train the classifier.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, as the classifier takes them.
        y : array-like of shape (n_samples,)
            Labels; `reject_label` for images of other things, of which there may be
            none.
        **fit_params : dict
            Arguments of the classifier's `fit`.

        Returns
        -------
        self : RejectingClassifier
            The fitted classifier.
        """
        self.estimator_ = clone(self.estimator).fit(X, y, **fit_params)
        return self

    @property
    def classes_(self) -> NDArray[Any]:
        """Labels in sorted order, without `reject_label`."""
        return self.estimator_.classes_[self._is_label()]

    @property
    def n_features_in_(self) -> int:
        """Number of pixels per image."""
        return self.estimator_.n_features_in_

    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:
        """Predict the probability of each label, given that one of them is right.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, as the classifier takes them.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In [0, 1], in the order of `classes_`; rows sum to 1.
        """
        joint = self.predict_joint_proba(X)
        total = joint.sum(axis=1, keepdims=True)
        # Far from all labels each of them can underflow to 0.
        even = np.full_like(joint, 1 / joint.shape[1])
        return np.divide(joint, total, out=even, where=total > 0)

    def predict_joint_proba(self, X: ArrayLike) -> NDArray[Any]:
        """Predict the probability that an image shows a label, for each of them.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, as the classifier takes them.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In [0, 1], in the order of `classes_`. What a row lacks to 1 is the
            probability that the image shows something else. All are 0 for an image of
            one colour.
        """
        check_is_fitted(self)
        probabilities = self.estimator_.predict_proba(X)[:, self._is_label()]
        # There is nothing to see in an image of one colour, whatever a network says.
        return np.where(_is_blank(X)[:, np.newaxis], 0, probabilities)

    def score_samples(self, X: ArrayLike) -> NDArray[Any]:
        """Predict the probability that an image shows its most probable label.

        It is low for images of other things, and where labels compete.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, as the classifier takes them.

        Returns
        -------
        scores : ndarray of shape (n_samples,)
            In [0, 1].
        """
        return self.predict_joint_proba(X).max(axis=1)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict the most probable label, or `reject_label`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, as the classifier takes them.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Labels, of the type that `fit` received.
        """
        joint = self.predict_joint_proba(X)
        labels = self.classes_[joint.argmax(axis=1)]
        rejected = joint.max(axis=1) < self.reject_below
        if not rejected.any():
            return labels
        return np.where(rejected, self.reject_label, labels)

    def _is_label(self) -> NDArray[np.bool_]:
        return self.estimator_.classes_ != self.reject_label

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "estimator_")

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self.estimator).input_tags
        return tags


def _is_blank(X: Any) -> NDArray[np.bool_]:
    """Return for each image whether all its pixels are equal."""
    pixels = X.toarray() if issparse(X) else np.asarray(X)
    pixels = pixels.reshape(len(pixels), -1)
    return (pixels == pixels[:, :1]).all(axis=1)
