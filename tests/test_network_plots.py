"""Pictures of the inside of networks show all of it, and the numbers that are there."""

import re

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.pipeline import make_pipeline

from skdigits import CNNDigitClassifier, DenoisingAutoencoder, MLPDigitClassifier
from skdigits.inspection import layer_outputs
from skdigits.networks import (
    _keras_layers,
    blind_spot_unet,
    cnn,
    conditional_vae,
    dense_autoencoder,
    mlp,
    unet,
)
from skdigits.plotting import plot_feature_maps, plot_filters, plot_network


def joined():
    """Two levels, joined, with arithmetic between layers."""
    layers, ops = keras.layers, keras.ops
    pixels = keras.Input((64,), name="pixels")
    picture = layers.Reshape((8, 8, 1))(pixels)
    is_empty = ops.cast(ops.equal(picture, 0), "float32")
    channels = layers.Concatenate(name="channels")([picture, is_empty])
    large = layers.Conv2D(4, 3, padding="same", name="down")(channels)
    small = layers.MaxPooling2D(2, name="pool")(large)
    again = layers.UpSampling2D(2, name="enlarge")(small)
    joined = layers.Concatenate(name="join")([again, large])
    clean = layers.Conv2D(1, 1, name="clean")(joined)
    return keras.Model(pixels, layers.Flatten()(clean), name="joined")


def chain():
    return keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Conv2D(3, 3), keras.layers.Flatten()]
    )


NETWORKS = {
    "dense": mlp((28, 28), 10, hidden_layer_sizes=(64, 64)),
    "two convolutions": cnn((28, 28), 10, padding="valid", dropout=0.2),
    "normalized": cnn((28, 28), 10, conv_blocks=((32,), (64,)), batch_norm=True),
    "autoencoder": dense_autoencoder((28, 28)),
    "joined": joined(),
    "u-net": unet((28, 28)),
    "chain": chain(),
}
# Networks with layers that only this package has.
OWN_LAYERS = {
    "u-net": NETWORKS["u-net"],
    "blind spot": blind_spot_unet((28, 28)),
    "generator": conditional_vae((28, 28), 10),
    "augmented": cnn(
        (28, 28),
        10,
        augmentation={"shift": 0.1},
        pixel_states=True,
        noise_amount=(0, 1),
    ),
}


@pytest.fixture
def ax():
    return Figure().subplots()


@pytest.fixture(scope="module")
def small_cnn(digits):
    X, y, _, _ = digits
    network = CNNDigitClassifier(
        ((3,), (5,)), batch_norm=False, dropout=0.3, epochs=1, random_state=0
    )
    return network.fit(X[:200], y[:200])


@pytest.fixture(scope="module")
def small_mlp(digits):
    X, y, _, _ = digits
    return MLPDigitClassifier((6, 5), epochs=1, random_state=0).fit(X[:200], y[:200])


def texts(ax):
    return [text.get_text() for text in ax.texts]


def heights(ax):
    """Heights of the coloured fronts, from left to right."""
    fronts = [patch.get_xy() for patch in ax.patches if patch.get_zorder() == 2]
    return [np.ptp(corners[:, 1]) for corners in fronts]


@pytest.mark.parametrize("name", NETWORKS)
def test_parameters_in_the_diagram_add_up(name, ax):
    model = NETWORKS[name]
    plot_network(model, ax=ax)
    counts = [
        int(match[1].replace(",", ""))
        for text in texts(ax)
        if (match := re.fullmatch(r"([\d,]+) parameters", text))
    ]
    assert sum(counts) == model.count_params()
    assert f"{model.count_params():,} parameters" in ax.get_title(loc="left")


def test_autoencoder_is_an_hourglass_with_named_halves(ax):
    plot_network(NETWORKS["autoencoder"], ax=ax)
    sizes = [784, 128, 96, 128, 784]
    np.testing.assert_allclose(
        np.array(heights(ax)) / heights(ax)[0], np.sqrt(sizes) / 28
    )
    shown = texts(ax)
    assert {"encoder", "decoder", "noise in training"} <= set(shown)
    assert [text for text in shown if text.isdigit()] == [str(size) for size in sizes]


def test_minor_layers_share_the_caption_of_the_one_before(ax):
    plot_network(NETWORKS["two convolutions"], ax=ax)
    shown = texts(ax)
    start = shown.index("pool 1")
    assert shown[start : start + 4] == [
        "pool 1",
        "12×12×64 → 9,216",
        "MaxPooling2D 2×2",
        "Dropout 0.2",
    ]
    assert "flatten" not in shown


def test_skip_connections_are_arcs_over_the_boxes_between(ax):
    plot_network(NETWORKS["joined"], ax=ax)
    names = ["pixels", "channels", "down", "pool", "enlarge", "join", "clean"]
    centres = {t.get_text(): t.get_position()[0] for t in ax.texts}
    assert [name for name in centres if name in names] == names
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert [arrow.xy[0] for arrow in arrows] == [pytest.approx(centres["join"])]


@pytest.mark.parametrize("name", ["autoencoder", "normalized", *OWN_LAYERS])
def test_diagrams_are_in_words(name, ax):
    plot_network({**NETWORKS, **OWN_LAYERS}[name], ax=ax)
    own = {kind for kind in vars(_keras_layers) if kind[0].isupper()}
    for text in texts(ax):
        assert "_" not in text
        assert not own & set(text.split())


def test_similar_layers_of_a_long_network_share_a_box(ax):
    plot_network(NETWORKS["u-net"], ax=ax)
    shown = texts(ax)
    start = shown.index("down 2")
    assert shown[start + 1 : start + 6] == [
        "7×7×64",
        "55,808 parameters",
        "2 × Conv2D 3×3",
        "BatchNormalization",
        "relu",
    ]
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert len(arrows) == 3


