"""Own pictures: files as people have them, and digits as MNIST has them."""

import io
import os
import sys
import tracemalloc
import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageDraw
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from skdigits import MLPDigitClassifier
from skdigits.datasets import fetch_mnist, load_small_digits
from skdigits.exceptions import DatasetError, PictureError
from skdigits.preprocessing import DigitNormalizer, read_pictures

STROKES = {
    1: [(20, 0), (20, 99)],
    2: [(0, 15), (30, 0), (60, 20), (0, 99), (65, 99)],
    4: [(50, 99), (50, 0), (0, 65), (75, 65)],
    5: [(60, 0), (5, 0), (0, 45), (50, 50), (50, 90), (0, 99)],
    7: [(0, 0), (60, 0), (20, 99)],
    0: [(30, 0), (60, 30), (60, 70), (30, 99), (0, 70), (0, 30), (30, 0)],
}


def drawing(digit, *, width=12, at=(40, 40), size=(180, 180)):
    """Ink of a drawn digit, 100 pixels high, in [0, 1]."""
    image = Image.new("L", size)
    points = [(x + at[0], y + at[1]) for x, y in STROKES[digit]]
    ImageDraw.Draw(image).line(points, fill=255, width=width, joint="curve")
    return np.asarray(image, np.float32) / 255


@pytest.fixture(scope="module")
def drawings():
    return [drawing(digit) for digit in STROKES]


@pytest.fixture(scope="module")
def mnist():
    try:
        return fetch_mnist(download_if_missing=False).images[:1000]
    except DatasetError as error:
        pytest.skip(f"needs MNIST: {error}")


