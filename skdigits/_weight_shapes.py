"""Shapes of a classifier's weights, told from its settings without Keras."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

# Shape of a weight, and whether the optimizer changes it.
Weight = tuple[tuple[int, ...], bool]


def weight_shapes(network: str, settings: Mapping[str, Any]) -> list[Weight] | None:
    """Shape of each weight in Keras's order, and whether the optimizer changes it.

    Takes the name of a function in `skdigits.networks` and its arguments. Returns None
    for networks that are built otherwise, and where that function might object.
    """
    if network not in _SHAPES or settings.keys() - {"augmentation"} != _NAMES[network]:
        return None
    if dict(settings.get("augmentation") or {}).keys() - _AUGMENTATION:
        return None
    shapes = list(_SHAPES[network](**settings))
    # All sizes in the settings come back in a shape, by themselves or in a product.
    sides = [side for shape, _ in shapes for side in shape]
    return shapes if all(type(side) is int and side > 0 for side in sides) else None


def _mlp(
    *,
    image_shape: tuple[int, int],
    n_classes: int,
    hidden_layer_sizes: Sequence[int],
    batch_norm: bool,
    **_: Any,
) -> Iterator[Weight]:
    n_inputs = math.prod(image_shape)
    for units in hidden_layer_sizes:
        yield (n_inputs, units), True
        yield from _offset(units, batch_norm)
        n_inputs = units
    yield (n_inputs, n_classes), True
    yield (n_classes,), True


def _cnn(
    *,
    image_shape: tuple[int, int],
    conv_blocks: Sequence[Sequence[int]],
    kernel_size: int,
    padding: str,
    batch_norm: bool,
    **settings: Any,
) -> Iterator[Weight]:
    height, width = image_shape
    n_channels = 1
    lost = kernel_size - 1 if padding == "valid" else 0
    for filters_in_block in conv_blocks:
        for filters in filters_in_block:
            yield (kernel_size, kernel_size, n_channels, filters), True
            yield from _offset(filters, batch_norm)
            height, width, n_channels = height - lost, width - lost, filters
        if filters_in_block and padding == "valid":
            height, width = height // 2, width // 2
        elif filters_in_block:
            height, width = -(-height // 2), -(-width // 2)
    # Pictures that the windows use up would have no pixels left here, or fewer.
    n_features = max(height, 0) * max(width, 0) * n_channels
    yield from _mlp(image_shape=(1, n_features), batch_norm=False, **settings)


def _offset(units: int, batch_norm: bool) -> list[Weight]:
    """Tell of a bias, or of a normalization's gamma, beta, mean and variance."""
    changes = (True, True, False, False) if batch_norm else (True,)
    return [((units,), change) for change in changes]


_SHAPES: dict[str, Callable[..., Iterator[Weight]]] = {"cnn": _cnn, "mlp": _mlp}

_OF_MLP = {"image_shape", "n_classes", "hidden_layer_sizes"}
_OF_MLP |= {"activation", "alpha", "batch_norm", "dropout"}
_AUGMENTATION = {"shift", "zoom", "rotation", "elastic", "order"}
_NAMES = {"cnn": _OF_MLP | {"conv_blocks", "kernel_size", "padding"}, "mlp": _OF_MLP}
