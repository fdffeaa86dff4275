"""Time of predict against plain Keras through scikeras.

Run ``python tests/benchmarks/predict.py`` after ``pip install -e ".[bench]"``.
"""

import _peers as peers
from _tasks import predict
from _timing import Rival, compare, report, rounds_from_command_line

NETWORKS = {
    "MLP 500-300": (
        peers.skdigits_mlp,
        peers.scikeras_mlp,
        {"hidden": (500, 300), "batch_size": 128, "epochs": 1},
    ),
    "the lab's CNN": (
        peers.skdigits_lab_cnn,
        peers.scikeras_lab_cnn,
        {"batch_size": 128, "epochs": 1},
    ),
}


def main():
    rounds = rounds_from_command_line(__doc__)
    rows = []
    for n, repeat, targets in [(1, 20, (0.01, 0.01)), (10_000, 1, (0.25, 0.6))]:
        for (name, settings), target in zip(NETWORKS.items(), targets, strict=True):
            ours, keras, arguments = settings
            rows += compare(
                f"{name}: predict {n:,} picture{'s' * (n > 1)}",
                Rival("skdigits", predict, (ours, arguments, n)),
                {Rival("Keras (scikeras)", predict, (keras, arguments, n)): target},
                rounds=max(rounds, 5),
                repeat=repeat,
            )
    report("predict", rows)


if __name__ == "__main__":
    main()
