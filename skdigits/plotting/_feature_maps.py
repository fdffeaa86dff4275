"""Feature maps: outputs of the layers of a network for one image."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdigits.inspection import check_holds_network, layer_outputs
from skdigits.plotting._axes import figure_and_axes
from skdigits.plotting._network_stages import parse_stages
from skdigits.plotting._tiles import (
    HEADING,
    STEP,
    TILE_SIZE,
    block_height,
    draw_block,
    finish,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_feature_maps(
    estimator: Any,
    picture: ArrayLike,
    *,
    layers: Sequence[str] | None = None,
    n_columns: int = 16,
    ax: "Axes | None" = None,
) -> "Axes":
    """Plot the feature maps of a convolutional network for one image.

    Each layer has a block of maps, one per channel, with its own scale: white is 0,
    black the maximum of the block. If a block has negative values, these are blue and
    positive values red.

    Parameters
    ----------
    estimator : estimator
        A fitted network of this package.
    picture : array-like of shape (n_features,), (height, width) or (height, width, 1)
        Input image, ``uint8`` in 0..255 or floats in [0, 1].
    layers : sequence of str, default=None
        Names of the layers to plot. None selects convolutions (after normalization and
        activation), pooling and similar layers, and dropout.
    n_columns : int, default=16
        Maps per row.
    ax : matplotlib.axes.Axes, default=None
        Axes to plot on; None creates a new figure that fits the tiles.

    Returns
    -------
    ax : matplotlib.axes.Axes
        Axes with all blocks; the first shows the image itself.

    Raises
    ------
    TypeError
        If `estimator` is not a network of this package.
    ValueError
        If `picture` is not a single image, or the network has no layer of a given name,
        or its outputs are not maps of shape (height, width, n_channels).

    See Also
    --------
    skdigits.inspection.layer_outputs : Returns the outputs as arrays.
    plot_filters : Plots the weights of a layer.

    Notes
    -----
    All layers but dropout are shown in inference mode, in which dropout has no effect.
    Dropout is shown in training mode: values chosen at random, the same in each call,
    are set to 0, and the others are scaled up to keep the mean.

    Examples
    --------
    >>> from skdigits import CNNDigitClassifier
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.plotting import plot_feature_maps
    >>> X, y = load_small_digits(return_X_y=True)
    >>> cnn = CNNDigitClassifier(((8,),), augmentation=None, epochs=1).fit(X, y)
    >>> ax = plot_feature_maps(cnn, X[0])
    >>> ax = plot_feature_maps(cnn, X[0], layers=["conv_1_1", "pool_1"])
    """
    check_holds_network(estimator, "plot_feature_maps")
    X = _as_stack(picture, estimator)
    names = _default_layers(estimator) if layers is None else list(layers)
    outputs = layer_outputs(estimator, X, names)
    blocks = {"image": X[..., np.newaxis]}
    for name, maps in outputs.items():
        _check_maps(name, maps, estimator)
        heading = f"{name}: {maps.shape[3]} maps of {maps.shape[1]}×{maps.shape[2]}"
        layer = estimator.network_.get_layer(name)
        if _is_dropout(layer):
            maps = _apply_in_training(layer, maps)
            heading += f", in training ({layer.rate:.0%} set to 0)"
        blocks[heading] = maps
    return _draw(ax, {name: maps[0] for name, maps in blocks.items()}, n_columns)


def _as_stack(image: ArrayLike, estimator: Any) -> NDArray[Any]:
    """Return one image as an array of shape (1, height, width)."""
    array = np.asarray(image)
    height, width = estimator.image_shape_
    if array.shape not in {
        (height * width,),
        (height, width),
        (height, width, 1),
    }:
        raise ValueError(
            f"plot_feature_maps: picture has shape {array.shape}, expected one image "
            f"of {height}x{width} pixels, for example X[0]."
        )
    return array.reshape(1, height, width)


def _default_layers(estimator: Any) -> list[str]:
    """Return the names of the last layer of each stage with maps, and of dropout."""
    names = []
    for stage in parse_stages(estimator.network_):
        if stage.submodel is None and stage.kind != "input":
            layers = stage.image_layers
            others = [layer for layer in layers if not _is_dropout(layer)]
            dropout = [layer for layer in layers if _is_dropout(layer)]
            names += [layer.name for layer in others[-1:] + dropout]
    if not names:
        raise ValueError(
            f"plot_feature_maps: this {type(estimator).__name__} has no layer with "
            "feature maps. plot_filters plots the weights of its first layer."
        )
    return names


def _check_maps(name: str, maps: NDArray[Any], estimator: Any) -> None:
    if maps.ndim != 4:
        raise ValueError(
            f"plot_feature_maps: layer {name!r} has no feature maps, but outputs of "
            f"shape {maps.shape[1:]}. Choose from {_default_layers(estimator)}."
        )


def _is_dropout(layer: Any) -> bool:
    return hasattr(layer, "rate") and hasattr(layer, "seed_generator")


def _apply_in_training(layer: Any, maps: NDArray[Any]) -> NDArray[Any]:
    """Return the outputs of the layer in training mode."""
    # A seeded copy is reproducible and leaves the network unchanged.
    seeded = type(layer).from_config({**layer.get_config(), "seed": 0})
    return np.asarray(seeded(maps, training=True))


def _draw(ax: "Axes | None", blocks: dict[str, NDArray[Any]], n_columns: int) -> "Axes":
    """Plot blocks of maps (height, width, n_channels) below each other."""
    tiles = {name: np.moveaxis(maps, -1, 0) for name, maps in blocks.items()}
    height = sum(
        HEADING
        + STEP
        - 1
        + block_height(len(maps), maps.shape[1] / maps.shape[2], n_columns)
        for maps in tiles.values()
    )
    size = TILE_SIZE * STEP * n_columns, TILE_SIZE * height
    _, ax = figure_and_axes(ax, size=size)
    bottom = -HEADING / 3  # no gap above the first heading
    for name, maps in tiles.items():
        bottom = draw_block(ax, maps, top=bottom, n_columns=n_columns, heading=name)
    finish(ax, n_columns, bottom)
    return ax