def photograph(ink, *, seed=0):
    """Dark ink on unevenly lit, grainy paper, as JPEG."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : ink.shape[0] * 1j, -1 : 1 : ink.shape[1] * 1j]
    light = 0.75 + 0.15 * x - 0.1 * y - 0.1 * (x**2 + y**2)
    grey = light * (1 - 0.6 * ink) + 0.02 * rng.standard_normal(ink.shape)
    file = io.BytesIO()
    Image.fromarray((255 * grey.clip(0, 1)).astype(np.uint8)).save(file, "JPEG")
    return np.asarray(Image.open(file))


def assert_alike(ours, theirs, *, rms):
    __tracebackhide__ = True
    difference = np.sqrt(((np.asarray(ours) - theirs) ** 2).mean(axis=(1, 2)))
    assert difference.max() <= rms


def best_aligned(ours, theirs):
    """Ours, moved by up to a pixel: that is what rounding the centre may do."""
    moves = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return [
        min(
            (np.roll(picture, move, (0, 1)) for move in moves),
            key=lambda moved: ((moved - other) ** 2).sum(),
        )
        for picture, other in zip(ours, theirs, strict=True)
    ]


# What MNIST's digits have in common


def test_digits_fill_the_box_and_are_centred_by_mass(drawings):
    normalized = DigitNormalizer().fit_transform(drawings)
    assert normalized.shape == (len(drawings), 28, 28)
    for picture in normalized:
        rows, columns = np.nonzero(picture)
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
        assert picture.max() == pytest.approx(1)
        for axis in (0, 1):
            profile = picture.sum(axis=axis)
            assert abs(profile @ np.arange(28) / profile.sum() - 14) <= 0.5


def test_proportions_are_kept():
    ink = np.zeros((200, 300), np.float32)
    ink[50:150, 60:90] = 1
    rows, columns = np.nonzero(DigitNormalizer().transform([ink])[0])
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (20, 6)


def test_mnist_stays_nearly_as_it_is(mnist):
    again = DigitNormalizer().fit_transform(mnist)
    difference = np.abs(again - mnist)
    assert difference.mean() < 0.002
    # Strokes beside the digit that are taken for dust move the picture by a pixel.
    assert (difference.mean(axis=(1, 2)) > 0.01).mean() < 0.02


def test_enlarged_inverted_and_shifted_mnist_comes_back(mnist):
    enlarged = np.kron(1 - mnist[:200], np.ones((1, 4, 4)))
    shifted = np.pad(enlarged, ((0, 0), (30, 5), (0, 60)), constant_values=1)
    expected = DigitNormalizer().transform(mnist[:200])
    assert_alike(DigitNormalizer().transform(shifted), expected, rms=0.04)


# What must make no difference


@pytest.mark.parametrize("invert", ["auto", True])
def test_inversion_makes_no_difference(drawings, invert):
    light = DigitNormalizer(invert=False).transform(drawings)
    dark = DigitNormalizer(invert=invert).transform([1 - ink for ink in drawings])
    np.testing.assert_allclose(dark, light, atol=1e-5)


def test_place_and_margins_make_no_difference():
    normalized = DigitNormalizer().transform(
        [
            drawing(2, at=at, size=size)
            for at in [(9, 9), (70, 30)]
            for size in [(200, 150)]
        ]
        + [drawing(2, at=(300, 400), size=(500, 640))]
    )
    assert_alike(normalized[1:], normalized[0], rms=1e-5)


@pytest.mark.parametrize("factor", [2, 5])
def test_repeated_pixels_make_little_difference(drawings, factor):
    block = np.ones((factor, factor), np.float32)
    normalizer = DigitNormalizer()
    large = normalizer.transform([np.kron(ink, block) for ink in drawings])
    assert_alike(large, normalizer.transform(drawings), rms=0.03)


def test_photograph_gives_what_the_clean_picture_gives(drawings):
    clean = DigitNormalizer().transform(drawings)
    photographs = [photograph(ink) for ink in drawings]
    normalized = DigitNormalizer().transform(photographs)
    assert normalized.dtype == np.uint8
    assert_alike(best_aligned(normalized / 255, clean), clean, rms=0.12)


def test_ink_on_the_border_is_no_paper():
    ink = drawing(4)[40:140, 40:116]  # cut out so that every end touches
    cut = DigitNormalizer().transform([photograph(ink)]) / 255
    whole = DigitNormalizer().transform([drawing(4)])
    assert_alike(best_aligned(cut, whole), whole, rms=0.15)


@pytest.mark.parametrize("background", [0, 1])
def test_enlarged_digits_without_margins_are_read_as_they_were(background):
    images = load_small_digits().images[:200]
    enlarged = np.kron(abs(images - background), np.ones((1, 12, 12)))
    normalizer = DigitNormalizer()
    ours = normalizer.transform(enlarged)
    small = normalizer.transform(images)
    # Edges of pixels instead of smooth ones; the digits are the same.
    agreement = [
        np.corrcoef(a.ravel(), b.ravel())[0, 1]
        for a, b in zip(best_aligned(ours, small), small, strict=True)
    ]
    assert min(agreement) > 0.85


def test_dust_is_left_out():
    ink = drawing(5)
    dusty = ink.copy()
    dusty[[4, 170, 90], [6, 20, 175]] = 1
    normalizer = DigitNormalizer()
    assert_alike(normalizer.transform([dusty]), normalizer.transform([ink]), rms=1e-6)


def test_digit_of_many_dots_is_no_dust():
    dots = np.zeros((180, 180), np.float32)
    dots[30:150:10, 60:120:10] = 1
    solid = np.zeros((180, 180), np.float32)
    solid[30:150, 60:120] = 1
    ours, theirs = DigitNormalizer().transform([dots, solid])
    assert (ours[ours.any(axis=1)].shape, ours.max()) == ((20, 28), 1)
    assert abs(ours.any(axis=0).sum() - theirs.any(axis=0).sum()) <= 1


@pytest.mark.parametrize("noise", [0, 0.01, 0.05])
def test_blank_paper_stays_blank(noise):
    rng = np.random.default_rng(0)
    paper = [0.8 + noise * rng.standard_normal(shape) for shape in [(300, 200), (9, 9)]]
    paper[1][:] = 0.3
    assert not DigitNormalizer().transform(paper).any()


def test_small_digits_are_light_on_dark_and_fill_the_box():
    images = load_small_digits().images[:600]
    normalizer = DigitNormalizer()
    normalized = normalizer.transform(images)
    assert (normalized == DigitNormalizer(invert=False).transform(images)).all()
    assert (normalized.any(axis=2).sum(axis=1) == 20).mean() > 0.99
    # Strokes are sharp, as in MNIST, where a third of the inked pixels is grey.
    inked = normalized[normalized > 0.02]
    assert ((inked > 0.2) & (inked < 0.8)).mean() < 0.35


# Paper, forms and crops


def boxed(ink):
    """Ink in a printed box, thin lines along the border of the image."""
    image = ink.copy()
    for edge in (slice(6, 9), slice(-9, -6)):
        image[edge, 6:-6] = 1
        image[6:-6, edge] = 1
    return image


def combed(ink):
    """Ink in a printed box that is open at the top, thin lines."""
    image = ink.copy()
    image[-9:-6, 6:-6] = 1
    image[-70:-9, 6:9] = image[-70:-9, -9:-6] = 1
    return image


def underlined(ink):
    """Ink on a thin line that is wider than the digit, and ends within the image."""
    rows, columns = np.nonzero(ink)
    overhang = 15 + 0.15 * np.ptp(columns)
    left, right = columns.min() - overhang, columns.max() + overhang
    image = np.pad(ink, ((0, 0), (40, 40)))
    image[rows.max() - 1 : rows.max() + 2, int(left) + 40 : int(right) + 40] = 1
    return image


def circled(ink):
    """Ink in a circle that is not quite closed."""
    image = Image.fromarray((255 * np.pad(ink, 30)).astype(np.uint8))
    box = (12, 12, image.width - 12, image.height - 12)
    ImageDraw.Draw(image).arc(box, 15, 350, 255, 8)
    return np.asarray(image) / np.float32(255)


def in_dashed_frame(ink):
    """Ink in a dashed frame, with a period."""
    image = np.pad(ink, 20)
    for start in range(8, image.shape[0] - 16, 24):
        for edge in (slice(6, 12), slice(-12, -6)):
            image[edge, start : start + 12] = image[start : start + 12, edge] = 1
    rows, columns = np.nonzero(ink)
    bottom, right = rows.max() + 20, columns.max() + 30
    image[bottom - 14 : bottom, right : right + 14] = 1
    return image


def in_rounded_frame(ink):
    """Ink in a printed frame with rounded corners."""
    image = Image.fromarray((255 * np.pad(ink, 20)).astype(np.uint8))
    box = (8, 8, image.width - 8, image.height - 8)
    ImageDraw.Draw(image).rounded_rectangle(box, 40, outline=255, width=4)
    return np.asarray(image) / np.float32(255)


def ruled(ink):
    """Ink on pale lines, two of which cross the digit."""
    image = ink.copy()
    image[15::45] = np.maximum(image[15::45], 0.35)
    image[16::45] = np.maximum(image[16::45], 0.35)
    return image


def squared(ink):
    """Ink on lines of squared paper, some of which run along strokes."""
    y, x = np.indices(ink.shape)
    across = y - 0.03 * x, x + 0.03 * y
    distance = np.minimum(*(abs((one + 7) % 30 - 15) for one in across))
    return np.maximum(ink, 0.5 * np.clip(1.5 - distance, 0, 1))


def salted(ink):
    """Ink with 4 % of its pixels black or white."""
    rng = np.random.default_rng(0)
    chance = rng.random(ink.shape)
    return np.where(chance < 0.02, 0, np.where(chance > 0.98, 1, ink))


@pytest.mark.parametrize(
    "distort",
    [
        boxed,
        combed,
        underlined,
        circled,
        in_rounded_frame,
        in_dashed_frame,
        ruled,
        squared,
        salted,
    ],
)
@pytest.mark.parametrize("invert", [False, True])
def test_what_is_printed_on_paper_makes_little_difference(distort, invert):
    for digit in STROKES:
        ink = drawing(digit)
        image = distort(ink)
        image = 1 - 0.9 * image if invert else image
        clean, ours = DigitNormalizer().transform([ink, image])
        assert_alike(best_aligned([ours], [clean]), [clean], rms=0.2)


@pytest.mark.parametrize(("depth", "blur"), [(0.15, 10), (0.4, 10), (0.2, 1)])
@pytest.mark.parametrize("invert", [False, True])
def test_shadow_across_the_digit_is_not_ink(depth, blur, invert):
    x = np.arange(400)
    light = 0.9 - depth / (1 + np.exp((190 - x) / blur))
    for digit in STROKES:
        ink = drawing(digit)
        margins = [(400 - side) // 2 for side in ink.shape]
        image = np.pad(ink, [(margin, margin) for margin in margins])
        image = (1 - 0.7 * image) * light[: image.shape[1]]
        image = 1 - image if invert else image
        clean, ours = DigitNormalizer().transform([ink, image])
        assert_alike(best_aligned([ours], [clean]), [clean], rms=0.2)


def test_sheet_on_a_table_is_not_ink():
    for digit in STROKES:
        ink = drawing(digit)
        image = 0.9 - 0.7 * ink
        image[:14] = image[:, :20] = image[-9:] = image[:, -12:] = 0.3  # table
        clean, ours = DigitNormalizer().transform([ink, image])
        assert_alike(best_aligned([ours], [clean]), [clean], rms=0.15)


@pytest.mark.parametrize("invert", [False, True])
def test_tight_crops_keep_their_polarity_and_bars(invert):
    for digit in STROKES.keys() - {1}:  # a rectangle of ink alone has no paper
        ink = drawing(digit)
        rows, columns = np.nonzero(ink)
        box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        image = 1 - ink[box] if invert else ink[box]
        clean, ours = DigitNormalizer().transform([ink, image])
        assert_alike([ours], [clean], rms=0.15)


@pytest.mark.parametrize("invert", [False, True])
def test_bold_ink_that_fills_its_box_is_not_paper(invert):
    for digit in STROKES.keys() - {1}:
        ink = drawing(digit, width=32, at=(60, 60), size=(220, 220))
        rows, columns = np.nonzero(ink)
        box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        image = 1 - ink[box] if invert else ink[box]
        expected = DigitNormalizer(invert=invert).transform([image])
        assert (DigitNormalizer().transform([image]) == expected).all()


# Shapes, dtypes, pipelines


def test_rows_stacks_and_lists_give_the_same_pictures():
    digits = load_small_digits()
    rows, stack = digits.data[:50], digits.images[:50]
    normalizer = DigitNormalizer().fit(rows)
    expected = normalizer.transform(rows)
    assert expected.shape == (50, 784)
    assert normalizer.n_features_in_ == 64
    for X in (stack, list(stack), stack[..., np.newaxis]):
        answer = DigitNormalizer().fit(X).transform(X)
        assert answer.shape[:3] == (50, 28, 28)
        assert (answer.reshape(50, -1) == expected).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_dtype_is_kept(dtype):
    ink = [drawing(7), drawing(0, size=(150, 190))]
    given = [
        (picture * (255 if dtype == np.uint8 else 1)).astype(dtype) for picture in ink
    ]
    before = [picture.copy() for picture in given]
    answer = DigitNormalizer().transform(given)
    assert answer.dtype == dtype
    scale = 255 if dtype == np.uint8 else 1
    np.testing.assert_allclose(
        answer / scale, DigitNormalizer().transform(ink), atol=0.003
    )
    assert all((a == b).all() for a, b in zip(given, before, strict=True))


def test_image_shape_says_how_rows_are_cut():
    pictures = np.stack([drawing(digit, size=(150, 190)) for digit in STROKES])
    normalizer = DigitNormalizer(image_shape=(190, 150))
    rows = normalizer.fit_transform(pictures.reshape(len(pictures), -1))
    assert (rows.reshape(-1, 28, 28) == normalizer.transform(pictures)).all()


def test_dataframes_and_names_of_columns():
    pytest.importorskip("pandas")
    rows = load_small_digits().data[:5]
    normalizer = DigitNormalizer(box_size=8, size=12).set_output(transform="pandas")
    frame = normalizer.fit_transform(rows)
    assert frame.shape == (5, 144)
    assert list(frame.columns) == list(normalizer.get_feature_names_out())


def test_pipeline_takes_pictures_of_differing_size(drawings):
    labels = np.array(list(STROKES))
    X = [
        np.pad(drawing(digit, width=width), 2 * width)
        for width in range(8, 18)
        for digit in STROKES
    ]
    mlp = MLPDigitClassifier((32,), epochs=30, random_state=0)
    pipeline = make_pipeline(DigitNormalizer(), mlp).fit(X, np.tile(labels, 10))
    photographs = [photograph(ink) for ink in drawings]
    assert (pipeline.predict(photographs) == labels).all()


def test_rows_can_be_cross_validated_with_any_classifier():
    X, y = load_small_digits(return_X_y=True)
    pipeline = make_pipeline(DigitNormalizer(), LogisticRegression(max_iter=200))
    assert cross_val_score(pipeline, X[:600], y[:600], cv=2).mean() > 0.8


@pytest.mark.parametrize(
    ("settings", "X", "message"),
    [
        (
            {},
            [np.zeros((5, 5)), np.zeros((5, 5, 3))],
            r"image 1 has shape \(5, 5, 3\)",
        ),
        ({}, [np.zeros((5, 0))], r"image 0 has shape \(5, 0\)"),
        ({}, [np.full((5, 5), np.nan)], "image 0 contains NaN or infinity"),
        ({}, [np.array([["a"]])], "image 0 has dtype <U1"),
        ({}, np.zeros((280, 280)), r"looks like one image. Pass X\[None\]"),
        ({}, np.zeros((240, 320), np.uint8), r"looks like one image. Pass X\[None\]"),
        ({}, "one.png", r"got the path 'one.png'.*read_pictures"),
        ({}, [Path("one.png")], r"got the path 'one.png'.*read_pictures"),
        ({}, Image.new("RGB", (30, 30)), "got an image of Pillow.*read_pictures"),
        ({}, [Image.new("P", (30, 30))], "got an image of Pillow.*read_pictures"),
        ({"box_size": 30}, np.zeros((1, 4)), "box_size=30 does not fit .* size=28"),
        (
            {"invert": "maybe"},
            np.zeros((1, 4)),
            "'invert' parameter of DigitNormalizer",
        ),
        (
            {"image_shape": (3, 3)},
            np.zeros((1, 4)),
            r"image_shape=\(3, 3\) does not fit",
        ),
    ],
)
def test_wrong_input_is_named(settings, X, message):
    with pytest.raises(ValueError, match=message):
        DigitNormalizer(**settings).fit(X)
    with pytest.raises(ValueError, match=message):
        DigitNormalizer(**settings).transform(X)


# Files


@pytest.fixture
def grey():
    rows, columns = np.mgrid[:30, :40]
    return (4 * columns + 3 * rows).astype(np.uint8)


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [("a.png", 0), ("a.tif", 0), ("a.jpg", 4), ("a.JPEG", 4)]
    + [("a.bmp", 0), ("a.gif", 0), ("a.webp", 6)],
)
def test_picture_comes_back_from_its_file(grey, tmp_path, name, tolerance):
    Image.fromarray(grey).save(tmp_path / name)
    (picture,) = read_pictures(tmp_path / name)
    assert picture.dtype == np.uint8
    np.testing.assert_allclose(picture.astype(int), grey, atol=tolerance)
    picture[0, 0] = 7  # the caller's own


@pytest.mark.parametrize("mode", ["RGB", "P", "CMYK", "LA", "RGBA", "1"])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_every_kind_of_pixel_becomes_grey(grey, tmp_path, mode, suffix):
    if (mode, suffix) == ("CMYK", ".png"):
        pytest.skip("PNG has no CMYK")
    path = tmp_path / f"picture{suffix}"
    values = np.where(grey > 100, 255, 0).astype(np.uint8) if mode == "1" else grey
    Image.fromarray(values).convert(mode).save(path)
    np.testing.assert_allclose(read_pictures(path)[0].astype(int), values, atol=1)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_sixteen_bits_are_scaled_not_cut(grey, tmp_path, suffix):
    Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / f"deep{suffix}")
    assert (read_pictures(tmp_path / f"deep{suffix}")[0] == grey).all()


def test_fractions_are_stretched(grey, tmp_path):
    Image.fromarray(grey / np.float32(1000)).save(tmp_path / "fractions.tif")
    (picture,) = read_pictures(tmp_path / "fractions.tif")
    np.testing.assert_allclose(picture, 255.0 * grey / grey.max(), atol=0.51)


def test_transparent_pixels_are_white(tmp_path):
    image = Image.new("RGBA", (6, 4), (0, 0, 0, 0))
    image.putpixel((2, 1), (0, 0, 0, 255))
    image.save(tmp_path / "ink.png")
    (picture,) = read_pictures(tmp_path / "ink.png")
    assert picture[1, 2] == 0
    assert (picture == 255).sum() == 23


def test_white_ink_on_transparency_stays_visible(tmp_path):
    image = Image.new("RGBA", (6, 4), (0, 0, 0, 0))
    image.putpixel((2, 1), (255, 255, 255, 255))
    image.save(tmp_path / "chalk.png")
    (picture,) = read_pictures(tmp_path / "chalk.png")
    assert picture[1, 2] == 255
    assert (picture == 0).sum() == 23


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_animation_gives_its_first_frame(tmp_path, suffix):
    frames = [Image.new("L", (20, 20), grey) for grey in (200, 20)]
    path = tmp_path / f"animated{suffix}"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    (picture,) = read_pictures(path)
    np.testing.assert_allclose(picture.astype(int), 200, atol=3)


@pytest.mark.parametrize(
    ("package", "extra", "content"),
    [
        ("pillow_heif", "heic", b"\0\0\0\x18ftypheic"),
        ("pypdfium2", "pdf", b"%PDF-1.7"),
    ],
)
def test_missing_extra_is_named(tmp_path, monkeypatch, package, extra, content):
    monkeypatch.setitem(sys.modules, package, None)
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(PictureError, match=rf"Install skdigits\[{extra}\]"):
        read_pictures(tmp_path / "a")


def test_heic_gives_its_pixels(grey, tmp_path):
    heif = pytest.importorskip("pillow_heif")
    heif.from_pillow(Image.fromarray(grey)).save(tmp_path / "a.heic", quality=-1)
    (picture,) = read_pictures(tmp_path / "a.heic")
    np.testing.assert_allclose(picture.astype(int), grey, atol=3)


def test_pages_of_a_pdf_are_rendered_and_bounded(tmp_path, monkeypatch):
    pytest.importorskip("pypdfium2")
    page = Image.new("L", (144, 72), 90)
    page.save(tmp_path / "a.pdf", save_all=True, append_images=[page], resolution=72)
    pictures = read_pictures(tmp_path / "a.pdf")
    assert [picture.shape for picture in pictures] == [(200, 400)] * 2
    assert abs(int(pictures[1][100, 200]) - 90) <= 3
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100_000)
    with pytest.raises(PictureError, match="more than 100,000 pixels"):
        read_pictures(tmp_path / "a.pdf")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_picture_is_turned_upright(tmp_path, suffix):
    values = np.zeros((16, 32), np.uint8)
    values[:, 16:] = 255
    exif = Image.Exif()
    exif[274] = 6  # the camera was held so that the right side is the bottom
    path = tmp_path / f"turned{suffix}"
    Image.fromarray(values).save(path, exif=exif)
    (picture,) = read_pictures(path)
    assert picture.shape == (32, 16)
    assert (picture[:15] < 20).all()
    assert (picture[17:] > 235).all()


def test_every_page_of_a_tiff_is_a_picture_but_no_copies(grey, tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(grey)
        file.write(grey[::2, ::2] + 1, subfiletype=1)  # a smaller copy of a page
        file.write(grey + 2)
    other = tmp_path / "b.png"
    Image.fromarray(grey).save(other)
    pictures = read_pictures([tmp_path / "a.tif", str(other)])
    assert [int(picture[0, 0]) for picture in pictures] == [0, 2, 0]


def png_of_junk(path):
    path.write_bytes(b"no picture" * 50)


def truncated(path):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (90, 90), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG")
    path.write_bytes(file.getvalue()[:2000])


def icon(path):
    Image.new("L", (16, 16)).save(path, "ICO")


def empty(path):
    path.touch()


def missing(path):
    pass


def folder(path):
    path.mkdir()


def pipe(path):
    os.mkfifo(path)  # which nobody writes to


def thumbnail(path):
    tifffile.imwrite(path, np.zeros((9, 9), np.uint8), subfiletype=1)


def not_finite(path):
    tifffile.imwrite(path, np.array([[0, 1], [np.nan, 1]], np.float32))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (png_of_junk, "is not a PNG, JPEG, TIFF, BMP, WebP or GIF image"),
        (empty, "is not a PNG, JPEG, TIFF, BMP, WebP or GIF image"),
        (icon, "is not a PNG, JPEG, TIFF, BMP, WebP or GIF image"),
        (truncated, "cannot be read: "),
        (missing, "cannot be read: No such file or directory"),
        (folder, "cannot be read: Is a directory"),
        (pipe, "cannot be read: Is a pipe or a device"),
        (thumbnail, "cannot be read: it contains only reduced copies of images"),
        (not_finite, "cannot be read: it contains NaN or infinity"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(make, message, tmp_path):
    path = tmp_path / "picture.png"
    make(path)
    with pytest.raises(PictureError, match=message) as caught:
        read_pictures([path])
    assert str(path) in str(caught.value)


def test_length_in_a_file_is_not_allocated(tmp_path):
    """Pillow asks the file for as many bytes as it says that follow."""
    path = tmp_path / "digit.png"
    Image.new("L", (8, 8), 255).save(path)
    data = path.read_bytes()
    at = data.index(b"IEND") - 4
    path.write_bytes(data[:at] + (2**31 - 9).to_bytes(4, "big") + b"xxXx")
    tracemalloc.start()
    try:
        with suppress(PictureError):
            read_pictures(path)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_too_many_pixels_are_refused_before_they_are_unpacked(
    tmp_path, suffix, monkeypatch
):
    path = tmp_path / f"bomb{suffix}"
    Image.new("1", (2000, 1500)).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 2_000_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the caller's filters do not matter
        with pytest.raises(PictureError, match="more than 2,000,000 pixels") as caught:
            read_pictures(path)
    assert str(path) in str(caught.value)


def test_pages_count_together(tmp_path, monkeypatch):
    page = Image.new("L", (100, 100))
    page.save(tmp_path / "many.tif", save_all=True, append_images=[page] * 4)
    assert len(read_pictures(tmp_path / "many.tif")) == 5
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 45_000)
    with pytest.raises(PictureError, match="more than 45,000 pixels"):
        read_pictures(tmp_path / "many.tif")


def test_reasons_of_decoders_are_short(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise SyntaxError("8 MB" * 2**21)

    (tmp_path / "a.png").touch()
    monkeypatch.setattr(Image, "open", fail)
    with pytest.raises(PictureError, match="8 MB8 MB") as caught:
        read_pictures(tmp_path / "a.png")
    assert len(str(caught.value)) < 2000


def test_deep_pixels_are_converted_in_little_memory(tmp_path):
    pixels = np.arange(2**22, dtype=np.uint32).reshape(2048, 2048).astype(np.uint16)
    Image.fromarray(pixels).save(tmp_path / "deep.png")
    tracemalloc.start()
    try:
        (image,) = read_pictures(tmp_path / "deep.png")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (image == np.round(pixels / 257)).all()
    # The image, a copy for Pillow, and a strip of a few MB.
    assert peak < 4 * image.size


def test_damaged_files_never_fail_in_another_way(tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "damaged"
    outcomes = set()
    for kind in ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"):
        file = io.BytesIO()
        Image.fromarray((255 * drawing(2)).astype(np.uint8)).save(file, kind)
        for _ in range(100):
            content = bytearray(file.getvalue())
            places = rng.integers(0, min(len(content), 400), 5)
            for place in places:
                content[place] = rng.integers(256)
            path.write_bytes(content)
            try:
                outcomes.add(len(read_pictures(path)))
            except PictureError as error:
                outcomes.add("refused" if str(path) in str(error) else "unnamed")
    assert outcomes == {1, "refused"}
