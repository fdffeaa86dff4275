"""Time of fit, compared with plain Keras, scikit-learn and PyTorch.

Run ``python tests/benchmarks/fit.py`` after ``pip install -e ".[bench]"``.
"""

import _peers as peers
from _tasks import fit_mnist, fit_small_digits
from _timing import Rival, compare, report, rounds_from_command_line

HIDDEN = (500, 300)
EPOCHS = 3


def torch_mlp_fused(**settings):
    return peers.torch_mlp(**settings, fused=True)


def torch_mlp_default(**settings):
    return peers.torch_mlp(**settings, fused=False)


def mlp(batch_size, rivals, rounds):
    settings = {"hidden": HIDDEN, "batch_size": batch_size, "epochs": EPOCHS}

    def rival(name, peer):
        return Rival(name, fit_mnist, (peer, settings))

    return compare(
        f"MLP 500-300, batch {batch_size}, {EPOCHS} epochs of MNIST",
        rival("skdigits", peers.skdigits_mlp),
        [rival(name, peer) for name, peer in rivals.items()],
        rounds=rounds,
    )


def lab_cnn(rounds):
    settings = {"batch_size": 128, "epochs": 1}
    return compare(
        "The lab's CNN, batch 128, 1 epoch of MNIST",
        Rival("skdigits", fit_mnist, (peers.skdigits_lab_cnn, settings)),
        [Rival("Keras (scikeras)", fit_mnist, (peers.scikeras_lab_cnn, settings))],
        rounds=rounds,
    )


def small_fits(rounds):
    settings = {"hidden": HIDDEN, "batch_size": 128, "epochs": 10}

    def rival(name, peer):
        return Rival(name, fit_small_digits, (peer, settings))

    return compare(
        "MLP 500-300, batch 128, 10 epochs of 1,437 8x8 digits",
        rival("skdigits", peers.skdigits_mlp),
        [
            rival("Keras (scikeras)", peers.scikeras_mlp),
            rival("scikit-learn", peers.sklearn_mlp),
        ],
        rounds=2 * rounds,
        repeat=2,
    )


def main():
    rounds = rounds_from_command_line(__doc__)
    keras_and_sklearn = {
        "Keras (scikeras)": peers.scikeras_mlp,
        "scikit-learn": peers.sklearn_mlp,
    }
    rivals_128 = keras_and_sklearn | {
        "PyTorch, fused Adam": torch_mlp_fused,
        "PyTorch, fused Adam (skorch)": peers.skorch_mlp,
    }
    rivals_32 = keras_and_sklearn | {
        "PyTorch, default Adam": torch_mlp_default,
        "PyTorch, fused Adam": torch_mlp_fused,
    }
    rows = small_fits(rounds)
    rows += mlp(128, rivals_128, rounds)
    rows += mlp(32, rivals_32, rounds)
    rows += lab_cnn(rounds)
    report("fit", rows)


if __name__ == "__main__":
    main()
