"""Time to the first prediction in a new process, with and without ONNX Runtime.

Run ``python tests/benchmarks/onnx_start.py`` (after ``pip install -e ".[test]"``).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from _recipes import THREE_CONVOLUTIONS
from _timing import Rival, compare, report, rounds_from_command_line

from skdigits import CNNDigitClassifier, MLPDigitClassifier
from skdigits.datasets import load_small_digits
from skdigits.persistence import dump, to_onnx

MODELS = {
    "MLP 500-300": MLPDigitClassifier(epochs=1, random_state=0),
    "CNN 32-64-128": CNNDigitClassifier(
        **THREE_CONVOLUTIONS | {"epochs": 1}, random_state=0
    ),
}

ONNX = """
import sys
import numpy as np
import onnxruntime
session = onnxruntime.InferenceSession("model.onnx")
session.run(["label"], {"pixels": np.load("image.npy")})
assert "tensorflow" not in sys.modules
"""
SKDIGITS = """
import numpy as np
from skdigits.persistence import load
load("model.safetensors").predict(np.load("image.npy"))
"""


def start(code, folder):
    """Return a function that runs a program in a new process."""

    def run():
        subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)

    return run


def main():
    rounds = rounds_from_command_line(__doc__)
    X, y = load_small_digits(return_X_y=True)
    rows = []
    for name, model in MODELS.items():
        with tempfile.TemporaryDirectory() as folder:
            model.fit(X, y)
            dump(model, Path(folder, "model.safetensors"))
            to_onnx(model, Path(folder, "model.onnx"))
            np.save(Path(folder, "image.npy"), X[:1].astype(np.float32))
            rows += compare(
                f"first answer, {name}",
                Rival("ONNX Runtime", start, (ONNX, folder)),
                [Rival("skdigits.persistence.load", start, (SKDIGITS, folder))],
                rounds=rounds,
            )
    report("onnx_start", rows)


if __name__ == "__main__":
    main()
