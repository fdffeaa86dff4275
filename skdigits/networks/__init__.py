"""Architectures: sizes in, an untrained `keras.Model` out.

Every network takes rows of pixels in [0, 1], shape ``(batch, height * width)``, and
reshapes them itself where it needs images. Calling one of the functions imports Keras.

Behind each function stands a frozen dataclass of sizes
(`skdigits.networks._architectures`) that describes a tree of layers. Each kind of layer
is a class (`skdigits.networks._layers`, and those that hold others in
`skdigits.networks._composites`) with the shapes of its weights, its Keras layer and its
arithmetic, from which all else follows: prediction in NumPy, ONNX, diagrams.
"""

from skdigits.networks._builders import (
    against_adversary,
    blind_spot_unet,
    cnn,
    conditional_vae,
    dense_autoencoder,
    in_precision,
    mlp,
    register_layers,
    unet,
)

__all__ = [
    "against_adversary",
    "blind_spot_unet",
    "cnn",
    "conditional_vae",
    "dense_autoencoder",
    "in_precision",
    "mlp",
    "register_layers",
    "unet",
]
