"""Checks of networks: settings, weights, images and labels must fit together."""

from typing import Any

from sklearn.utils._param_validation import validate_parameter_constraints

from skdigits._files import _limits
from skdigits.exceptions import ModelFileError
from skdigits.networks._architectures import Architecture, architecture
from skdigits.persistence._classes import networks


def check_network(model: Any, path: str) -> None:
    """Raise ModelFileError unless the attributes describe one network and its input."""
    function, settings = model._network_settings
    if function not in networks(type(model)) or type(settings) is not dict:
        raise ModelFileError(f"{path} has a network {function!r:.80}.")
    ranges = model._parameter_constraints
    present = {k: v for k, v in settings.items() if k in ranges and v is not None}
    validate_parameter_constraints(ranges, present, path)
    network: Any = architecture(function, settings)
    check_network_size(network, path)
    if (
        model.image_shape_ != network.image_shape
        or model.n_features_in_ != network.n_pixels
        or (hasattr(model, "classes_") and len(model.classes_) != network.n_classes)
        or any(
            mixture.n_features_in_ != network.latent_size
            for mixture in getattr(model, "mixtures_", ())
        )
    ):
        raise ModelFileError(f"{path}: images, labels and network do not fit together.")
    model._checkpoint().check(network)


def check_network_size(network: Architecture, path: str) -> None:
    """Raise ModelFileError if a network is larger than those that people train."""
    tree = network.layers()
    n_weights = sum(weight.size for weight in network.weights())
    if (
        len(tree.layers) > _limits.N_LAYERS
        or network.n_pixels > _limits.N_PIXELS
        or n_weights > _limits.N_WEIGHTS
        or tree.largest_output(tree.input_shape) > _limits.N_OUTPUTS
    ):
        raise ModelFileError(
            f"{path} describes a network above the limits of {_limits.N_PIXELS} pixels "
            f"an image, {_limits.N_WEIGHTS} weights and {_limits.N_OUTPUTS} values "
            "after a layer."
        )
