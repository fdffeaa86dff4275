"""Time to 99 % accuracy on MNIST, compared with the best epoch of the lab's network.

The lab's convolutional network is trained on 50,000 images in Keras's own loop with its
defaults (Adam, batches of 32). Its time is the training time up to the epoch with the
best accuracy on the other 10,000 images, without the time of these evaluations. Ours is
`CNNDigitClassifier` with one epoch of such batches, without augmentation, which is
enough on these 10,000 images. Compilation is not included. Scores that are already in
docs/benchmarks/time_to_99.json are not measured again: delete the file to start over.

Run ``python tests/benchmarks/time_to_99.py`` (a quarter of an hour on two cores).
"""

import statistics
import time

from _peers import compiled, keras_lab_cnn, mnist
from _scores import Scores, mean_and_deviation

from skdigits import CNNDigitClassifier

SEEDS = range(3)
LAB_EPOCHS = 10
N_TRAIN = 50_000


def ours(seed):
    """Train our network; return time and accuracy."""
    X, y = mnist()
    cnn = CNNDigitClassifier(
        augmentation=None, batch_size=32, epochs=1, random_state=seed
    )
    cnn.fit(X[:640], y[:640])
    start = time.perf_counter()
    cnn.fit(X[:N_TRAIN], y[:N_TRAIN])
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "accuracy": float(cnn.score(*mnist("test")))}


def lab(seed):
    """Train the lab's network; return time and accuracy of the best epoch."""
    import keras

    keras.utils.set_random_seed(seed)
    X, y = mnist()
    compiled(keras_lab_cnn((28, 28), 10)).fit(X[:640], y[:640], verbose=0)
    model = compiled(keras_lab_cnn((28, 28), 10))
    seconds, best, held_out = 0.0, {}, 0.0
    for epoch in range(1, LAB_EPOCHS + 1):
        start = time.perf_counter()
        model.fit(X[:N_TRAIN], y[:N_TRAIN], batch_size=32, verbose=0)
        seconds += time.perf_counter() - start
        score = accuracy(model, X[N_TRAIN:], y[N_TRAIN:])
        if score > held_out:
            held_out = score
            test = accuracy(model, *mnist("test"))
            best = {"seconds": seconds, "accuracy": test, "epoch": epoch}
    return best


def accuracy(model, X, y):
    """Return the accuracy of a Keras model."""
    return float((model.predict(X, batch_size=1000, verbose=0).argmax(1) == y).mean())


def main():
    scores = Scores("time_to_99")
    found = {
        name: [
            scores.measure(name, seed, lambda m=measure, s=seed: m(s)) for seed in SEEDS
        ]
        for name, measure in (
            ("CNN, one epoch", ours),
            ("the lab's CNN, plain Keras, best epoch", lab),
        )
    }
    seconds = {name: [one["seconds"] for one in seeds] for name, seeds in found.items()}
    longest = max(map(statistics.mean, seconds.values()))
    lines = [
        (
            name,
            mean_and_deviation([100 * one["accuracy"] for one in seeds]),
            mean_and_deviation(seconds[name], 0),
            f"{statistics.mean(seconds[name]) / longest:.3f}",
        )
        for name, seeds in found.items()
    ]
    scores.report(("network", "accuracy (%)", "time (s)", "share of time"), lines)


if __name__ == "__main__":
    main()
