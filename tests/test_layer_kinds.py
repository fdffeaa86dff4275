"""Keras, NumPy and ONNX agree on every kind of layer and every architecture."""

import json
import math

import numpy as np
import pytest

from skdigits.networks import _composites, _layers, _numpy_ops
from skdigits.networks._architectures import (
    CNN,
    MLP,
    BlindSpotUNet,
    ConditionalVAE,
    DenseAutoencoder,
    UNet,
)
from skdigits.networks._composites import Model, Residual
from skdigits.networks._keras_builder import KerasBuilder
from skdigits.networks._layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    Flatten,
    Layer,
    MaxPooling2D,
    RandomDeformation,
    Reshape,
    UpSampling2D,
    ZeroPadding2D,
)

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

ACTIVATIONS = ["elu", "gelu", "linear", "relu", "selu", "sigmoid", "silu", "tanh"]
SHAPES = {"even": (8, 6, 3), "odd": (7, 9, 2), "one line": (1, 16, 3)}
N_SAMPLES = 5


def network(shape, *layers):
    """A tree that reshapes rows to `shape` and runs `layers`."""
    pixels = (math.prod(shape),)
    return Model("network", (Reshape("image", shape), *layers), "pixels", pixels)


def mlp(**sizes):
    defaults = {"activation": "relu", "batch_norm": False, "dropout": 0.2}
    return MLP((5, 7), 3, **{"hidden_layer_sizes": (6, 4), **defaults, **sizes})


def cnn(image_shape=(12, 11), **sizes):
    defaults = {
        **{"conv_blocks": ((4, 3), (2,)), "kernel_size": 3, "padding": "same"},
        **{"batch_norm": True, "dropout": 0.2, "hidden_layer_sizes": ()},
        "activation": "relu",
    }
    return CNN(image_shape, 4, **{**defaults, **sizes})


NOISE = ("relu", (0.0, 0.9), 0.5)
ARCHITECTURES = {
    "mlp": mlp(),
    "mlp, normalized": mlp(batch_norm=True),
    "softmax regression": mlp(hidden_layer_sizes=()),
    "cnn": cnn(augmentation=(("shift", 0.1), ("order", 3))),
    "cnn, noise": cnn(pixel_states=True, noise_amount=(0.1, 0.9)),
    "cnn, plain": cnn(batch_norm=False, hidden_layer_sizes=(5,)),
    "cnn, valid": cnn(padding="valid", image_shape=(16, 13)),
    "cnn, empty block": cnn(padding="valid", conv_blocks=((4,), (), (2,))),
    "cnn, no block": cnn(conv_blocks=(), hidden_layer_sizes=(3,)),
    "dense autoencoder": DenseAutoencoder((5, 7), (8, 6), 4, *NOISE),
    "u-net": UNet((8, 8), (4, 6), *NOISE),
    "u-net, three levels": UNet((7, 13), (4, 5, 6), *NOISE),
    "u-net, one level": UNet((7, 5), (4,), *NOISE),
    "u-net, any noise": UNet((8, 8), (4, 6), *NOISE, keep_certain=False),
    "u-net, one line": UNet((1, 16), (4, 6), *NOISE),
    "blind spot": BlindSpotUNet((8, 8), (4, 6), "relu", 0.4, 0.5),
    "blind spot, odd": BlindSpotUNet((7, 5), (4,), "elu", 0.3, 0.6),
    "vae": ConditionalVAE((5, 7), 3, (8, 6), 4, 0.5, "relu"),
}


def trees():
    yield from ((name, sizes.layers()) for name, sizes in ARCHITECTURES.items())
    for name, shape in SHAPES.items():
        for size in (1, 2, 3, 4, 5):
            conv = Conv2D("conv", 4, size)
            yield f"conv {size}, {name}", network(shape, conv)
            if min(shape[:2]) >= size:
                valid = Conv2D("conv", 4, size, padding="valid", activation="relu")
                yield f"conv {size}, valid, {name}", network(shape, valid)
            if min(shape[:2]) > 1:
                strided = Conv2D("conv", 4, size, strides=2, use_bias=False)
                yield f"conv {size}, strides, {name}", network(shape, strided)
        yield f"pool, same, {name}", network(shape, MaxPooling2D("pool", "same"))
        yield f"upsample, {name}", network(shape, UpSampling2D("up"))
        yield f"transposed, {name}", network(shape, Conv2DTranspose("up", 4))
        padded = (
            ZeroPadding2D("pad", ((1, 0), (2, 3))),
            Cropping2D("crop", ((0, 1), (2, 0))),
        )
        yield f"pad and crop, {name}", network(shape, *padded)
        norm = (BatchNormalization("norm"), Flatten("flatten"))
        yield f"norm, {name}", network(shape, *norm)
        inner = (
            Conv2D("conv", shape[2], use_bias=False),
            BatchNormalization("norm"),
            Activation("activation", "relu"),
        )
        residual = (Residual("add", inner), Flatten("flatten"), Dense("dense", 2))
        yield f"residual, {name}", network(shape, *residual)
    yield "pool, valid", network((7, 9, 3), MaxPooling2D("pool"))
    for name in ACTIVATIONS:
        alone = Activation("activation", name)
        yield f"{name}, images", network((4, 3, 2), Conv2D("conv", 3), alone)
        yield f"{name}, rows", network((6,), Dense("dense", 4, activation=name))
    yield (
        "softmax",
        network((6,), Dense("dense", 4, activation="softmax", use_bias=False)),
    )


TREES = dict(trees())


def random_weights(model):
    rng = np.random.default_rng(0)
    weights = []
    for variable in model.weights:
        # Values that are far apart would magnify rounding where two are close.
        scale = 0.2 / np.sqrt(np.prod(variable.shape[:-1]))
        array = variable.numpy() + rng.normal(0, scale, variable.shape)
        weights.append(
            np.float32(np.abs(array) + 0.1 if "variance" in variable.path else array)
        )
    return weights


