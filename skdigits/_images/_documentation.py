"""Links from scikit-learn's HTML display of estimators to their documentation."""

from functools import cache
from importlib.metadata import metadata
from typing import Any


class DocumentationLinkMixin:
    """Mixin for estimators whose page is listed in ``docs/api.rst``.

    With links, scikit-learn shows the documentation of each parameter too. They start
    with the project's URL "Documentation"; if it has none, nothing is linked.
    """

    @property
    def _doc_link_module(self) -> str:
        """Return the package of the classes with links, or an empty string."""
        return "skdigits" if _documentation_url() else ""

    @property
    def _doc_link_template(self) -> str:
        """Return the address of a class, with its module and name left open."""
        page = "{estimator_module}.{estimator_name}.html"
        return f"{_documentation_url()}/generated/{page}"

    def _doc_link_url_param_generator(self) -> dict[str, Any]:
        """Return public module and name of the class."""
        import skdigits

        name = type(self).__name__
        module = type(self).__module__.partition("._")[0]
        if name in skdigits.__all__:
            module = "skdigits"
        return {"estimator_module": module, "estimator_name": name}


@cache
def _documentation_url() -> str:
    """Return the address of the documentation's index, or an empty string."""
    for entry in metadata("skdigits").get_all("Project-URL", []):
        label, _, url = entry.partition(", ")
        if label == "Documentation":
            return url.rstrip("/")
    return ""
