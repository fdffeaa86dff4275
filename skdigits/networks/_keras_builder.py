"""Keras models from trees of layers, whatever Keras's process-wide settings are."""

import inspect
from typing import Any

import keras

from skdigits.networks import _deformation, _keras_layers
from skdigits.networks._composites import Model, Variational
from skdigits.networks._layers import Layer

# What Keras would otherwise take from `keras.config`, that is from any code before.
_DTYPE = "float32"
_LAYOUT = "channels_last"


class KerasBuilder:
    """Makes the Keras layers of a network; `penalty` acts on penalized kernels."""

    def __init__(self, penalty: keras.Regularizer | None = None) -> None:
        self._penalty = penalty

    def layer(self, layer: Layer) -> Any:
        """Return the Keras layer of this package or of Keras that has the sizes."""
        arguments = layer.sizes()
        if arguments.pop("penalized", False):
            arguments["kernel_regularizer"] = self._penalty
        name = layer.keras_class or type(layer).__name__
        for module in (_keras_layers, _deformation, keras.layers):
            if hasattr(module, name):
                kind = getattr(module, name)
                if "data_format" in inspect.signature(kind).parameters:
                    arguments["data_format"] = _LAYOUT
                return kind(dtype=_DTYPE, **arguments)
        raise ValueError(f"There is no Keras layer for {layer}.")

    def model(self, model: Model) -> keras.Model:
        """Return a new, untrained Keras model."""
        x = keras.Input(model.input_shape, dtype=_DTYPE, name=model.input_name)
        network = keras.Model(x, model.keras_inner(x, self), name=model.name)
        network.dtype_policy = keras.DTypePolicy(_DTYPE)
        return network

    def hide_pixels(self) -> Any:
        """Return the layer in front of the inner layers of a `BlindSpot`."""
        return _keras_layers.HidePixels(name="hide", dtype=_DTYPE)

    def sampled_latent(self, variational: Variational) -> Any:
        """Return the layer between encoder and decoder of a `Variational`."""
        sizes = variational.sizes() | {"name": "sampled_latent"}
        return _keras_layers.SampledLatent(dtype=_DTYPE, **sizes)
