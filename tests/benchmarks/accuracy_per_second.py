"""Accuracy on MNIST's test images against the time of fit.

Each network is trained in a new process, one at a time. Its start-up is a first fit, on
640 images: import, tracing and compilation. The fit on all 60,000 training images
follows and is timed by itself. The lab's network in plain Keras and scikit-learn's
`MLPClassifier` are evaluated after 1, 2, 4, ... epochs; the time of the evaluations is
not included. The last column is the time as a multiple of that of one epoch of the
lab's network. Scores that are already in docs/benchmarks/accuracy_per_second.json are
not measured again: delete the file to start over. Resume on the same, idle machine:
times of different machines do not compare.

Run ``python tests/benchmarks/accuracy_per_second.py`` (45 minutes on two cores), or
with ``--seeds 1`` for one network of each kind. It also writes
docs/_static/accuracy_per_second.png. Without PyTorch its row is skipped.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import _peers as peers
import matplotlib.pyplot as plt
import numpy as np
from _recipes import FAST, MIDDLE
from _scores import Scores, mean_and_deviation
from matplotlib.ticker import FixedLocator, NullLocator

N_WARM_UP = 640
HIDDEN = (500, 300)
LAB_BATCH_SIZE = 128
LAB_EPOCHS = (1, 2, 4, 8)
SKLEARN_EPOCHS = (1, 2, 4, 8, 16)
PICTURE = Path(__file__).parents[2] / "docs" / "_static" / "accuracy_per_second.png"
DOTS_PER_INCH = 160

Arrays = tuple[Any, Any]
# What remains to be trained up to each point, and a function that predicts labels.
Training = tuple[list[Callable[[], Any]], Callable[[Any], Any]]


@dataclass(frozen=True)
class Rival:
    """A network: `make(images and labels, seed, **settings)` has the start-up."""

    name: str
    make: Callable[..., Training]
    settings: dict[str, Any]
    n_seeds: int
    epochs: tuple[int, ...] = ()  # the points of a curve; by default one, the end

    def labels(self) -> list[str]:
        """Return the name of each point."""
        if not self.epochs:
            return [self.name]
        return [f"{self.name}, {n} epoch{'s' * (n > 1)}" for n in self.epochs]


def skdigits_classifier(
    data: Arrays, seed: int, kind: str, **settings: Any
) -> Training:
    """Return a fit of a classifier of this package."""
    import skdigits

    classifier = getattr(skdigits, kind)(**settings, random_state=seed)
    # One epoch compiles all.
    first = getattr(skdigits, kind)(**settings | {"epochs": 1}, random_state=seed)
    first.fit(*warm_up(data))
    return [lambda: classifier.fit(*data)], lambda X: classifier.predict(X)


def keras_lab_cnn(data: Arrays, seed: int) -> Training:
    """Return the lab's network, trained in Keras's own loop."""
    import keras

    def fit(model: Any, data: Arrays, epochs: int) -> None:
        model.fit(*data, batch_size=LAB_BATCH_SIZE, epochs=epochs, verbose=0)

    keras.utils.set_random_seed(seed)
    model = peers.compiled(peers.keras_lab_cnn((28, 28), 10))
    # These few steps stay: a new model would be traced again.
    fit(model, warm_up(data), epochs=1)
    return (
        [lambda n=n: fit(model, data, n) for n in increments(LAB_EPOCHS)],
        lambda X: model.predict(X, batch_size=1000, verbose=0).argmax(axis=1),
    )


def sklearn_mlp(data: Arrays, seed: int) -> Training:
    """Return scikit-learn's network of the same size as ours, with its defaults."""
    from sklearn.neural_network import MLPClassifier

    MLPClassifier(HIDDEN).partial_fit(*warm_up(data), classes=range(10))
    mlp = MLPClassifier(HIDDEN, random_state=seed)

    def train(epochs: int) -> None:
        for _ in range(epochs):
            mlp.partial_fit(*data, classes=range(10))

    return [lambda n=n: train(n) for n in increments(SKLEARN_EPOCHS)], mlp.predict


def torch_cnn(data: Arrays, seed: int, **settings: Any) -> Training:
    """Return our fast network, trained by the same recipe in PyTorch."""
    import torch

    torch.manual_seed(seed)
    networks = [peers.torch_cnn(**settings) for _ in range(2)]
    peers.train_torch_cnn(networks[0], *warm_up(data), **settings)

    def predict(X: Any) -> Any:
        with torch.inference_mode():
            return networks[1].eval()(torch.from_numpy(X)).argmax(1).numpy()

    return [lambda: peers.train_torch_cnn(networks[1], *data, **settings)], predict


def warm_up(data: Arrays) -> Arrays:
    """Return the images and labels of a start-up."""
    X, y = data
    return X[:N_WARM_UP], y[:N_WARM_UP]


def increments(epochs: tuple[int, ...]) -> list[int]:
    """Return how many epochs to train from each point to the next."""
    return np.diff([0, *epochs]).tolist()


