"""DigitNormalizer in JavaScript, in a real browser, against the one in Python."""

import base64
import os
from pathlib import Path

import numpy as np
import pytest
from _browser import tab_with_scripts
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from skdigits.datasets import fetch_mnist
from skdigits.exceptions import DatasetError
from skdigits.page._html import NORMALIZER
from skdigits.preprocessing import DigitNormalizer, read_pictures

TOLERANCE = 0.02  # of normalized pixels in [0, 1]
N_SHARED = 200  # images of other people, of all folders together

TWO = [(0.3, 0.3), (0.45, 0.2), (0.65, 0.3), (0.3, 0.75), (0.7, 0.78)]
WHITE, BLACK, CLEAR = (255,) * 3, (0, 0, 0), (0, 0, 0, 0)
BLUE = (30, 40, 160)

NORMALIZE = """({pixels, width, height}) => {
    const bytes = Uint8ClampedArray.from(atob(pixels), (one) => one.charCodeAt(0));
    try {
        const {image, steps} = normalizer.normalizeDigit(bytes, width, height);
        const shapes = steps.map((step) =>
            [step.name, step.width, step.height, step.pixels.length]);
        return {image: Array.from(image), shapes};
    } catch (error) {
        return {message: error.message};
    }
}"""


@pytest.fixture(scope="module")
def tab():
    with tab_with_scripts(*NORMALIZER) as opened:
        yield opened


def in_browser(tab, rgba):
    pixels = base64.b64encode(np.ascontiguousarray(rgba).tobytes()).decode()
    height, width, _ = rgba.shape
    return tab.evaluate(NORMALIZE, {"pixels": pixels, "width": width, "height": height})


def in_python(grey):
    # As floats: the results are not rounded to 255 levels.
    image = grey.astype(np.float32) / np.float32(255)
    return DigitNormalizer().transform([image])[0].ravel()


def assert_same(tab, rgba, grey):
    __tracebackhide__ = True
    answer = in_browser(tab, rgba)
    expected = in_python(grey)
    if not expected.any():
        assert "message" in answer
        return
    np.testing.assert_allclose(answer["image"], expected, atol=TOLERANCE)


def sheet(size=(280, 280), paper=WHITE, ink=BLACK, *, mode="RGB", width=0.07):
    """A 2 on a sheet, with a pen of some width, as a fraction of the shorter side."""
    image = Image.new(mode, size, paper)
    points = [(x * size[0], y * size[1]) for x, y in TWO]
    pen = max(1, round(width * min(size)))
    ImageDraw.Draw(image).line(points, fill=ink, width=pen, joint="curve")
    return image


def ruled():
    image = sheet((300, 340))
    draw = ImageDraw.Draw(image)
    for y in range(20, 340, 60):
        draw.line([(0, y), (299, y + 4)], fill=(120, 120, 200), width=2)
    return image


def squared():
    image = sheet((300, 340))
    draw = ImageDraw.Draw(image)
    for place in range(20, 380, 40):
        draw.line([(0, place), (299, place - 6)], fill=(140, 140, 200), width=2)
        draw.line([(place, 0), (place + 7, 339)], fill=(140, 140, 200), width=2)
    return image


def framed():
    image = sheet((220, 260), ink=BLUE)
    ImageDraw.Draw(image).rectangle((8, 10, 210, 248), outline=(60, 60, 60), width=3)
    return image


def combed():
    image = sheet((220, 260), ink=BLUE)
    points = [(8, 190), (8, 248), (210, 246), (210, 188)]
    ImageDraw.Draw(image).line(points, fill=BLACK, width=3)
    return image


def underlined():
    """A digit that divides the line below it."""
    image = sheet((360, 260))
    ImageDraw.Draw(image).line([(30, 200), (335, 203)], fill=BLACK, width=3)
    return image


def circled():
    image = sheet((240, 230))
    ImageDraw.Draw(image).ellipse((20, 14, 222, 218), outline=BLACK, width=6)
    return image


def dotted():
    """A digit with a period, on a dotted line."""
    image = sheet((260, 240))
    draw = ImageDraw.Draw(image)
    draw.ellipse((206, 176, 224, 194), fill=BLACK)
    for x in range(20, 240, 14):
        draw.ellipse((x, 212, x + 6, 218), fill=BLACK)
    return image


def rounded_frame():
    image = sheet((240, 250))
    box = (12, 12, 228, 238)
    ImageDraw.Draw(image).rounded_rectangle(box, 45, outline=BLACK, width=4)
    return image


def crossing():
    image = framed()
    ImageDraw.Draw(image).line([(0, 204), (219, 202)], fill=BLACK, width=3)
    return image


def with_parts_at_the_border():
    image = sheet((240, 260))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 11, 259), fill=(40, 40, 40))
    draw.ellipse((200, 225, 280, 300), fill=(90, 60, 60))
    draw.line([(120, 0), (126, 14)], fill=BLACK, width=6)
    return image


def light(width, height):
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return 0.75 + 0.2 * x - 0.15 * y - 0.12 * (x**2 + y**2)


def shadow():
    """Shadow with a sharp edge."""
    image = np.asarray(sheet((300, 260)), float)
    image[:, 190:] *= 0.6
    return Image.fromarray(image.astype(np.uint8))


def soft_shadow():
    x = np.arange(400)
    image = np.asarray(sheet((400, 380), width=0.03), float)
    image *= (1 - 0.4 / (1 + np.exp((180 - x) / 10)))[:, np.newaxis]
    return Image.fromarray(image.astype(np.uint8))


