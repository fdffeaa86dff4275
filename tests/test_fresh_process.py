"""What a process needs that only imports or predicts, and what it must not spoil."""

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
# Eight threads use TensorFlow first, and each trains a network of its own.
THREADS = """
import os, sys
import joblib
from sklearn.model_selection import GridSearchCV
from skdigits import MLPDigitClassifier
from skdigits.datasets import load_small_digits

if "user" in sys.argv:
    import tensorflow as tf
    tf.ones(3)
    sys.stderr.write("|")  # after TensorFlow's own messages
X, y = load_small_digits(return_X_y=True)
sizes = {"hidden_layer_sizes": [(units,) for units in range(2, 10)]}
search = GridSearchCV(MLPDigitClassifier(epochs=1), sizes, cv=2, n_jobs=8, refit=False)
with joblib.parallel_config("threading"):
    search.fit(X[:100], y[:100])
os.write(2, b"native ")
sys.stderr.write("Python")
"""
# Children that TensorFlow lets wait for ever are killed by the alarm.
FORKS = """
import os, signal, sys
import joblib, numpy as np
from sklearn.base import clone
from skdigits import networks
from skdigits.datasets import load_small_digits

X, y = load_small_digits(return_X_y=True)
X, y = X[:100], y[:100]
mlp = joblib.load("mlp.joblib")
expected = mlp.predict_proba(X)
if "skdigits" in sys.argv:
    clone(mlp).fit(X, y)
else:
    import tensorflow as tf
    tf.linalg.matmul(tf.ones((300, 300)), tf.ones((300, 300)))

def predict_much():
    assert np.allclose(mlp.predict_proba(np.repeat(X, 3000, 0))[::3000], expected)

def in_child(action):
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        try:
            action()
            answer = "done"
        except RuntimeError as error:
            answer = str(error).split(",")[0]
        print(answer, flush=True)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0

for action in (
    lambda: mlp.fit(X, y),
    lambda: mlp.partial_fit(X, y),
    lambda: networks.mlp((8, 8), 10),
    lambda: networks.cnn((8, 8), 10, alpha=0.1),
    lambda: mlp.network_,
    predict_much,
):
    in_child(action)
"""
NO_TEMPORARY_FOLDER = """
import tempfile

def fail():
    raise FileNotFoundError("No usable temporary directory found")

tempfile.gettempdir = fail
from skdigits import MLPDigitClassifier
from skdigits.__main__ import main
from skdigits.datasets import load_small_digits
from skdigits.plotting import plot_network

X, y = load_small_digits(return_X_y=True)
mlp = MLPDigitClassifier((4,), epochs=1).fit(X, y)
mlp.predict(X)
plot_network(mlp).figure.canvas.draw()
assert main(["report", "--list"]) == 0
"""


def run(code, folder, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=os.environ
        | {
            "PYTHONPATH": str(Path(skdigits.__file__).parents[1]),
            "OMP_NUM_THREADS": "1",
        }
        | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
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
    np.testing.assert_allclose(there, method(digits[2]), rtol=1e-5, atol=1e-6)


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


@pytest.mark.parametrize(
    "importer", ["skdigits", pytest.param("user", marks=pytest.mark.slow)]
)
def test_threads_that_use_tensorflow_first_keep_standard_error(importer, tmp_path):
    shown = run(THREADS, tmp_path, importer)
    assert shown.stderr.rpartition("|")[2] == "native Python"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.parametrize("importer", ["skdigits", "user"])
def test_forked_processes_predict_and_refuse_tensorflow(importer, models, tmp_path):
    joblib.dump(models["mlp"], tmp_path / "mlp.joblib")
    shown = run(FORKS, tmp_path, importer)
    refusal = "This process was forked from one in which TensorFlow runs"
    assert shown.stdout.splitlines() == [*[refusal] * 5, "done"], shown.stderr


def test_no_temporary_folder_is_needed(tmp_path):
    shown = run(NO_TEMPORARY_FOLDER, tmp_path, MPLCONFIGDIR=str(tmp_path))
    assert shown.returncode == 0, shown.stderr
