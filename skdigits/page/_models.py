"""Models as plain data for the page: networks, labels, and formats of images."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import numpy as np
from sklearn.ensemble import VotingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from skdigits import DenoisingAutoencoder, RejectingClassifier
from skdigits._base import KerasEstimator
from skdigits.page._networks import Plain, describe_network
from skdigits.reading._classifier import split_normalizer

# Below this probability the page is not sure, as `skdigits read` by default.
_REJECT_BELOW = 0.5
# Below this size a margin as wide as MNIST's would leave too few pixels for the digit:
# the 8x8 digits of scikit-learn have none.
_SMALL = 16
# Side of the digit in MNIST's images, as a fraction of the side of the image.
_BOX = 20 / 28
# The page normalizes and computes anew while one draws.
LARGEST_SIZE = 64

_NAMES = {
    "dense_autoencoder": "dense autoencoder",
    "unet": "U-Net",
    "blind_spot_unet": "blind-spot U-Net",
}


class Classifier:
    """The networks of a classifier, and its labels.

    `chains` are lists of networks, each of which takes the output of the one before;
    the probabilities are means over the chains. `predictor` is the classifier without
    its normalizer.
    """

    def __init__(self, model: Any) -> None:
        normalizer, model = split_normalizer(model)
        self.predictor = model
        *before, last = _stages(model)
        rejecting = last if isinstance(last, RejectingClassifier) else None
        if rejecting is not None:
            last = unwrap(rejecting.estimator_)
        members = _members(last)
        self.chains = [[*before, *_stages(member)] for member in members]
        for stage in chain.from_iterable(self.chains):
            _check_network(stage, "classifier")
        classes = getattr(last, "classes_", None)
        if classes is None:
            raise TypeError(
                f"write: classifier={type(model).__name__} has no classes. Pass a "
                "fitted classifier of skdigits, or a pipeline that ends in one."
            )
        self.size = image_size(self.chains[0][0], "classifier")
        self.box_size = _box_size(self.size) if normalizer is None else None
        if normalizer is not None:
            self.box_size = normalizer.box_size
            if normalizer.size != self.size:
                raise ValueError(
                    f"write: the classifier takes images of {self.size}x{self.size} "
                    f"pixels, but its normalizer makes {normalizer.size}x"
                    f"{normalizer.size}."
                )
        self._rejects = np.zeros(len(classes), bool)
        self._reject_below = 0.0
        if rejecting is not None:
            self._rejects = classes == rejecting.reject_label
            self._reject_below = rejecting.reject_below
        self.labels = [str(label) for label in classes[~self._rejects]]

    def describe(self) -> Plain:
        """Return plain data for the page."""
        rejects = np.flatnonzero(self._rejects)
        return {
            "chains": [
                [describe_network(stage) for stage in stages] for stages in self.chains
            ],
            "labels": self.labels,
            # Index among the outputs of the network.
            "rejects": int(rejects[0]) if len(rejects) else None,
            "rejectBelow": self._reject_below or _REJECT_BELOW,
            "size": self.size,
            "boxSize": self.box_size,
        }


def describe_denoiser(denoiser: DenoisingAutoencoder, size: int) -> Plain:
    """Return the name and the network of a denoiser for images of this size."""
    _check_network(denoiser, "denoiser")
    if not isinstance(denoiser, DenoisingAutoencoder):
        raise TypeError(
            f"write: denoiser={type(denoiser).__name__} is not a DenoisingAutoencoder."
        )
    check_size(denoiser, "denoiser", size)
    name = _NAMES[denoiser._network_settings[0]]
    return {"name": name, "network": describe_network(denoiser)}


def check_size(estimator: KerasEstimator, argument: str, size: int) -> None:
    """Raise ValueError unless the estimator has images of this size."""
    own = image_size(estimator, argument)
    if own != size:
        raise ValueError(
            f"write: the {argument} has images of {own}x{own} pixels, but the "
            f"classifier takes {size}x{size}. Fit both on images of one size."
        )


def image_size(estimator: KerasEstimator, argument: str) -> int:
    """Return the side of square images, or raise ValueError."""
    height, width = estimator.image_shape_
    if height != width or height > LARGEST_SIZE:
        raise ValueError(
            f"write: the {argument} has images of {height}x{width} pixels. A page "
            f"needs square images of at most {LARGEST_SIZE}x{LARGEST_SIZE} pixels."
        )
    return height


def unwrap(model: Any) -> Any:
    """Return the fitted estimator within a search or a frozen one."""
    while True:
        if isinstance(model, FrozenEstimator):
            model = model.estimator
        elif hasattr(model, "best_estimator_"):
            model = model.best_estimator_
        else:
            return model


def _stages(model: Any) -> Iterable[Any]:
    model = unwrap(model)
    if isinstance(model, Pipeline):
        for _, step in model.steps:
            if step is not None and step != "passthrough":
                yield from _stages(step)
    else:
        check_is_fitted(model)
        yield model


def _members(model: Any) -> list[Any]:
    """Return the classifiers whose mean a classifier is: itself, if it is none."""
    if not isinstance(model, VotingClassifier):
        return [model]
    if model.voting != "soft" or model.weights is not None:
        raise TypeError(
            f"write: the classifier is a VotingClassifier with voting={model.voting!r} "
            f"and weights={model.weights}. A page computes means of probabilities: "
            "set voting='soft' and weights=None."
        )
    return list(model.estimators_)


def _check_network(model: Any, argument: str) -> None:
    if not isinstance(model, KerasEstimator):
        raise TypeError(
            f"write: {argument} has a {type(model).__name__}, which a page cannot "
            "compute. Pass a fitted network of skdigits, or a pipeline of such."
        )
    check_is_fitted(model)


def _box_size(size: int) -> int:
    return size if size < _SMALL else round(_BOX * size)
