"""Store models of this release, which all later ones must load and predict alike.

Run ``python tests/data/store_release.py`` once, before a release.
"""

import sys
from pathlib import Path

import numpy as np

import skdigits
from skdigits.datasets import load_small_digits
from skdigits.persistence import dump

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from _models import alpha_search, noisy_pipeline  # noqa: E402

N_SHOWN = 20  # pictures


def main():
    X, y = load_small_digits(return_X_y=True)
    models = {"pipeline": noisy_pipeline(X), "search": alpha_search()}
    for name, model in models.items():
        model.fit(X, y)
        stem = HERE / f"{name}-{skdigits.__version__}"
        dump(model, f"{stem}.safetensors")
        np.save(f"{stem}.npy", model.predict_proba(X[:N_SHOWN]))


if __name__ == "__main__":
    main()
