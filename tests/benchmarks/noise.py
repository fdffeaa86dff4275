"""Time of SaltPepperNoise against scikit-image's noise, on 10,000 of MNIST's pictures.

Run ``python tests/benchmarks/noise.py``.
"""

from _peers import mnist
from _timing import Rival, compare, report, rounds_from_command_line

AMOUNT = 0.4


def ours(dtype):
    """Make the noise of skdigits, with a seed."""
    from skdigits import SaltPepperNoise

    X = _pictures(dtype)
    noise = SaltPepperNoise(AMOUNT, random_state=0).fit(X)
    return lambda: noise.transform(X)


def theirs(dtype):
    """Make the noise of scikit-image."""
    from skimage.util import random_noise

    X = _pictures(dtype)
    return lambda: random_noise(X, mode="s&p", rng=0, amount=AMOUNT)


def _pictures(dtype):
    X = mnist()[0][:10_000]
    return (X * 255).round().astype(dtype) if dtype == "uint8" else X.astype(dtype)


def main():
    rounds = rounds_from_command_line(__doc__)
    rows = []
    for dtype in ("float32", "uint8"):
        rivals = {Rival("scikit-image", theirs, (dtype,)): 1.0}
        name = f"noise on 10,000 pictures, {dtype}"
        rows += compare(
            name, Rival("skdigits", ours, (dtype,)), rivals, rounds=rounds, repeat=5
        )
    report("noise", rows)


if __name__ == "__main__":
    main()
