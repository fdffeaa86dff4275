"""What the layers of a network put out for one picture."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdigits.inspection import check_holds_network, layer_outputs
from skdigits.plotting._axes import figure_and_axes
from skdigits.plotting._stages import read_stages
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
    """Draw what the layers of a convolutional network put out for one picture.

    Each layer gets a block of pictures, one per channel, on a scale of its own: white
    is 0, black the largest value in the block. Where values are negative too, they are
    blue and positive ones red.

    Parameters
    ----------
    estimator : estimator
        A fitted network of this package.
    picture : array-like of shape (n_features,), (height, width) or (height, width, 1)
        What the network looks at: ``uint8`` in 0..255, or floats in [0, 1].
    layers : sequence of str, default=None
        Names of the layers to show. None takes convolutions (with normalization and
        activation), pooling and the like, and dropout.
    n_columns : int, default=16
        Pictures per row.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; None makes a new figure, as large as the pictures need.

    Returns
    -------
    ax : matplotlib.axes.Axes
        The Axes with all blocks, that of the picture itself first.

    Raises
    ------
    TypeError
        If `estimator` is none of this package.
    ValueError
        If `picture` is not one picture, or if the network has no such layers or their
        outputs are no pictures.

    See Also
    --------
    skdigits.inspection.layer_outputs : The numbers behind the pictures.
    plot_filters : The weights by which the maps are made.

    Notes
    -----
    Dropout does nothing when a network reads. It is shown as it acts in training: one
    random choice, the same in each call, of values set to 0, with the others scaled up
    to keep the mean. The layers after it are shown as they are when the network reads.

    Examples
    --------
    >>> from skdigits import CNNDigitClassifier
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.plotting import plot_feature_maps
    >>> X, y = load_small_digits(return_X_y=True)
    >>> cnn = CNNDigitClassifier(((8,), (16,)), epochs=1, random_state=0).fit(X, y)
    >>> ax = plot_feature_maps(cnn, X[0])
    >>> ax = plot_feature_maps(cnn, X[0], layers=["conv_2_1", "pool_2"])
    """
    check_holds_network(estimator, "plot_feature_maps")
    X = _as_stack(picture, estimator)
    names = _default_layers(estimator) if layers is None else list(layers)
    outputs = layer_outputs(estimator, X, names)
    blocks = {"picture": X[..., np.newaxis]}
    for name, maps in outputs.items():
        _check_pictures(name, maps, estimator)
        heading = f"{name}: {maps.shape[3]} maps of {maps.shape[1]}×{maps.shape[2]}"
        layer = estimator.network_.get_layer(name)
        if _is_dropout(layer):
            maps = _in_training(layer, maps)
            heading += f", in training ({layer.rate:.0%} set to 0)"
        blocks[heading] = maps
    return _draw(ax, {name: maps[0] for name, maps in blocks.items()}, n_columns)


def _as_stack(picture: ArrayLike, estimator: Any) -> NDArray[Any]:
    """Return one picture as an array of shape (1, height, width)."""
    array = np.asarray(picture)
    height, width = estimator.image_shape_
    if array.shape not in {
        (height * width,),
        (height, width),
        (height, width, 1),
    }:
        raise ValueError(
            f"plot_feature_maps: picture has shape {array.shape}, expected one picture "
            f"of {height}x{width} pixels, for instance X[0]."
        )
    return array.reshape(1, height, width)


def _default_layers(estimator: Any) -> list[str]:
    """Names of the last layer of each stage that gives pictures, and of dropout."""
    names = []
    for stage in read_stages(estimator.network_):
        if stage.submodel is None and stage.kind != "input":
            layers = stage.picture_layers
            lasting = [layer for layer in layers if not _is_dropout(layer)]
            dropout = [layer for layer in layers if _is_dropout(layer)]
            names += [layer.name for layer in lasting[-1:] + dropout]
    if not names:
        raise ValueError(
            f"plot_feature_maps: no layer of this {type(estimator).__name__} puts out "
            "pictures. plot_filters shows what its first layer looks for."
        )
    return names


def _check_pictures(name: str, maps: NDArray[Any], estimator: Any) -> None:
    if maps.ndim != 4:
        raise ValueError(
            f"plot_feature_maps: layer {name!r} puts out {maps.shape[1:]} numbers and "
            f"no pictures. Choose from {_default_layers(estimator)}."
        )


def _is_dropout(layer: Any) -> bool:
    return hasattr(layer, "rate") and hasattr(layer, "seed_generator")


def _in_training(layer: Any, maps: NDArray[Any]) -> NDArray[Any]:
    """Return what the layer makes of its inputs in training."""
    # A seeded copy draws the same each time and leaves the network as it is.
    seeded = type(layer).from_config({**layer.get_config(), "seed": 0})
    return np.asarray(seeded(maps, training=True))


def _draw(ax: "Axes | None", blocks: dict[str, NDArray[Any]], n_columns: int) -> "Axes":
    """Draw blocks (height, width, n_channels) below each other."""
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
    bottom = -HEADING / 3  # nothing above the first heading
    for name, maps in tiles.items():
        bottom = draw_block(ax, maps, top=bottom, n_columns=n_columns, heading=name)
    finish(ax, n_columns, bottom)
    return ax
