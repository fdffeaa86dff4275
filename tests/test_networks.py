"""Architectures, without training."""

import numpy as np
import pytest

from skdigits import networks


def test_lab_mlp_has_55050_parameters():
    network = networks.mlp((28, 28), 10, hidden_layer_sizes=(64, 64))
    arrays = network.get_weights()
    assert sum(array.size for array in arrays if array.ndim == 2) == 54_912
    assert sum(array.size for array in arrays if array.ndim == 1) == 138
    assert network.count_params() == 55_050


def test_penalty_is_alpha_times_sum_of_squared_hidden_kernels():
    network = networks.mlp((8, 8), 10, hidden_layer_sizes=(7, 5), alpha=0.03)
    kernels = [array for array in network.get_weights() if array.ndim == 2]
    expected = 0.03 * sum((kernel.astype(float) ** 2).sum() for kernel in kernels[:-1])
    assert float(sum(network.losses)) == pytest.approx(expected, rel=1e-5)


def test_alpha_zero_adds_no_penalty():
    assert networks.mlp((8, 8), 10).losses == []


def test_lab_cnn_has_its_layers():
    network = networks.cnn((28, 28), 10, padding="valid", dropout=0.2)
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds == [
        *("InputLayer", "Reshape", "Conv2D", "Conv2D", "MaxPooling2D"),
        *("Dropout", "Flatten", "Dense", "Dense"),
    ]
    # 3x3x1x32+32, 3x3x32x64+64, 12x12x64x64+64, 64x10+10
    assert network.count_params() == 320 + 18_496 + 589_888 + 650


def test_conv_bn_pool_stack_pools_after_each_convolution():
    network = networks.cnn(
        (28, 28), 10, conv_blocks=((4,), (8,), (16,)), batch_norm=True
    )
    kinds = [type(layer).__name__ for layer in network.layers]
    block = ["Conv2D", "MaxPooling2D", "BatchNormalization", "Activation"]
    assert kinds[2:14] == 3 * block
    assert network.get_layer("pool_3").output.shape == (None, 4, 4, 16)


@pytest.mark.parametrize("image_shape", [(28, 28), (8, 8), (7, 13), (1, 64)])
@pytest.mark.parametrize("build", [networks.unet, networks.blind_spot_unet])
def test_unet_gives_back_pictures_of_any_size(build, image_shape):
    n_pixels = image_shape[0] * image_shape[1]
    X = np.random.default_rng(0).integers(0, 2, (3, n_pixels)).astype("float32")
    output = np.asarray(build(image_shape, filters=(4, 8))(X))
    assert output.shape == X.shape
    assert output.min() >= 0
    assert output.max() <= 1


def test_autoencoder_is_the_lab_hourglass():
    network = networks.dense_autoencoder((28, 28))
    shapes = [a.shape for a in network.get_weights() if a.ndim == 2]
    assert shapes == [(784, 128), (128, 96), (96, 128), (128, 784)]


def test_reduced_precision_is_that_of_hidden_products():
    network = networks.in_precision(
        networks.cnn((8, 8), 10, batch_norm=True), "mixed_bfloat16"
    )
    reduced = {type(x).__name__ for x in network.layers if x.compute_dtype != "float32"}
    assert reduced == {"Conv2D", "MaxPooling2D", "Dense"}
    assert network.get_layer("probabilities").compute_dtype == "float32"
    assert {variable.dtype for variable in network.weights} == {"float32"}
