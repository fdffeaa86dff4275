"""Alternative texts of the gallery's figures and thumbnails.

Sphinx-Gallery describes figures by their titles or the name of the script, and leaves
the texts of thumbnails empty.
"""

import re
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from docutils import nodes
from matplotlib.axes import Axes
from sphinx.application import Sphinx
from sphinx_gallery.scrapers import matplotlib_scraper

_MOST_LABELS = 12


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the event at which a page has been parsed."""
    app.connect("doctree-read", _describe_thumbnails)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def describing_scraper(block: Any, variables: Any, config: Any, **options: Any) -> str:
    """Store the figures as Sphinx-Gallery does, with descriptions of their axes."""
    texts = iter([_description(plt.figure(n).axes) for n in plt.get_fignums()])
    rst = matplotlib_scraper(block, variables, config, **options)
    return re.sub("(?<=:alt: ).*", lambda match: next(texts) or match[0], rst)


def _description(axes: list[Axes]) -> str:
    described = [text for ax in axes if (text := _describe_axes(ax))]
    return "; ".join(dict.fromkeys(described))


def _describe_axes(ax: Axes) -> str:
    """Return title, labels of the axes, names of curves, and labels of images."""
    parts = [ax.get_title() or ax.get_title(loc="left")]
    names = [name for name in (ax.get_ylabel(), ax.get_xlabel()) if name]
    if names:
        parts.append(" against ".join(names))
        parts.append(_listed("", ax.get_legend_handles_labels()[1]))
    elif ax.images:
        parts.append("images")
        if not ax.axison:
            parts.append(_listed("", [text.get_text() for text in ax.texts]))
            return _joined(parts)
        ticks = (ax.get_yticklabels(), ax.get_xticklabels())
        for direction, labels in zip(("rows", "columns"), ticks, strict=True):
            parts.append(_listed(direction, [label.get_text() for label in labels]))
    return _joined(parts)


def _joined(parts: list[str]) -> str:
    return " ".join(", ".join(filter(None, parts)).split())


def _listed(what: str, labels: list[str]) -> str:
    shown = [label.strip() for label in labels if label.strip()]
    if not shown:
        return ""
    return f"{what}: ".lstrip(": ") + " / ".join(shown[:_MOST_LABELS])


def _describe_thumbnails(app: Sphinx, doctree: nodes.document) -> None:
    """Describe each thumbnail as its figure, or by the title of the example."""
    thumbnails = [
        node
        for node in doctree.findall(nodes.image)
        if node["uri"].endswith("_thumb.png") and not node.get("alt")
    ]
    for node in thumbnails:
        name = Path(node["uri"]).name
        example = name.removeprefix("sphx_glr_").removesuffix("_thumb.png")
        node["alt"] = _figure_text(Path(app.srcdir, "auto_examples", example))


def _figure_text(example: Path) -> str:
    """Return the alternative text of the figure that is the thumbnail."""
    page = example.with_suffix(".rst").read_text("utf-8")
    texts = re.findall("(?<=:alt: ).+", page)
    script = example.with_suffix(".py").read_text("utf-8")
    chosen = re.search(r"sphinx_gallery_thumbnail_number = (\d+)", script)
    index = int(chosen[1]) - 1 if chosen else 0
    if index < len(texts):
        return texts[index]
    return f"Figure of the example {example.name}"  # without plots
