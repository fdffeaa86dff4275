"""What a process needs that only imports, only lists, or only predicts."""

import os
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest
from _models import CNN, MLP, noisy_pipeline
from sklearn.base import clone

import skdigits
from skdigits.persistence import dump

IMPORTS = """
import sys

def loaded(*names):
    return {*names} & set(sys.modules)

import skdigits
from skdigits.__main__ import main
for arguments in (["--version"], ["--help"], ["report", "--help"], []):
    try:
        main(arguments)
    except SystemExit:
        pass
assert not loaded("numpy", "sklearn", "PIL", "rich"), "skdigits --help"
assert {"MLPDigitClassifier", "datasets", "__version__"} <= {*dir(skdigits)}
print(skdigits.networks.mlp, skdigits.MLPDigitClassifier.__name__)
print("experiments:")
assert not loaded("tensorflow", "matplotlib"), "skdigits"
import skdigits.persistence
assert not loaded("onnx", "safetensors", "tensorflow"), "skdigits.persistence"
main(["report", "--list"])
assert not loaded("tensorflow", "keras", "matplotlib"), "skdigits report --list"
"""
PREDICTIONS = """
import sys
import joblib, numpy as np
from skdigits.persistence import load

models = joblib.load("models.joblib")
models["pipeline"] = load("pipeline.safetensors")
X = np.load("X.npy")
methods = {name: getattr(model, "predict_proba", None) or model.transform
           for name, model in models.items()}
np.savez("answers.npz", **{name: method(X) for name, method in methods.items()})
for model in models.values():
    assert type(model).__name__ in repr(model)
    assert type(model).__name__ in model._repr_html_()
assert not {"tensorflow", "keras"} & set(sys.modules)
models["mlp"].network_
import tensorflow as tf
print(tf.config.threading.get_intra_op_parallelism_threads())
"""


def run(code, folder):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=os.environ
        | {
            "PYTHONPATH": str(Path(skdigits.__file__).parents[1]),
            "OMP_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def models(digits):
    X, y = digits[0][:200], digits[1][:200]
    return {
        "mlp": clone(MLP).fit(X, y),
        "cnn": clone(CNN).fit(X, y),
        "pipeline": noisy_pipeline(X).fit(X, y),
    }


@pytest.fixture(scope="module")
def process(models, digits, tmp_path_factory):
    """A process that loads models and predicts, and the folder of its answers."""
    folder = tmp_path_factory.mktemp("fresh")
    others = {name: model for name, model in models.items() if name != "pipeline"}
    joblib.dump(others, folder / "models.joblib")
    dump(models["pipeline"], folder / "pipeline.safetensors")
    np.save(folder / "X.npy", digits[2])
    return run(PREDICTIONS, folder), folder


@pytest.mark.parametrize("name", ["mlp", "cnn", "pipeline"])
def test_loaded_models_answer_the_same(name, models, process, digits):
    there = np.load(process[1] / "answers.npz")[name]
    model = models[name]
    method = getattr(model, "predict_proba", None) or model.transform
    # There NumPy may have computed what TensorFlow did here.
    np.testing.assert_allclose(there, method(digits[2]), rtol=0, atol=1e-6)


def test_process_that_only_loads_limits_its_threads_silently(process):
    assert (process[0].stdout, process[0].stderr) == ("1\n", "")


def test_imports_and_the_list_of_experiments_load_what_they_need(tmp_path):
    from skdigits.report.experiments import EXPERIMENTS

    shown = run(IMPORTS, tmp_path)
    assert shown.stderr == ""
    help_texts, experiments = shown.stdout.split("experiments:\n")
    assert help_texts.count("usage: skdigits [-h] [--version] COMMAND ...") == 2
    names = [line.split()[0] for line in experiments.splitlines()]
    assert names == [experiment.name for experiment in EXPERIMENTS]
