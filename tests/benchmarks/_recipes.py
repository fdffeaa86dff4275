"""Settings of `CNNDigitClassifier` for less time, as its docstring recommends them."""

from typing import Any

FAST: dict[str, Any] = {
    "conv_blocks": ((8,), (32,)),
    "kernel_size": 5,
    "padding": "valid",
    "hidden_layer_sizes": 128,
    "dropout": 0.0,
    "augmentation": None,
    "epochs": 1,
    "learning_rate": 0.02,
}
MIDDLE: dict[str, Any] = {
    "conv_blocks": ((16,), (96,)),
    "kernel_size": 5,
    "padding": "valid",
    "hidden_layer_sizes": 128,
    "epochs": 5,
    "learning_rate": 0.01,
}
