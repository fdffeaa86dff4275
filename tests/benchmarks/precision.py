"""Time of fits in bfloat16, compared with float32 and with other libraries in bfloat16.

The speed-up depends on the processor, which needs bfloat16 instructions (AMX or
AVX512-BF16).

Run ``python tests/benchmarks/precision.py`` (about six minutes on two cores).
"""

import _peers as peers
from _tasks import fit_mnist
from _timing import Rival, compare, report, rounds_from_command_line

MLP = {"hidden": (500, 300), "batch_size": 128, "epochs": 3}
CNN = {"batch_size": 128, "epochs": 1}
MIXED = {"precision": "mixed_bfloat16"}
TORCH = {"fused": True, "bfloat16": True}


def main():
    rounds = rounds_from_command_line(__doc__)
    rows = compare(
        "MLP 500-300, batch 128, 3 epochs of MNIST",
        Rival("skdigits", fit_mnist, (peers.skdigits_mlp, MLP | MIXED)),
        [
            Rival("skdigits, float32", fit_mnist, (peers.skdigits_mlp, MLP)),
            Rival("Keras (scikeras)", fit_mnist, (peers.scikeras_mlp, MLP | MIXED)),
            Rival("PyTorch, fused Adam", fit_mnist, (peers.torch_mlp, MLP | TORCH)),
        ],
        rounds=rounds,
    )
    rows += compare(
        "The lab's CNN, batch 128, 1 epoch of MNIST",
        Rival("skdigits", fit_mnist, (peers.skdigits_lab_cnn, CNN | MIXED)),
        [
            Rival("skdigits, float32", fit_mnist, (peers.skdigits_lab_cnn, CNN)),
            Rival("Keras (scikeras)", fit_mnist, (peers.scikeras_lab_cnn, CNN | MIXED)),
        ],
        rounds=rounds,
    )
    report("precision", rows)


if __name__ == "__main__":
    main()