def measure(
    make: Callable[..., Training], settings: dict[str, Any], seed: int
) -> dict[str, Any]:
    """Train; return times (s) and accuracies (%), one per point."""
    data, (X_test, y_test) = peers.mnist(), peers.mnist("test")
    start = time.perf_counter()
    stages, predict = make(data, seed, **settings)
    start_s = time.perf_counter() - start
    seconds, accuracies = [0.0], []
    for stage in stages:
        start = time.perf_counter()
        stage()
        seconds.append(seconds[-1] + time.perf_counter() - start)
        accuracies.append(100 * float(np.mean(predict(X_test) == y_test)))
    return {"start_s": start_s, "seconds": seconds[1:], "accuracy": accuracies}


def in_new_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(function, *arguments).result()


def rivals() -> list[Rival]:
    """Return all networks that can be measured here."""
    # The batch sizes that "auto" means for MNIST; it would be less in the start-up, and
    # then another graph.
    cnn = {"kind": "CNNDigitClassifier", "batch_size": 64}
    mlp = {"kind": "MLPDigitClassifier", "batch_size": 128}
    found = [
        Rival("CNN, fast", skdigits_classifier, cnn | FAST, n_seeds=10),
        Rival("CNN, middle", skdigits_classifier, cnn | MIDDLE, n_seeds=5),
        Rival("CNN, default", skdigits_classifier, cnn, n_seeds=3),
        Rival("MLP 500-300", skdigits_classifier, mlp, n_seeds=3),
        Rival("the lab's CNN, Keras", keras_lab_cnn, {}, 3, LAB_EPOCHS),
        Rival("MLP 500-300, scikit-learn", sklearn_mlp, {}, 1, SKLEARN_EPOCHS),
    ]
    if find_spec("torch"):
        found.append(Rival("CNN, fast, PyTorch", torch_cnn, FAST, n_seeds=10))
    else:
        sys.stderr.write("PyTorch is not installed: no row for it.\n")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="prefix of the names to measure")
    parser.add_argument("--seeds", type=int, help="networks of each kind, at most")
    options = parser.parse_args()
    scores = Scores("accuracy_per_second")
    measured = rivals()
    # In turn, so that a slower hour of the machine concerns all.
    for seed in range(options.seeds or max(rival.n_seeds for rival in measured)):
        for rival in measured:
            if seed < rival.n_seeds and rival.name.startswith(options.only):
                arguments = (rival.make, rival.settings, seed)
                scores.measure(
                    rival.name,
                    seed,
                    lambda arguments=arguments: in_new_process(measure, *arguments),
                )
    points = {}
    measured = [rival for rival in measured if scores.saved(rival.name)]
    for rival in measured:
        seeds = list(scores.saved(rival.name).values())
        for index, label in enumerate(rival.labels()):
            points[label] = {
                "accuracy": [seed["accuracy"][index] for seed in seeds],
                "seconds": np.mean([seed["seconds"][index] for seed in seeds]),
                "start_s": np.mean([seed["start_s"] for seed in seeds]),
            }
    report(scores, points)
    plot(measured, points)


def report(scores: Scores, points: dict[str, dict[str, Any]]) -> None:
    """Print and save the table, a line per point."""
    lab = points.get("the lab's CNN, Keras, 1 epoch", {"seconds": np.nan})
    lines = [
        (
            label,
            accuracy(point["accuracy"]),
            f"{point['seconds']:.3g}",
            f"{point['start_s']:.2g}",
            f"{point['seconds'] / lab['seconds']:.2f}",
            str(len(point["accuracy"])),
        )
        for label, point in points.items()
    ]
    times = "fit (s)", "start-up (s)", "epochs of the lab"
    header = ("network", "accuracy (%)", *times, "seeds")
    scores.report(header, lines)


def accuracy(values: list[float]) -> str:
    """Format accuracies (%) of one seed or several."""
    if len(values) == 1:
        return f"{values[0]:.2f}"
    return mean_and_deviation(values)


def plot(measured: list[Rival], points: dict[str, dict[str, Any]]) -> None:
    """Plot accuracies against seconds, and write the image."""
    fig, ax = plt.subplots(figsize=(8.2, 4.6), layout="constrained")
    for rival in measured:
        of_rival = [points[label] for label in rival.labels()]
        seconds = [point["seconds"] for point in of_rival]
        errors = [100 - np.mean(point["accuracy"]) for point in of_rival]
        (line,) = ax.plot(seconds, errors, "o-", label=rival.name)
        with_start = [point["seconds"] + point["start_s"] for point in of_rival]
        ax.hlines(errors, seconds, with_start, line.get_color(), ":", linewidth=1)
        ax.plot(with_start, errors, "o", color=line.get_color(), markerfacecolor="none")
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="time of fit (s); open markers: with start-up",
        ylabel="accuracy on test images (%)",
    )
    ticks = [0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3, 5]
    ax.yaxis.set(
        major_locator=FixedLocator(ticks),
        major_formatter=lambda error, _: f"{100 - error:g}",
        minor_locator=NullLocator(),
    )
    ax.xaxis.set_major_formatter("{x:g}")
    ax.invert_yaxis()
    ax.grid(linewidth=0.5, alpha=0.5)
    ax.legend(fontsize="small", loc="lower right")
    fig.savefig(PICTURE, dpi=DOTS_PER_INCH, facecolor="white")


if __name__ == "__main__":
    main()
