"""Mutation testing: ``python tests/mutation.py [--sample N] [MODULE ...]``.

Changes one operator or number of a module at a time with cosmic-ray, runs the tests
that pyproject.toml names for it under ``[tool.skdigits.mutation]``, and prints the
changes that no test noticed. With ``--sample N`` these are N changes of each module,
chosen at random but the same in each run. Works on a copy of the package: the files
here stay as they are.

Needs Linux or macOS: the tests of each change run in a fork of this process, which has
imported the libraries. Their import takes longer than most of the tests.
"""

import argparse
import difflib
import importlib
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
from cosmic_ray.commands import init
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import MutationSpec

ROOT = Path(__file__).parents[1]
# They start no threads before they compute, so that a fork can use them.
LIBRARIES = ("hypothesis", "keras", "skimage", "sklearn.model_selection")
OPTIONS = ("-x", "-q", "-n", "0", "-p", "no:cacheprovider")


def find_mutations(module: str, n_sampled: int | None) -> list[MutationSpec]:
    with use_db(":memory:") as session:
        init([Path(module)], session, {})
        found = [spec for item in session.work_items for spec in item.mutations]
    if n_sampled is None or n_sampled >= len(found):
        return found
    return random.Random(0).sample(found, n_sampled)


def report_survivors(
    module: str, tests: list[str], timeout: int, n_sampled: int | None
) -> None:
    """Mutate one module; print the changes that its tests let pass."""
    if not pass_tests(tests, timeout):
        sys.exit(f"{module}: its tests fail without any change.")
    # Changes within one second would be taken for each other's bytecode.
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    mutations = find_mutations(module, n_sampled)
    n_killed = 0
    for mutation in mutations:
        operator = get_operator(mutation.operator_name)(**mutation.operator_args)
        with use_mutation(Path(module), operator, mutation.occurrence) as codes:
            is_alive = pass_tests(tests, timeout)
        n_killed += not is_alive
        if is_alive:
            lines = [code.splitlines() for code in codes]
            diff = difflib.unified_diff(*lines, n=0, lineterm="")
            print("\n".join(list(diff)[2:]), flush=True)
    print(f"{module}: {n_killed} of {len(mutations)} killed", flush=True)


def pass_tests(tests: list[str], timeout: int) -> bool:
    """Return whether tests pass in a fork of this process, within `timeout` seconds."""
    process = multiprocessing.get_context("fork").Process(
        target=run_tests, args=(tests,)
    )
    process.start()
    process.join(timeout)
    if process.is_alive():
        os.killpg(process.pid, signal.SIGKILL)  # and what the tests have started
        process.join()
    return process.exitcode == 0


def run_tests(tests: list[str]) -> None:
    os.setsid()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.exit(pytest.main([*OPTIONS, *tests]))


def main() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["skdigits"]
    timeout, tests = (settings["mutation"][name] for name in ("timeout", "tests"))
    parser = argparse.ArgumentParser(description="Mutation testing with cosmic-ray.")
    parser.add_argument("--sample", type=int, metavar="N", help="changes per module")
    parser.add_argument("modules", nargs="*", default=list(tests), metavar="MODULE")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        ignored = shutil.ignore_patterns(".*", "__pycache__", "benchmarks", "docs")
        shutil.copytree(ROOT, copy, ignore=ignored)
        os.chdir(copy)
        # Programs that the tests start must import the copy, too.
        sys.path.insert(0, str(copy))
        os.environ["PYTHONPATH"] = str(copy)
        # As tests/conftest.py sets it before Keras is imported.
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
        for library in LIBRARIES:
            importlib.import_module(library)
        for module in arguments.modules:
            report_survivors(module, tests[module], timeout, arguments.sample)


if __name__ == "__main__":
    main()
