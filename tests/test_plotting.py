"""Displays hold the numbers NumPy gives; what is drawn is what was handed in."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import Binarizer

from skdigits import SaltPepperNoise
from skdigits.corruptions import GaussianNoise
from skdigits.datasets import load_small_digits
from skdigits.exceptions import PixelRangeWarning
from skdigits.plotting import (
    AccuracyCoverageDisplay,
    AlphaSweepDisplay,
    NoiseRobustnessDisplay,
    TrainingCurveDisplay,
    plot_digits,
)


@pytest.fixture
def ax():
    return Figure().subplots()


@pytest.fixture(scope="module")
def digits():
    X, y = load_small_digits(return_X_y=True)
    return X[:300], y[:300]


def test_alpha_sweep_pools_folds_and_seeds(digits, ax):
    alphas, seeds = [1e-2, 1e-4], [0, 1, 2]
    search = GridSearchCV(
        SGDClassifier(), {"random_state": seeds, "alpha": alphas}, cv=3, refit=False
    ).fit(*digits)

    display = AlphaSweepDisplay.from_cv_results(search.cv_results_, ax=ax)

    for alpha, mean, std in zip(
        display.alphas, display.mean_scores, display.std_scores, strict=True
    ):
        models = [SGDClassifier(alpha=alpha, random_state=seed) for seed in seeds]
        scores = np.concatenate([cross_val_score(m, *digits, cv=3) for m in models])
        assert mean == pytest.approx(np.mean(scores))
        assert std == pytest.approx(np.std(scores))
    np.testing.assert_array_equal(display.alphas, sorted(alphas))
    of_search = AlphaSweepDisplay.from_cv_results(search, ax=ax.figure.add_subplot())
    np.testing.assert_array_equal(of_search.mean_scores, display.mean_scores)
    legend = ax.get_legend().get_texts()[0].get_text()
    assert legend == "mean ± standard deviation over 9 fits"
    np.testing.assert_allclose(
        display.errorbar_.lines[0].get_ydata(), display.mean_scores
    )


def test_alpha_sweep_shows_zero_left_of_the_logarithmic_axis(ax):
    display = AlphaSweepDisplay(
        alphas=[0, 1e-4, 1e-2], mean_scores=[0.9, 0.95, 0.92], std_scores=[0.01] * 3
    ).plot(ax)
    positions = display.errorbar_.lines[0].get_xdata()
    assert np.all(np.diff(positions) > 0)
    assert ax.get_xticks()[0] == pytest.approx(positions[0])
    assert ax.get_xticklabels()[0].get_text() == "0"


def test_alpha_sweep_names_the_parameters_that_were_searched():
    with pytest.raises(ValueError, match="'alpha' was not searched.*'beta'"):
        AlphaSweepDisplay.from_cv_results({"param_beta": [1]})


def test_training_curve_draws_the_history(ax):
    history = {"loss": [2.0, 1.0], "val_loss": [2.5, 1.5], "accuracy": [0.5, 0.9]}
    network = SimpleNamespace(history_=history)
    display = TrainingCurveDisplay.from_estimator(network, metric="loss", ax=ax)
    train, validation = (line.get_xydata().tolist() for line in display.lines_)
    assert train == [[1, 2.0], [2, 1.0]]
    assert validation == [[1, 2.5], [2, 1.5]]


def test_training_curve_names_what_was_recorded():
    network = SimpleNamespace(history_={"loss": [1.0], "val_loss": [1.0]})
    with pytest.raises(ValueError, match=r"'accuracy' was not recorded.*\['loss'\]"):
        TrainingCurveDisplay.from_estimator(network)


def test_noise_robustness_scores_noisy_and_denoised_pictures(digits, ax):
    X, y = digits
    classifier = SGDClassifier(random_state=0).fit(X, y)
    denoiser = Binarizer(threshold=0.5)
    display = NoiseRobustnessDisplay.from_estimators(
        classifier, denoiser, X, y, amounts=(0.0, 0.5), random_state=3, ax=ax
    )
    for i, amount in enumerate([0.0, 0.5]):
        X_noisy = SaltPepperNoise(amount, random_state=3).fit_transform(X)
        read = classifier.predict(X_noisy), classifier.predict(X_noisy > 0.5)
        assert display.noisy_accuracy[i] == pytest.approx(np.mean(read[0] == y))
        assert display.denoised_accuracy[i] == pytest.approx(np.mean(read[1] == y))
    np.testing.assert_allclose(display.lines_[0].get_ydata(), display.noisy_accuracy)


def test_noise_robustness_without_denoiser_draws_one_curve(digits, ax):
    X, y = digits
    classifier = SGDClassifier(random_state=0).fit(X, y)
    display = NoiseRobustnessDisplay.from_estimators(
        classifier, None, X, y, amounts=(0.0, 0.5), ax=ax
    )
    assert display.denoised_accuracy is None
    assert len(display.lines_) == 1


def test_noise_robustness_takes_any_corruption(digits, ax):
    X, y = digits
    classifier = SGDClassifier(random_state=0).fit(X, y)
    noise = GaussianNoise(random_state=3)
    display = NoiseRobustnessDisplay.from_estimators(
        classifier,
        None,
        X,
        y,
        amounts=(0, 0.3),
        corruption=noise,
        parameter="std",
        ax=ax,
    )
    for i, std in enumerate([0, 0.3]):
        noisy = GaussianNoise(std, random_state=3).fit_transform(X)
        assert display.noisy_accuracy[i] == pytest.approx(classifier.score(noisy, y))
    assert ax.get_xlabel() == "GaussianNoise, std"
    assert noise.std == GaussianNoise().std


@pytest.mark.parametrize("as_given", ["rows", "stack", "uint8"])
def test_plot_digits_draws_each_pixel_in_its_place(as_given):
    inks = np.random.default_rng(0).integers(0, 2, (5, 4, 4)).astype(float)
    images = {"rows": inks.reshape(5, 16), "stack": inks[..., None]}.get(
        as_given, (255 * inks).astype("uint8")
    )
    figure = Figure(figsize=(6, 4), dpi=100)
    ax = plot_digits(images, n_columns=3, ax=figure.subplots())
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    screen = np.asarray(canvas.buffer_rgba())[::-1, :, 0]

    step = 4 + 1  # a gap of one pixel
    for i, image in enumerate(inks):
        top, left = i // 3 * step, i % 3 * step
        for (row, column), ink in np.ndenumerate(image):
            x, y = ax.transData.transform((left + column, top + row)).astype(int)
            assert screen[y, x] == 255 * (1 - ink)


def test_plot_digits_warns_where_it_would_show_black_tiles(ax):
    with pytest.warns(PixelRangeWarning, match="images / 16"):
        plot_digits(np.full((2, 8, 8), 9.0), ax=ax)
    with pytest.raises(ValueError, match="NaN"):
        plot_digits(np.full((2, 8, 8), np.nan), ax=ax)


def test_plot_digits_does_not_take_an_image_for_its_lines(ax):
    with pytest.raises(ValueError, match=r"one image. Pass images\[None\]"):
        plot_digits(np.zeros((8, 8)), ax=ax)
    plot_digits(np.zeros((8, 8)), image_shape=(1, 8), ax=ax)


def test_plot_digits_writes_titles_and_labels(ax):
    plot_digits(
        np.zeros((4, 2, 3)),
        n_columns=2,
        titles=np.arange(4),
        row_labels=["above", "below"],
        column_labels=["left", "right"],
        ax=ax,
    )
    assert [text.get_text() for text in ax.texts] == ["0", "1", "2", "3"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["above", "below"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["left", "right"]
    assert all(tick.label2.get_visible() for tick in ax.xaxis.get_major_ticks())


@pytest.mark.parametrize("n_images", [3, 10, 40])
def test_plot_digits_makes_the_figure_fit_the_grid(n_images):
    ax = plot_digits(np.zeros((n_images, 8, 8)), titles=range(n_images))
    ax.figure.draw_without_rendering()
    width, height = ax.get_tightbbox().size / ax.figure.bbox.size
    assert width > 0.8
    assert height > 0.6


@pytest.mark.parametrize(
    ("images", "options", "message"),
    [
        (np.zeros(64), {}, r"shape \(64,\).*images\[None\]"),
        (np.zeros((8, 8)), {}, r"look like one image. Pass images\[None\]"),
        (np.zeros((2, 64)), {"titles": ["one"]}, "titles has 1 entries, expected 2"),
        (np.zeros((2, 64)), {"image_shape": (7, 7)}, "does not fit"),
    ],
)
def test_plot_digits_says_what_is_wrong(images, options, message, ax):
    with pytest.raises(ValueError, match=message):
        plot_digits(images, ax=ax, **options)


def test_coverage_curve_is_that_of_thresholds(digits, ax):
    X, y = digits
    classifier = GaussianNB().fit(X[::5], y[::5])
    display = AccuracyCoverageDisplay.from_estimator(classifier, X, y, ax=ax)
    probabilities = classifier.predict_proba(X)
    score, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == y
    for threshold in np.quantile(score, [0.1, 0.5, 0.9]):
        accepted = score >= threshold
        k = np.flatnonzero(display.coverage == accepted.mean())
        np.testing.assert_allclose(display.accuracy[k], [right[accepted].mean()])
    assert display.coverage[-1] == 1


def test_predictions_of_equal_scores_are_rejected_together(ax):
    display = AccuracyCoverageDisplay.from_predictions(
        ["a", "b", "c"], ["a", "b", "b"], [0.5, 0.9, 0.5], ax=ax
    )
    np.testing.assert_allclose(display.coverage, [1 / 3, 1])
    np.testing.assert_allclose(display.accuracy, [1, 2 / 3])
