"""scikit-learn's HTML display of estimators links to their documentation."""

import html
import importlib
import inspect
import re
from email.message import Message

import pytest
from sklearn.base import BaseEstimator
from sklearn.naive_bayes import GaussianNB
from test_public_api import public_names

import skdigits
from skdigits._images import _documentation
from skdigits.corruptions import DefocusBlur


@pytest.fixture
def published(monkeypatch):
    """Metadata of a package with published documentation."""
    metadata = Message()
    metadata["Project-URL"] = "Source, https://example.org/source"
    metadata["Project-URL"] = "Documentation, https://example.org/docs/"
    monkeypatch.setattr(_documentation, "metadata", lambda name: metadata)
    _documentation._documentation_url.cache_clear()
    yield
    _documentation._documentation_url.cache_clear()


def estimators():
    for path in public_names():
        module, name = path.rsplit(".", 1)
        cls = getattr(importlib.import_module(module), name)
        if inspect.isclass(cls) and issubclass(cls, BaseEstimator):
            yield path, cls


def test_every_estimator_links_to_its_page(published):
    for path, cls in estimators():
        signature = inspect.signature(cls)
        required = [
            parameter.name
            for parameter in signature.parameters.values()
            if parameter.default is parameter.empty
        ]
        estimator = cls(**dict.fromkeys(required, GaussianNB()))
        link = f"https://example.org/docs/generated/{path}.html"
        assert f'href="{link}"' in estimator._repr_html_(), path


def test_parameters_are_shown_with_their_documentation(published):
    shown = html.unescape(re.sub(r"\s+", " ", DefocusBlur(radius=2)._repr_html_()))
    assert "radius: float, default=" in shown
    assert "generated/skdigits.corruptions.DefocusBlur.html#:~:text=radius" in shown


def test_classes_of_other_packages_have_no_link(published):
    class Own(DefocusBlur):
        pass

    assert "example.org" not in Own()._repr_html_()


def test_without_published_documentation_there_is_no_link():
    assert "Documentation for" not in skdigits.SaltPepperNoise()._repr_html_()
