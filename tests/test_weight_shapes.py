"""What is told of a network's weights without building it, against Keras."""

import subprocess
import sys

import pytest

from skdigits import CNNDigitClassifier, networks
from skdigits._weight_shapes import weight_shapes
from skdigits.persistence import dump

MLP = {
    **{"image_shape": (5, 7), "n_classes": 3, "hidden_layer_sizes": (6, 4)},
    **{"activation": "relu", "alpha": 0.0, "batch_norm": False, "dropout": 0.0},
}
CNN = MLP | {"conv_blocks": ((4, 3), (2,)), "kernel_size": 2, "padding": "same"}


def of_keras(name, settings):
    weights = getattr(networks, name)(**settings).weights
    return [(tuple(weight.shape), weight.trainable) for weight in weights]


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("hidden_layer_sizes", [(), (6, 4)])
def test_dense_networks(hidden_layer_sizes, batch_norm):
    sizes = {"hidden_layer_sizes": hidden_layer_sizes, "batch_norm": batch_norm}
    assert weight_shapes("mlp", MLP | sizes) == of_keras("mlp", MLP | sizes)


@pytest.mark.parametrize(
    "settings",
    [
        {"batch_norm": True},
        {"padding": "valid", "image_shape": (16, 13), "kernel_size": 3},
        {"padding": "valid", "conv_blocks": ((4,), (), (2,)), "image_shape": (9, 9)},
        {"conv_blocks": (), "hidden_layer_sizes": ()},
        {"image_shape": (1, 9), "augmentation": {"shift": 0.1}},
    ],
)
def test_convolutional_networks(settings):
    assert weight_shapes("cnn", CNN | settings) == of_keras("cnn", CNN | settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"padding": "valid", "kernel_size": 4},
        {"padding": "valid", "image_shape": (3, 3)},
        {"hidden_layer_sizes": (8.5,)},
        {"kernel_size": 0},
        {"other": 1},
        {"augmentation": {"other": 0.1}},
    ],
)
def test_nothing_is_told_of_what_keras_refuses(settings):
    with pytest.raises((ValueError, TypeError)):
        networks.cnn(**CNN | settings)
    assert weight_shapes("cnn", CNN | settings) is None


def test_a_fresh_process_reads_a_picture_from_a_file_without_tensorflow(
    digits, tmp_path
):
    X, y, *_ = digits
    dump(CNNDigitClassifier(((4,),), epochs=1).fit(X, y), tmp_path / "cnn.skdigits")
    code = (
        "import sys, numpy, skdigits.persistence as files; "
        "files.load('cnn.skdigits').predict(numpy.zeros((1, 64))); "
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
