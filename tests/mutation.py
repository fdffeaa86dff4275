"""Mutation testing: ``python tests/mutation.py [MODULE ...]``, with cosmic-ray.

Changes one operator or number of a module at a time, runs the tests that pyproject.toml
names for it under ``[tool.skdigits.mutation]``, and prints the changes that no test
noticed. Works on a copy of the package: the files here stay as they are.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONFIG = """
[cosmic-ray]
module-path = "{module}"
timeout = {timeout}
excluded-modules = []
test-command = "{python} -m pytest -x -q -n 0 -p no:cacheprovider {tests}"

[cosmic-ray.distributor]
name = "local"
"""


def survivors(module: str, tests: list[str], timeout: int, copy: Path) -> list[str]:
    """Mutate one module of the copy; return the diffs that its tests let pass."""
    words = {"python": sys.executable, "timeout": timeout, "tests": " ".join(tests)}
    (copy / "mutation.toml").write_text(CONFIG.format(module=module, **words))
    session = "mutation.sqlite"
    (copy / session).unlink(missing_ok=True)
    cosmic_ray("init", "mutation.toml", session, cwd=copy)
    cosmic_ray("baseline", "mutation.toml", cwd=copy)
    cosmic_ray("exec", "mutation.toml", session, cwd=copy)
    results = []
    for line in cosmic_ray("dump", session, cwd=copy).splitlines():
        _, result = json.loads(line)
        results.append(result or {"test_outcome": "none", "diff": line})
    alive = [one["diff"] for one in results if one["test_outcome"] != "killed"]
    print(f"{module}: {len(results) - len(alive)} of {len(results)} killed", flush=True)
    return alive


def cosmic_ray(*arguments: str, cwd: Path) -> str:
    command = [sys.executable, "-m", "cosmic_ray.cli", *arguments]
    # Also programs that the tests start must import the copy.
    env = os.environ | {"PYTHONPATH": str(cwd)}
    return subprocess.run(
        command, cwd=cwd, env=env, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def main(names: list[str]) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["skdigits"]
    timeout, tests = (settings["mutation"][name] for name in ("timeout", "tests"))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        ignored = shutil.ignore_patterns(".*", "__pycache__", "benchmarks", "docs")
        shutil.copytree(ROOT, copy, ignore=ignored)
        for module in names or tests:
            for diff in survivors(module, tests[module], timeout, copy):
                print(diff, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
