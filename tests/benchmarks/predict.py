"""Time of predict, compared with Keras (scikeras), ONNX Runtime and NumPy.

ONNX Runtime and NumPy run the network alone: they do not validate the input and need a
conversion first. A single layer in TensorFlow is a lower bound for the CNN.

Run ``python tests/benchmarks/predict.py`` after ``pip install -e ".[bench,test]"``.
"""

import _peers as peers
from _tasks import predict
from _timing import Rival, compare, report, rounds_from_command_line

SETTINGS = {"batch_size": 128, "epochs": 1}
MLP = SETTINGS | {"hidden": (500, 300)}
# Ours, rivals and settings.
NETWORKS = {
    "MLP 500-300": (
        peers.skdigits_mlp,
        {
            "Keras (scikeras)": peers.scikeras_mlp,
            "ONNX Runtime": peers.onnx_mlp,
            "NumPy": peers.numpy_mlp,
        },
        MLP,
    ),
    "the lab's CNN": (
        peers.skdigits_lab_cnn,
        {
            "Keras (scikeras)": peers.scikeras_lab_cnn,
            "ONNX Runtime": peers.onnx_lab_cnn,
            "its second convolution alone": peers.lab_convolution,
        },
        SETTINGS,
    ),
}


def main():
    rounds = rounds_from_command_line(__doc__)
    rows = []
    for n, repeat in ((1, 20), (10_000, 1)):
        for name, (ours, rivals, settings) in NETWORKS.items():
            rows += compare(
                f"{name}: predict {n:,} image{'s' * (n > 1)}",
                Rival("skdigits", predict, (ours, settings, n)),
                [
                    Rival(rival, predict, (peer, settings, n))
                    for rival, peer in rivals.items()
                ],
                rounds=max(rounds, 5),
                repeat=repeat,
            )
    report("predict", rows)


if __name__ == "__main__":
    main()