def samples(tree):
    """Pixels of which many are exactly 0 or 1."""
    X = np.random.default_rng(1).uniform(-0.4, 1.4, (N_SAMPLES, *tree.input_shape))
    return X.clip(0, 1).astype(np.float32)


def onnx_outputs(tree, weights, X):
    from skdigits.persistence._onnx_ops import Graph, Ops, Tensor

    graph = Graph()
    output = tree.bind(Ops(graph), iter(weights))(Tensor(graph, "pixels"))
    output = output.in_layout(channels_first=False)
    ends = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        for name in ("pixels", output.name)
    ]
    nodes = onnx.helper.make_graph(
        graph.nodes, "test", ends[:1], ends[1:], graph.constants
    )
    opsets = [onnx.helper.make_opsetid("", 17)]
    made = onnx.helper.make_model(nodes, opset_imports=opsets, ir_version=8)
    session = runtime.InferenceSession(made.SerializeToString())
    return session.run(None, {"pixels": X})[0]


@pytest.mark.parametrize("name", TREES)
def test_keras_numpy_and_onnx_agree(name):
    tree = TREES[name]
    model = KerasBuilder().model(tree)
    declared = tree.weights(tree.input_shape)
    built = [(tuple(weight.shape), weight.trainable) for weight in model.weights]
    assert [tuple(weight) for weight in declared] == built
    assert (None, *tree.output_shape(tree.input_shape)) == model.output_shape
    weights = random_weights(model)
    model.set_weights(weights)
    X = samples(tree)
    expected = np.asarray(model(X))
    found = tree.bind(_numpy_ops, iter(weights))(X)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    exported = onnx_outputs(tree, weights, X)
    np.testing.assert_allclose(exported, expected, rtol=1e-5, atol=1e-5)


def kinds(description):
    yield description["kind"]
    for layer in description.get("layers", ()):
        yield from kinds(layer)


def test_every_kind_of_layer_is_among_the_networks():
    defined = {
        kind
        for module in (_layers, _composites)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Layer)
    }
    tested = {kind for tree in TREES.values() for kind in kinds(tree.describe())}
    assert {kind.__name__ for kind in defined} == tested | {
        "Layer",
        "KernelLayer",
        "Composite",
    }


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_description_is_plain_data(name):
    description = ARCHITECTURES[name].layers().describe()
    assert json.loads(json.dumps(description)) == description


@pytest.mark.parametrize("name", ["mlp, normalized", "cnn, plain"])
def test_watch_receives_the_output_of_each_layer(name):
    tree = ARCHITECTURES[name].layers()
    model = KerasBuilder().model(tree)
    X, outputs = samples(tree), {}
    weights = iter(model.get_weights())
    tree.bind_inner(_numpy_ops, weights, outputs.__setitem__)(X)
    layers = model.layers[1:]
    assert list(outputs) == [layer.name for layer in layers]
    for layer, expected in zip(layers, inner_outputs(model, X), strict=True):
        np.testing.assert_allclose(outputs[layer.name], expected, rtol=1e-5, atol=1e-5)


def inner_outputs(model, X):
    for layer in model.layers[1:]:
        X = layer(X)
        yield X


@pytest.mark.parametrize(
    ("layer", "n_products"),
    [
        (Dense("dense", 5), 7 * 9 * 3 * 5),
        (Conv2D("conv", 4), 7 * 9 * 3 * 3 * 3 * 4),
        (Conv2D("conv", 4, 2, padding="valid"), 6 * 8 * 2 * 2 * 3 * 4),
        (Conv2D("conv", 4, 3, 2), 4 * 5 * 3 * 3 * 3 * 4),
        (Conv2DTranspose("up", 4), 7 * 9 * 2 * 2 * 3 * 4),
        (MaxPooling2D("pool"), 0),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_products_are_those_of_each_position_with_the_kernel(layer, n_products):
    shape = (7 * 9 * 3,) if isinstance(layer, Dense) else (7, 9, 3)
    assert layer.n_products(shape) == n_products


def test_largest_output_is_that_between_layers():
    inner = (Conv2D("conv", 4), MaxPooling2D("pool"), Flatten("flatten"))
    tree = network((7, 9, 3), *inner, Dense("dense", 10))
    assert tree.largest_output(tree.input_shape) == 7 * 9 * 4


def test_deformation_without_settings_leaves_images_as_they_are():
    layer = KerasBuilder().layer(RandomDeformation("deformation"))
    X = np.random.default_rng(0).random((5, 8, 6, 1), dtype=np.float32)
    np.testing.assert_allclose(layer(X, training=True), X, atol=1e-6)


@pytest.mark.parametrize("n", [1, 2, 7])
def test_a_sample_has_the_same_outputs_in_any_batch(n):
    tree = ARCHITECTURES["u-net"].layers()
    weights = random_weights(KerasBuilder().model(tree))
    run = tree.bind(_numpy_ops, iter(weights))
    X = np.tile(samples(tree), (2, 1))
    np.testing.assert_allclose(run(X[:n]), run(X)[:n], rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "sizes",
    [
        {"padding": "valid", "kernel_size": 9},
        {"padding": "valid", "image_shape": (3, 3)},
        {"hidden_layer_sizes": (8.5,)},
        {"kernel_size": 0},
    ],
)
def test_sizes_that_keras_refuses_are_refused(sizes):
    with pytest.raises((ValueError, TypeError, ZeroDivisionError)):
        cnn(**sizes).build()
    with pytest.raises(ValueError, match="axis of length"):
        cnn(**sizes).weights()
