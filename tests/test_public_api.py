"""What a user can import, and that all of it is documented."""

import importlib
import inspect
import re
from pathlib import Path

import pytest
from numpydoc.validate import validate

MODULES = [
    "skdigits",
    "skdigits.corruptions",
    "skdigits.datasets",
    "skdigits.exceptions",
    "skdigits.generation",
    "skdigits.inspection",
    "skdigits.networks",
    "skdigits.page",
    "skdigits.persistence",
    "skdigits.plotting",
    "skdigits.preprocessing",
    "skdigits.pretrained",
    "skdigits.reading",
]
# numpydoc's codes for See Also, examples and extended summaries, which not everything
# needs, and for named return values.
IGNORED = {"SA01", "EX01", "ES01", "RT02"}


def public_names():
    for module in MODULES:
        for name in importlib.import_module(module).__all__:
            yield f"{module}.{name}"


def documented():
    for path in public_names():
        yield path
        module, name = path.rsplit(".", 1)
        cls = getattr(importlib.import_module(module), name)
        if inspect.isclass(cls) and not issubclass(cls, Exception):
            for method, value in vars(cls).items():
                if not method.startswith("_") and inspect.isfunction(value):
                    yield f"{path}.{method}"


@pytest.mark.parametrize("path", list(documented()))
def test_docstring_is_complete(path):
    faults = [fault for fault in validate(path)["errors"] if fault[0] not in IGNORED]
    assert not faults


def test_api_page_lists_every_public_name():
    page = (Path(__file__).parents[1] / "docs" / "api.rst").read_text("utf-8")
    parts = re.split(r"^\.\. currentmodule:: (\S+)$", page, flags=re.MULTILINE)[1:]
    listed = {
        f"{module}.{name}"
        for module, part in zip(parts[::2], parts[1::2], strict=True)
        for name in re.findall(r"^   (\w+)$", part, flags=re.MULTILINE)
    }
    assert listed == set(public_names())
