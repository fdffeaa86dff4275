"""Write the page of the package's models beside the documentation's static files."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from skdigits import page


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the event at which the static files exist."""
    app.connect("build-finished", _write_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _write_page(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        page.write(Path(app.outdir, "_static", "page.html"))
