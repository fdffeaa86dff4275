"""Settings that the docs recommend."""

import ast
import re
from pathlib import Path

import pytest

from skdigits import CNNDigitClassifier

BENCHMARKS = Path(__file__).parent / "benchmarks"


def documented_settings():
    """Return the settings of the calls in the Notes of the class."""
    notes = CNNDigitClassifier.__doc__.partition("Notes\n")[2]
    calls = re.findall(r"``(CNNDigitClassifier\([^`]*\))``", notes)
    return [settings_of(ast.parse(" ".join(c.split())).body[0].value) for c in calls]


def settings_of(call):
    settings = {key.arg: ast.literal_eval(key.value) for key in call.keywords}
    return settings | dict(
        zip(["conv_blocks"], map(ast.literal_eval, call.args), strict=True)
    )


@pytest.mark.parametrize("recipe", ["FAST", "MIDDLE"])
def test_benchmark_measures_documented_recipe(monkeypatch, recipe):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import _recipes

    assert getattr(_recipes, recipe) in documented_settings()
