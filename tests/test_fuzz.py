"""The fuzzer: that it finds what it should, and a few cases of each target."""

import json
import sys

import pytest
from _fuzz_targets import TARGETS, model_files
from _models import contents
from fuzz import main

from skdigits.persistence._classes import _table

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux"),
]
CASES = {"loader": 600, "fit": 15, "store": 300, "images": 1500, "npz": 60}


@pytest.mark.parametrize("target", TARGETS)
def test_wrong_files_are_refused_or_usable(target, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([target, "--cases", str(CASES[target]), "--seed", "1"]) == 0


def test_all_stored_classes_are_among_the_originals():
    named = json.dumps([contents(data)[0] for data in model_files().values()])
    assert [name for name in _table() if f'"class": "{name}"' not in named] == []
