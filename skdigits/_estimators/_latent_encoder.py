"""Latent vectors of an autoencoder as the features of a pipeline."""

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    MetaEstimatorMixin,
    TransformerMixin,
    clone,
)
from sklearn.utils import Tags, get_tags
from sklearn.utils._param_validation import HasMethods
from sklearn.utils.validation import check_is_fitted

from skdigits._images import DocumentationLinkMixin
from skdigits._training import fit_method


class LatentEncoder(
    DocumentationLinkMixin,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    MetaEstimatorMixin,
    BaseEstimator,
):
    """Transformer from images to the latent vectors of an autoencoder.

    `DenoisingAutoencoder.transform` returns images. This transformer returns what its
    ``encode`` returns, a few numbers per image, so that a classifier or a plot of a
    pipeline can follow.

    Parameters
    ----------
    estimator : DenoisingAutoencoder
        Autoencoder with a latent space, ``architecture="dense"``. `fit` fits a clone;
        one that is fitted already stays as it is in a
        `sklearn.frozen.FrozenEstimator`.

    Attributes
    ----------
    estimator_ : DenoisingAutoencoder
        The fitted autoencoder.

    n_features_in_ : int
        Number of pixels in an image.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, if `fit` received a DataFrame.

    See Also
    --------
    DenoisingAutoencoder : Its ``encode`` and ``decode`` convert in both directions.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from skdigits import DenoisingAutoencoder, LatentEncoder
    >>> from skdigits.datasets import load_small_digits
    >>> X, y = load_small_digits(return_X_y=True)
    >>> autoencoder = DenoisingAutoencoder(
    ...     "dense", latent_size=16, noise_amount=0, random_state=0
    ... )
    >>> model = make_pipeline(LatentEncoder(autoencoder), LogisticRegression())
    >>> model.fit(X[:1400], y[:1400]).score(X[1400:], y[1400:]) > 0.8
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "estimator": [HasMethods(["fit"])]
    }

    def __init__(self, estimator: BaseEstimator) -> None:
        self.estimator = estimator

    @fit_method
    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Fit the autoencoder.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an axis
            of length 1.
        y : array-like, default=None
            Passed to the autoencoder, which ignores labels.

        Returns
        -------
        self : LatentEncoder
            The fitted transformer.

        Raises
        ------
        ValueError
            If the estimator has no latent space, or cannot be fitted on `X`.
        """
        if not hasattr(self.estimator, "encode"):
            raise ValueError(
                f"{type(self).__name__}: {type(self.estimator).__name__} has no latent "
                "space that depends on the image alone. Pass a DenoisingAutoencoder "
                "with architecture='dense'."
            )
        self.estimator_ = clone(self.estimator).fit(X, y)
        self.n_features_in_ = self.estimator_.n_features_in_
        if hasattr(self.estimator_, "feature_names_in_"):
            self.feature_names_in_ = self.estimator_.feature_names_in_
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float32]:
        """Map images to the latent space.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
            Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an axis
            of length 1.

        Returns
        -------
        latent : ndarray of shape (n_samples, latent_size)
            Latent vectors, float32.
        """
        check_is_fitted(self)
        return self.estimator_.encode(X)

    @property
    def _n_features_out(self) -> int:
        return self.estimator_.latent_size

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self.estimator).input_tags
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags
