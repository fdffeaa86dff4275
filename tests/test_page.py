"""The HTML page, in a real browser."""

import base64
import re
from functools import cache

import numpy as np
import pytest
from _browser import OpenedPage, launched_browser
from _models import CNN, DENOISER, GENERATOR, MLP, UNET
from PIL import Image, ImageDraw
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.frozen import FrozenEstimator

from skdigits import RejectingClassifier, SaltPepperNoise, page
from skdigits.__main__ import main
from skdigits.datasets import fetch_mnist
from skdigits.exceptions import DatasetError
from skdigits.networks import _composites, _layers
from skdigits.page._models import Classifier
from skdigits.pretrained import load_classifier, load_denoiser, load_generator

# Strokes in fractions of the drawing area.
SEVEN = [[(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)]]
ONE = [[(0.5, 0.2), (0.5, 0.8)]]
SCRIBBLE = [[(0.1 + 0.8 * (i % 2), 0.1 + 0.04 * i) for i in range(21)]]
HOSTILE = "</script><img src=x onerror=\"document.title='hit'\">\u202e'&amp;\u2028"


@pytest.fixture(scope="module")
def browser():
    with launched_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    page.write(path)
    return path


@pytest.fixture(scope="module")
def opened(browser, page_file):
    """The page of the package's models, shared by tests that leave no traces."""
    return OpenedPage(browser, page_file)


@cache
def small_models():
    from skdigits.datasets import load_small_digits

    X, y = load_small_digits(return_X_y=True)
    return (
        X,
        y,
        {
            "mlp": clone(MLP).fit(X, y),
            "cnn": clone(CNN).fit(X, y),
            "named": clone(MLP).fit(X, np.array(["zero", HOSTILE, "two"])[y % 3]),
            "dense": clone(DENOISER).fit(X),
            "unet": clone(UNET).fit(X),
            "generator": clone(GENERATOR).fit(X, y),
        },
    )


def write_and_open(browser, folder, **models):
    path = folder / "page.html"
    page.write(path, **models)
    return OpenedPage(browser, path)


def mnist(n, **options):
    try:
        test = fetch_mnist(subset="test", download_if_missing=False)
    except DatasetError:
        pytest.skip("MNIST is not at hand")
    return test.images[:n].reshape(-1, 784), test.target[:n]


def compute(opened, task, images, **arguments):
    """Ask the engine of the page about each image."""
    return opened.tab.evaluate(
        """async ([task, images, more]) => {
            const answers = [];
            for (const image of images) {
              const argument = { image: Float32Array.from(image), ...more };
              const answer = await client.ask(task, argument);
              answers.push(answer);
            }
            const plain = (key, value) =>
              ArrayBuffer.isView(value) ? Array.from(value) : value;
            return JSON.parse(JSON.stringify(answers, plain));
          }""",
        [task, np.asarray(images, float).tolist(), arguments],
    )


def probabilities(opened, images):
    answers = compute(opened, "classify", images)
    return np.array([answer["probabilities"] for answer in answers])


def test_page_asks_for_nothing_and_says_nothing(opened):
    opened.draw(*SEVEN)
    opened.wait_for_answer("7")
    # The worker is made of the page's own text.
    outside = [url for url in opened.requests if not url.startswith("blob:null/")]
    assert outside == [opened.url]
    assert opened.messages == []


def test_page_is_small_and_links_nowhere(page_file):
    text = page_file.read_text("utf-8")
    assert len(text) < 4e6
    assert not re.findall(r"https?:", text)
    assert "eval(" not in text
    assert "new Function" not in text
    assert not re.findall(r"<[^>]* (?:on\w+|style)=", text.split("<script")[0])


def test_every_kind_of_layer_is_known(opened):
    known = set(opened.tab.evaluate("network.kinds"))
    kinds = {
        name
        for module in (_layers, _composites)
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, _layers.Layer)
    }
    bases = {"Layer", "KernelLayer", "Composite"}
    # Its halves are networks of their own.
    assert kinds - bases - known == {"Variational"}


def test_probabilities_equal_those_of_python(opened):
    X, _ = mnist(200)
    expected = load_classifier()[-1].predict_joint_proba(X)
    actual = probabilities(opened, X)
    assert np.abs(actual - expected).max() < 0.01
    assert (actual.argmax(axis=1) == expected.argmax(axis=1)).all()


def test_denoised_pixels_equal_those_of_python(opened):
    X, _ = mnist(50)
    noisy = SaltPepperNoise(0.4, random_state=0).fit_transform(X)
    answers = compute(opened, "clean", noisy, amount=0, seed=0)
    for i, architecture in enumerate(["dense", "unet"]):
        actual = np.array([answer["cleaned"][i]["image"] for answer in answers])
        expected = load_denoiser(architecture).transform(noisy)
        assert np.abs(actual - expected).max() < 0.01


def test_noise_replaces_the_right_fraction(opened):
    grey = np.full((20, 784), 0.5)
    answers = compute(opened, "clean", grey, amount=0.3, seed=7)
    noisy = np.array([answer["noisy"]["image"] for answer in answers])
    n = noisy[:1].size  # equal seeds give equal noise
    assert (noisy == noisy[0]).all()
    for value, probability in ((0, 0.15), (1, 0.15), (0.5, 0.7)):
        deviation = 5 * np.sqrt(probability * (1 - probability) / n)
        assert abs((noisy[0] == value).mean() - probability) < deviation


def test_generated_digits_are_those_of_python(opened):
    generator = load_generator()
    vector = np.linspace(-1, 1, 16)
    answers = opened.tab.evaluate(
        """async ([vector]) => {
            const [answer] = await client.ask("generate",
              { vectors: [Float32Array.from(vector)], labels: [4] });
            return Array.from(answer.image);
          }""",
        [vector.tolist()],
    )
    labelled = np.concatenate([vector, np.eye(10)[4]]).astype(np.float32)
    trained = generator._trained_network()
    expected = trained.predict(labelled[np.newaxis], part="decoder")[0]
    assert np.abs(np.array(answers) - expected).max() < 0.01


def test_drawn_digits_are_read(opened):
    for strokes, label in ((SEVEN, "7"), (ONE, "1")):
        opened.draw(*strokes)
        opened.wait_for_answer(label)


def test_scribbles_are_doubted(opened):
    opened.draw(*SCRIBBLE)
    opened.wait_for_answer("Not sure")
    assert "Perhaps" in opened.tab.locator("#answer").inner_text()


def test_several_strokes_can_be_taken_back(opened):
    opened.draw(*ONE, [(0.2, 0.2), (0.8, 0.2)])
    opened.tab.locator("#undo").click()
    opened.wait_for_answer("1")
    opened.tab.locator("#undo").click()
    opened.wait_for_answer("–")


def test_steps_of_the_normalization_are_shown(opened):
    opened.draw(*ONE)
    opened.wait_for_answer("1")
    sizes = opened.tab.eval_on_selector_all(
        "#steps canvas", "all => all.map(c => c.width)"
    )
    assert len(sizes) == 4
    assert sizes[0] == 112
    assert sizes[-1] == 28


def test_noise_spoils_and_the_denoiser_mends(opened):
    opened.draw(*SEVEN)
    opened.wait_for_answer("7")
    readings = opened.tab.locator("#ladder .reading")
    opened.tab.locator("#noise").fill("0")
    opened.wait_for(
        "() => [...document.querySelectorAll('#ladder .reading')]"
        ".every(one => one.textContent.startsWith('7'))"
    )
    opened.tab.locator("#noise").fill("100")
    opened.wait_for(
        "() => !document.querySelectorAll('#ladder .reading')[1]"
        ".textContent.startsWith('7')"
    )
    assert readings.nth(0).inner_text().startswith("7")
    opened.tab.locator("#noise").fill("30")
    opened.wait_for(
        "() => document.querySelectorAll('#ladder .reading')[2]"
        ".textContent.startsWith('7')"
    )


def test_new_noise_changes_the_noisy_image(opened):
    pixels = "() => document.querySelectorAll('#ladder canvas')[1].toDataURL()"
    opened.tab.locator("#noise").fill("50")
    opened.wait_for("() => document.querySelector('#ladder .reading').textContent")
    before = opened.tab.evaluate(pixels)
    opened.tab.locator("#new-noise").click()
    opened.wait_for(f"before => ({pixels})() !== before", before)


def test_generated_digits_are_read_as_asked(opened):
    opened.tab.locator("#sample-label label").nth(4).click()
    opened.wait_for(
        "() => [...document.querySelectorAll('#samples .reading')]"
        ".filter(one => one.textContent.startsWith('4')).length >= 6"
    )
    pixels = "() => document.querySelector('#samples canvas').toDataURL()"
    before = opened.tab.evaluate(pixels)
    opened.tab.locator("#more").click()
    opened.wait_for(f"before => ({pixels})() !== before", before)


def test_mix_ends_at_its_two_digits(opened):
    middle = "document.querySelectorAll('#mix-figures canvas')"
    opened.tab.locator("#mix").fill("0")
    opened.wait_for(f"() => {middle}[1].toDataURL() === {middle}[0].toDataURL()")
    opened.tab.locator("#mix").fill("100")
    opened.wait_for(f"() => {middle}[1].toDataURL() === {middle}[2].toDataURL()")


def test_digit_follows_the_pointer_in_the_plane(opened):
    pixels = "() => document.querySelector('#plane-figure canvas').toDataURL()"
    plane = opened.tab.locator("#plane")
    plane.hover(position={"x": 20, "y": 20})
    opened.wait_for(
        "() => document.querySelector('#plane-figure .reading').textContent"
    )
    before = opened.tab.evaluate(pixels)
    plane.hover(position={"x": 200, "y": 200})
    opened.wait_for(f"before => ({pixels})() !== before", before)


def test_hovering_shows_what_a_unit_looks_at(opened):
    opened.draw(*SEVEN)
    opened.wait_for_answer("7")
    opened.wait_for("() => document.querySelectorAll('#layer option').length > 5")
    for layer, field in (
        ("conv_1_1", "3 × 3"),
        ("pool_1", "4 × 4"),
        ("conv_2_1", "8 × 8"),
    ):
        index = opened.tab.locator("#layer option", has_text=layer).get_attribute(
            "value"
        )
        opened.tab.locator("#layer").select_option(index)
        width, height = opened.tab.eval_on_selector(
            "#maps", "one => [one.clientWidth, one.clientHeight]"
        )
        opened.tab.locator("#maps").hover(position={"x": width / 12, "y": height / 12})
        assert field in opened.tab.locator("#unit").inner_text()


def test_keyboard_alone_does_everything(browser, page_file):
    opened = OpenedPage(browser, page_file)
    keys = opened.tab.keyboard

    def focus(selector):
        for _ in range(80):
            keys.press("Tab")
            if opened.tab.locator(selector).evaluate("one => one.matches(':focus')"):
                return
        pytest.fail(f"{selector} cannot be reached with the Tab key")

    focus("#pad")
    keys.press("Escape")
    for _ in range(6):
        keys.press("Shift+ArrowUp")
    for _ in range(16):
        keys.press("ArrowDown")
    opened.wait_for_answer("1")
    focus("#noise")
    keys.press("End")
    assert opened.tab.locator("#noise-value").inner_text() == "100 %"
    focus("#new-noise")
    focus("#layer")
    focus("#maps")
    before = opened.tab.locator("#unit").inner_text()
    keys.press("ArrowRight")
    assert opened.tab.locator("#unit").inner_text() != before
    focus("#more")
    keys.press("Enter")
    focus("#plane")
    keys.press("ArrowRight")
    opened.wait_for("() => location.hash.includes('x=0.52')")
    assert opened.messages == []
    opened.context.close()


def test_dropped_and_chosen_photos_are_read(opened, tmp_path):
    photo = tmp_path / "seven.png"
    draw_photo(photo)
    opened.tab.locator("#clear").click()
    opened.tab.locator("#photo").set_input_files(photo)
    opened.wait_for_answer("7")
    opened.tab.locator("#clear").click()
    opened.wait_for_answer("–")
    transfer = opened.tab.evaluate_handle(
        """data => {
            const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], "seven.png", { type: "image/png" }));
            return transfer;
          }""",
        base64.b64encode(photo.read_bytes()).decode(),
    )
    opened.tab.dispatch_event("#read", "drop", {"dataTransfer": transfer})
    opened.wait_for_answer("7")


def test_file_that_is_no_image_is_reported(opened, tmp_path):
    other = tmp_path / "notes.png"
    other.write_text("not an image")
    opened.tab.locator("#photo").set_input_files(other)
    opened.wait_for(
        "() => document.querySelector('#answer').textContent.includes('cannot open')"
    )


def test_link_keeps_the_state(browser, page_file):
    opened = OpenedPage(browser, page_file)
    opened.draw(*SEVEN)
    opened.tab.locator("#noise").fill("70")
    opened.wait_for("() => /ink=.*noise=70/.test(location.hash)")
    state = opened.tab.evaluate("location.hash")
    opened.context.close()
    again = OpenedPage(browser, page_file, state=state)
    again.wait_for_answer("7")
    assert again.tab.locator("#noise-value").inner_text() == "70 %"
    again.context.close()


def test_hostile_link_gives_the_defaults(browser, page_file):
    state = "#noise=1e9&ink=<script>.x.1e9_20.5&layer=-3&label=99&x=nan&mix=&seed=%ff"
    opened = OpenedPage(browser, page_file, state=state)
    opened.wait_for_answer("3")  # the example
    assert opened.tab.locator("#noise-value").inner_text() == "40 %"
    assert opened.messages == []
    opened.context.close()


def test_hostile_labels_are_text(browser, tmp_path):
    _, _, models = small_models()
    opened = write_and_open(browser, tmp_path, classifier=models["named"])
    labels = opened.tab.locator("#bars .label").all_text_contents()
    assert HOSTILE in labels
    assert opened.tab.title() != "hit"
    assert opened.tab.locator("img").count() == 0
    assert opened.messages == []
    opened.context.close()


@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_own_models_of_small_images_work(browser, tmp_path, name):
    X, y, models = small_models()
    own = {
        "classifier": models[name],
        "denoiser": [models["dense"], models["unet"]],
        "generator": models["generator"],
    }
    opened = write_and_open(browser, tmp_path, **own, X=X[:300], y=y[:300])
    expected = models[name].predict_proba(X[:100])
    assert np.abs(probabilities(opened, X[:100]) - expected).max() < 0.01
    answers = compute(opened, "clean", X[:20], amount=0, seed=0)
    for i, denoiser in enumerate(own["denoiser"]):
        cleaned = np.array([answer["cleaned"][i]["image"] for answer in answers])
        assert np.abs(cleaned - denoiser.transform(X[:20])).max() < 0.01
    opened.draw(*SEVEN)
    opened.wait_for("() => document.querySelector('#unit').textContent")
    assert opened.tab.locator("#curve polyline").count() == 3
    assert opened.messages == []
    opened.context.close()


def test_parts_without_models_are_left_out(browser, tmp_path):
    _, _, models = small_models()
    opened = write_and_open(browser, tmp_path, classifier=models["mlp"])
    text = opened.tab.locator("main").inner_text()
    assert "no denoiser for images of 8 × 8 pixels" in text
    assert "no generator for images of 8 × 8 pixels" in text
    assert opened.messages == []
    opened.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1400])
def test_axe_finds_nothing(browser, page_file, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    opened = OpenedPage(browser, page_file, scheme=scheme, width=width)
    opened.wait_for("() => document.querySelector('#unit').textContent")
    found = axe.Axe().run(opened.tab).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert opened.tab.evaluate("document.documentElement.scrollWidth") <= width
    opened.context.close()


def test_rejecting_pipeline_shows_its_other_things(tmp_path):
    X, y, _ = small_models()
    rejecting = RejectingClassifier(clone(MLP), reject_label=-1, reject_below=0.8)
    rejecting.fit(X, np.where(y == 8, -1, y))
    described = Classifier(rejecting).describe()
    assert described["labels"] == list("012345679")
    assert described["rejects"] == 0
    assert described["rejectBelow"] == 0.8


def test_page_is_written_by_the_command(tmp_path, capsys):
    path = tmp_path / "page.html"
    assert main(["page", "--output", str(path)]) == 0
    assert "Open it in a browser" in capsys.readouterr().out
    assert path.read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ({"classifier": "forest"}, "RandomForestClassifier"),
        ({"classifier": "dense"}, "has no classes"),
        ({"classifier": "hard vote"}, "voting='hard'"),
        ({"classifier": "mlp", "denoiser": "mlp"}, "is not a DenoisingAutoencoder"),
        ({"generator": "generator"}, "8x8 pixels, but the classifier takes 28x28"),
        ({"classifier": "mlp", "X": "images"}, "belong together"),
    ],
)
def test_what_cannot_be_in_a_page_is_named(tmp_path, models, message):
    X, y, fitted = small_models()
    forest = RandomForestClassifier(5).fit(X[:50], np.arange(50) % 2)
    vote = VotingClassifier([("mlp", FrozenEstimator(fitted["mlp"]))]).fit(X, y)
    named = {**fitted, "images": X, "forest": forest, "hard vote": vote}
    arguments = {key: named[value] for key, value in models.items()}
    with pytest.raises((TypeError, ValueError), match=message):
        page.write(tmp_path / "page.html", **arguments)


def draw_photo(path):
    """A seven with a thick pen on grey paper with a shadow."""
    shade = np.linspace(150, 220, 300, dtype=np.uint8)
    paper = np.repeat(shade[np.newaxis], 400, axis=0)
    image = Image.fromarray(paper)
    line = [(90, 110), (210, 110), (140, 300)]
    ImageDraw.Draw(image).line(line, fill=30, width=22, joint="curve")
    image.save(path)
