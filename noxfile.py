"""Named jobs of this project, each in an environment of its own; ``nox -l`` lists them.

What follows ``--`` is given to pytest; the word ``selection`` stands for `SELECTION`.
``nox --no-venv`` uses the active environment, with the packages that are installed.
"""

import os
import shutil
import tempfile
from pathlib import Path

import nox

nox.needs_version = ">=2024.4.15"
nox.options.sessions = ["lint", "tests"]
nox.options.reuse_venv = "yes"

# Tests of what other versions of Python, Keras, NumPy or scikit-learn are likely to
# change, in a few minutes. Those of Dask and Ray are skipped where Dask is missing.
SELECTION = (
    "tests/test_autoencoder.py",
    "tests/test_classifiers.py",
    "tests/test_common.py",
    "tests/test_distributed.py",
    "tests/test_engine.py",
    "tests/test_fresh_process.py",
    "tests/test_layer_kinds.py",
    "tests/test_networks.py",
    "tests/test_persistence.py",
    # Of scikit-learn's checks, those of the estimators that train fastest.
    *("-k", "not test_scikit_learn_check or SaltPepperNoise or MLPDigitClassifier"),
)

# Those that open a page, or its scripts, in a browser.
PAGE_TESTS = (
    "tests/test_page.py",
    "tests/test_page_layers.py",
    "tests/test_page_normalize.py",
    "tests/test_report_page.py",
)


def install(session: nox.Session, *extras: str, constraints: str = "") -> None:
    """Install the package with these extras, unless the session has no environment."""
    if session.venv_backend == "none":
        return
    package = f".[{','.join(extras)}]" if extras else "."
    limits = ("-c", constraints) if constraints else ()
    session.install(*limits, "-e", package)


def run_tests(session: nox.Session, *defaults: str) -> None:
    """Run pytest with what follows ``--`` on the command line, else with `defaults`."""
    arguments: list[str] = []
    for argument in session.posargs or defaults:
        arguments.extend(SELECTION if argument == "selection" else [argument])
    session.run("python", "-m", "pytest", "--no-header", *arguments)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the default tests and doctests."""
    install(session, "test")
    run_tests(session)


@nox.session
def slow(session: nox.Session) -> None:
    """Run the tests marked slow: kills at random moments, real MNIST, a notebook."""
    install(session, "test")
    # Those of Dask and Ray run in their own session.
    run_tests(session, "-m", "slow", "--ignore=tests/test_distributed.py")


@nox.session
def browser(session: nox.Session) -> None:
    """Test the HTML page in Chromium, which root on Debian installs if missing."""
    install(session, "test", "browser")
    if (
        shutil.which("chromium") is None
        and shutil.which("apt-get")
        and os.geteuid() == 0
    ):
        session.run("apt-get", "update", "-qq", external=True)
        session.run("apt-get", "install", "-qqy", "chromium", external=True)
    run_tests(session, *PAGE_TESTS)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, the direction of imports, spelling and scripts."""
    install(session, "lint", "onnx")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")
    session.run("mypy")
    session.run("codespell")
    session.run("oxlint", "skdigits/page/assets")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation, and run the examples, into docs/_build/html."""
    install(session, "docs", "onnx")
    session.run(
        *("sphinx-build", "-W", "--keep-going", "-q", "-b", "html"),
        *session.posargs,
        *("docs", "docs/_build/html"),
    )


@nox.session
def report(session: nox.Session) -> None:
    """Run all experiments of the report in their quick setting."""
    install(session)
    with tempfile.TemporaryDirectory() as folder:
        session.run("skdigits", "report", "--quick", "--output", folder)
        if not Path(folder, "index.html").stat().st_size:
            session.error("The report's page is empty.")


@nox.session
def distributed(session: nox.Session) -> None:
    """Run the tests of searches that Dask and Ray spread over processes."""
    install(session, "test", "distributed")
    run_tests(session, "-m", "slow or not slow", "tests/test_distributed.py")


@nox.session
def numpy(session: nox.Session) -> None:
    """Predict with the package's models where TensorFlow is not installed."""
    session.install("--no-deps", ".")
    session.install("-r", "requirements-numpy.txt")
    session.run("python", "tests/without_tensorflow.py")


@nox.session
def mutation(session: nox.Session) -> None:
    """Change formulas one by one; the tests must notice. Options follow ``--``."""
    install(session, "test", "mutation")
    session.run("python", "tests/mutation.py", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Load files with something wrong; targets and ``--minutes`` follow ``--``."""
    install(session, "test")
    session.run("python", "tests/fuzz.py", *session.posargs)


@nox.session(python="3.11")
def lower(session: nox.Session) -> None:
    """Run a selection of the tests on the oldest packages that are supported."""
    constraints = "tests/lower-bounds.txt"
    install(session, "test", "distributed", constraints=constraints)
    run_tests(session, "selection")


@nox.session(python="3.12")
def py312(session: nox.Session) -> None:
    """Run the default tests on Python 3.12."""
    install(session, "test")
    run_tests(session)


@nox.session(python="3.13")
def py313(session: nox.Session) -> None:
    """Run the default tests on Python 3.13."""
    install(session, "test")
    run_tests(session)