def test_text_is_legible_on_a_page_of_960_pixels():
    ax = plot_network(NETWORKS["u-net"])
    pixels = ax.texts[-1].get_fontsize() / 72 * 960 / ax.figure.get_figwidth()
    plt.close(ax.figure)
    assert pixels > 10


def test_captions_do_not_overlap():
    ax = plot_network(NETWORKS["u-net"])
    ax.figure.draw_without_rendering()
    boxes = [t.get_window_extent() for t in ax.texts if t.get_text()]
    for index, box in enumerate(boxes):
        assert not any(box.overlaps(other.padded(-1)) for other in boxes[index + 1 :])


def test_diagram_takes_fitted_estimators(small_cnn, ax):
    plot_network(small_cnn, ax=ax)
    title = f"CNNDigitClassifier: {small_cnn.n_parameters_:,} parameters"
    assert ax.get_title(loc="left") == title


def test_diagram_says_what_cannot_be_drawn(small_cnn, ax):
    with pytest.raises(TypeError, match=r"Pipeline is not a network"):
        plot_network(make_pipeline(small_cnn), ax=ax)
    with pytest.raises(ValueError, match=r"graph of Sequential.*keras\.Input"):
        plot_network(keras.Sequential([keras.layers.Dense(3)]), ax=ax)


def test_feature_maps_are_the_outputs_of_the_layers(small_cnn, digits, ax):
    picture = digits[2][0]
    names = ["conv_1_1", "pool_1", "conv_2_1", "pool_2"]
    plot_feature_maps(small_cnn, picture, ax=ax)
    maps = layer_outputs(small_cnn, picture[None], names)
    drawn = [image.get_array() for image in ax.images]
    expected = [
        picture.reshape(8, 8),
        *(
            output[0, ..., i]
            for output in maps.values()
            for i in range(output.shape[3])
        ),
    ]
    assert len(drawn) == len(expected) + 5  # and the maps after dropout
    for shown, computed in zip(drawn, expected, strict=False):
        np.testing.assert_allclose(shown, computed, rtol=1e-6)


def test_dropout_is_shown_at_work_and_the_same_each_time(small_cnn, digits):
    drawn = [
        np.array([image.get_array() for image in axes.images[1:]])
        for axes in Figure().subplots(1, 2)
        if plot_feature_maps(small_cnn, digits[2][0], layers=["dropout"], ax=axes)
    ]
    np.testing.assert_array_equal(*drawn)
    pooled = layer_outputs(small_cnn, digits[2][:1], ["pool_2"])["pool_2"][0]
    pooled = np.moveaxis(pooled, -1, 0)
    kept = drawn[0] != 0
    assert 0 < np.sum(kept) < np.sum(pooled != 0)
    np.testing.assert_allclose(drawn[0][kept], pooled[kept] / 0.7, rtol=1e-5)


def test_feature_maps_say_what_cannot_be_drawn(small_cnn, small_mlp, digits, ax):
    X = digits[2]
    with pytest.raises(ValueError, match=r"shape \(5, 64\).*8x8 pixels.*X\[0\]"):
        plot_feature_maps(small_cnn, X[:5], ax=ax)
    with pytest.raises(ValueError, match=r"'probabilities'.*no feature maps.*'pool_1'"):
        plot_feature_maps(small_cnn, X[0], layers=["probabilities"], ax=ax)
    with pytest.raises(ValueError, match=r"MLPDigitClassifier.*plot_filters"):
        plot_feature_maps(small_mlp, X[0], ax=ax)


def test_filters_of_convolutions_are_their_windows(small_cnn, ax):
    plot_filters(small_cnn, ax=ax)
    kernel = small_cnn.network_.get_layer("conv_1_1").get_weights()[0]
    drawn = [image.get_array() for image in ax.images]
    np.testing.assert_array_equal(drawn, kernel[:, :, 0].transpose(2, 0, 1))


def test_later_filters_stand_in_rows_with_a_column_per_channel(small_cnn, ax):
    plot_filters(small_cnn, layer="conv_2_1", ax=ax)
    kernel = small_cnn.network_.get_layer("conv_2_1").get_weights()[0]
    corners = [image.get_extent() for image in ax.images]
    assert len({corner[0] for corner in corners}) == 3
    assert len({corner[3] for corner in corners}) == 5
    np.testing.assert_array_equal(ax.images[4].get_array(), kernel[:, :, 1, 1])


def test_filters_of_dense_layers_have_the_shape_of_the_pictures(small_mlp, ax):
    plot_filters(small_mlp, ax=ax)
    drawn = [image.get_array().ravel() for image in ax.images]
    np.testing.assert_array_equal(drawn, small_mlp.weights_[0].T)


def test_filters_of_a_decoder_are_what_its_units_draw(digits, ax):
    autoencoder = DenoisingAutoencoder(
        "dense", hidden_layer_sizes=(7,), latent_size=3, epochs=1, random_state=0
    )
    autoencoder.fit(digits[0][:200])
    plot_filters(autoencoder, layer="clean", ax=ax)
    drawn = [image.get_array().ravel() for image in ax.images]
    np.testing.assert_array_equal(drawn, autoencoder.weights_[-2])


def test_filters_say_which_layers_have_pictures(small_mlp, ax):
    with pytest.raises(ValueError, match=r"no layer 'hidden_2'.*\['hidden_1'\]"):
        plot_filters(small_mlp, layer="hidden_2", ax=ax)
