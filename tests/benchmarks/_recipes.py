"""Settings of `CNNDigitClassifier` that several tables use."""

from typing import Any

# As the docstring recommends them for less time.
FAST: dict[str, Any] = {
    "conv_blocks": ((8,), (32,)),
    "dropout": 0.0,
    "augmentation": None,
    "epochs": 1,
    "learning_rate": 0.02,
}
MIDDLE: dict[str, Any] = {"conv_blocks": ((16,), (96,)), "epochs": 5}
# A network that takes more time than the default one.
THREE_CONVOLUTIONS: dict[str, Any] = {
    "conv_blocks": ((32,), (64,), (128,)),
    "kernel_size": 3,
    "padding": "same",
    "hidden_layer_sizes": (),
    "epochs": 10,
    "learning_rate": 2e-3,
}
# Noise in each epoch keeps a larger network from learning the images by heart.
FIVE_CONVOLUTIONS: dict[str, Any] = {
    "conv_blocks": ((32,), (64, 64), (128, 128)),
    "kernel_size": 3,
    "padding": "same",
    "hidden_layer_sizes": (),
    "dropout": 0.3,
    "epochs": 12,
}
