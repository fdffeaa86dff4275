"""Inspection of fitted networks: the outputs of their layers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdigits._base import KerasEstimator

# Images per batch. Small, as the outputs of all layers are much larger than the images.
_BATCH_SIZE = 100

__all__ = ["layer_outputs"]


def layer_outputs(
    estimator: KerasEstimator, X: ArrayLike, layers: Sequence[str] | None = None
) -> dict[str, NDArray[np.float32]]:
    """Return the outputs of the layers of a fitted network.

    Parameters
    ----------
    estimator : estimator
        A fitted network of this package.
    X : array-like of shape (n_samples, n_features) or (n_samples, height, width)
        Images, ``uint8`` in 0..255 or floats in [0, 1]; stacks may end in an axis of
        length 1.
    layers : sequence of str, default=None
        Names of layers; None selects all. Layers inside a submodel, such as the encoder
        of an autoencoder, are not available.

    Returns
    -------
    outputs : dict of str to ndarray of shape (n_samples, ...)
        Outputs by layer name, in the order of `layers`: ``(n_samples, n_units)`` of a
        dense layer, ``(n_samples, height, width, n_channels)`` of a convolution.

    Raises
    ------
    TypeError
        If `estimator` is not a network of this package.
    ValueError
        If the network has no layer of a given name.

    See Also
    --------
    skdigits.plotting.plot_feature_maps : Plots the outputs for one image.

    Notes
    -----
    Outputs are computed in inference mode, as in `predict`: layers that act in training
    only, such as dropout, return their inputs.

    Examples
    --------
    >>> from skdigits import CNNDigitClassifier
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.inspection import layer_outputs
    >>> X, y = load_small_digits(return_X_y=True)
    >>> cnn = CNNDigitClassifier(((8,),), augmentation=None, epochs=1).fit(X, y)
    >>> outputs = layer_outputs(cnn, X[:5], ["conv_1_1", "pool_1"])
    >>> {name: output.shape for name, output in outputs.items()}
    {'conv_1_1': (5, 8, 8, 8), 'pool_1': (5, 4, 4, 8)}
    """
    check_holds_network(estimator, "layer_outputs")
    network = estimator._trained_network()
    images, _, _ = estimator._validate(X, reset=False)
    parts: dict[str, list[NDArray[np.float32]]] = {}
    for start in range(0, len(images), _BATCH_SIZE):
        outputs = network.layer_outputs(images[start : start + _BATCH_SIZE])
        # A name that is given twice must not give twice the rows.
        names = list(dict.fromkeys(outputs if layers is None else layers))
        if unknown := [name for name in names if name not in outputs]:
            raise ValueError(
                f"layer_outputs: the network of {type(estimator).__name__} has no "
                f"layer {unknown[0]!r}; it has {list(outputs)}."
            )
        for name in names:
            parts.setdefault(name, []).append(outputs[name])
    return {name: np.concatenate(part) for name, part in parts.items()}


def check_holds_network(estimator: Any, caller: str) -> None:
    """Raise TypeError unless the estimator is a network of this package."""
    if not isinstance(estimator, KerasEstimator):
        raise TypeError(
            f"{caller}: {type(estimator).__name__} is not a network of skdigits. If it "
            "holds one, take it out: pipeline[-1], search.best_estimator_, "
            "frozen.estimator."
        )
