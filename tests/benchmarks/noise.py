"""Time of SaltPepperNoise on 10,000 images, compared with scikit-image.

Run ``python tests/benchmarks/noise.py``.
"""

from _peers import mnist
from _timing import Rival, compare, report, rounds_from_command_line

AMOUNT = 0.4


def ours(dtype):
    """Return the task for skdigits, with a seed."""
    from skdigits import SaltPepperNoise

    X = _load_images(dtype)
    noise = SaltPepperNoise(AMOUNT, random_state=0).fit(X)
    return lambda: noise.transform(X)


def theirs(dtype):
    """Return the task for scikit-image."""
    from skimage.util import random_noise

    X = _load_images(dtype)
    return lambda: random_noise(X, mode="s&p", rng=0, amount=AMOUNT)


def _load_images(dtype):
    X = mnist()[0][:10_000]
    return (X * 255).round().astype(dtype) if dtype == "uint8" else X.astype(dtype)


def main():
    rounds = rounds_from_command_line(__doc__)
    rows = []
    for dtype in ("float32", "uint8"):
        rivals = [Rival("scikit-image", theirs, (dtype,))]
        name = f"noise on 10,000 images, {dtype}"
        rows += compare(
            name, Rival("skdigits", ours, (dtype,)), rivals, rounds=rounds, repeat=5
        )
    report("noise", rows)


if __name__ == "__main__":
    main()