def bold_tight_crop():
    """A bold 5, cropped to its ink."""
    image = Image.new("RGB", (160, 200), WHITE)
    points = [(110, 50), (55, 50), (50, 95), (100, 100), (100, 140), (50, 149)]
    ImageDraw.Draw(image).line(points, fill=BLACK, width=32, joint="curve")
    return image.crop(ImageOps.invert(image).getbbox())


def photograph(size=(1500, 1100), noise=0.03):
    """Coloured ink on unevenly lit, grainy paper; large images are averaged first."""
    rng = np.random.default_rng(0)
    blurred = sheet(size, (235, 228, 214), BLUE).filter(ImageFilter.GaussianBlur(2))
    pixels = np.asarray(blurred) / 255 * light(*size)[..., np.newaxis]
    pixels += noise * rng.standard_normal(pixels.shape)
    return Image.fromarray((255 * pixels.clip(0, 1)).astype(np.uint8))


def sheet_on_a_table():
    image = Image.new("RGB", (400, 380), (70, 50, 40))
    image.paste(sheet((250, 260)), (70, 60))
    return image


def glass():
    """Half transparent ink in colours, on transparent pixels that have colours too."""
    rng = np.random.default_rng(1)
    pixels = np.array(sheet((120, 140), CLEAR, (*BLUE, 255), mode="RGBA"))
    ink = pixels[..., 3] > 0
    pixels[..., :3][~ink] = rng.integers(0, 256, ((~ink).sum(), 3))
    pixels[..., 3][ink] = rng.integers(120, 256, ink.sum())
    return Image.fromarray(pixels)


IMAGES = {
    "dark on light": lambda: sheet(),
    "light on dark": lambda: sheet(paper=BLACK, ink=WHITE),
    "thin": lambda: sheet(width=0.01),
    "28 pixels": lambda: sheet((28, 28), BLACK, WHITE),
    "8 pixels": lambda: sheet((8, 8), BLACK, WHITE),
    "40 pixels": lambda: sheet((40, 33)),
    "tight crop": lambda: ImageOps.crop(sheet(), 62),
    "bold tight crop": bold_tight_crop,
    "frame": framed,
    "open box": combed,
    "underline": underlined,
    "short underline": lambda: ImageOps.expand(underlined(), 150, WHITE),
    "circle": circled,
    "rounded frame": rounded_frame,
    "period and dotted line": dotted,
    "frame and line": crossing,
    "ruled paper": ruled,
    "squared paper": squared,
    "parts at the border": with_parts_at_the_border,
    "shadow": shadow,
    "soft shadow": soft_shadow,
    "photograph": photograph,
    "small photograph": lambda: photograph((310, 270)),
    "sheet on a table": sheet_on_a_table,
    "black on transparent": lambda: sheet(paper=CLEAR, ink=BLACK, mode="RGBA"),
    "white on transparent": lambda: sheet(paper=CLEAR, ink=WHITE, mode="RGBA"),
    "half transparent": glass,
}


@pytest.mark.parametrize("name", IMAGES)
def test_pixels_are_those_of_python(tab, tmp_path, name):
    image = IMAGES[name]().convert("RGBA")
    file = tmp_path / "image.png"
    image.save(file)
    (grey,) = read_pictures(file)
    assert in_python(grey).any()
    assert_same(tab, np.asarray(image), grey)


def test_mnist_gives_the_pixels_of_python(tab):
    try:
        X = fetch_mnist(download_if_missing=False).images[:100]
    except DatasetError as error:
        pytest.skip(f"needs MNIST: {error}")
    for grey in (255 * X).round().astype(np.uint8):
        assert_same(tab, np.asarray(Image.fromarray(grey).convert("RGBA")), grey)


def shared_images():
    home = os.environ.get("SKDIGITS_DATA_HOME", "")
    root = Path(os.environ.get("SKDIGITS_PICTURES") or Path(home, "pictures"))
    files = sorted(file for file in root.glob("*/*") if file.suffix != ".csv")
    return files[:: max(1, len(files) // N_SHARED)]


@pytest.mark.slow
def test_images_of_other_people_give_the_pixels_of_python(tab):
    files = shared_images()
    if not files:
        pytest.skip(
            "needs images: SKDIGITS_PICTURES, or pictures/ of SKDIGITS_DATA_HOME"
        )
    for file in files:
        (grey,) = read_pictures(file)
        with Image.open(file) as image:
            upright = ImageOps.exif_transpose(image).convert("RGBA")
        assert_same(tab, np.asarray(upright), grey)


def test_steps_are_images(tab):
    answer = in_browser(tab, np.asarray(sheet((280, 200)).convert("RGBA")))
    names = [name for name, *_ in answer["shapes"]]
    assert names == ["grey", "ink", "crop", "centred"]
    sizes = [(width, height) for _, width, height, _ in answer["shapes"]]
    assert sizes[:2] == [(280, 200)] * 2
    assert sizes[3] == (28, 28)
    for _, width, height, n_pixels in answer["shapes"]:
        assert n_pixels == width * height


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (Image.new("RGBA", (50, 60), (9, 80, 200, 255)), "only one colour"),
        (Image.new("RGBA", (50, 60), CLEAR), "only one colour"),
        (sheet(ink=(252,) * 3).convert("RGBA"), "no ink"),
    ],
)
def test_images_without_ink_have_a_message(tab, image, message):
    assert message in in_browser(tab, np.asarray(image))["message"]
