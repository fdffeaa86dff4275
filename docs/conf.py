"""Settings of the Sphinx build, which needs no network connection."""

import os
import sys
from pathlib import Path

import skdigits

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
os.environ.setdefault("MPLBACKEND", "Agg")

project = "skdigits"
author = "the skdigits developers"
copyright = author
version = release = skdigits.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "mathml",
    "gallery_alt",
    "live_page",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "sg_execution_times.rst", "auto_examples/GALLERY_HEADER*"]
# Names in single backticks link to the API reference.
default_role = "py:obj"
# Keep straight quotation marks in types.
smartquotes = False
toc_object_entries_show_parents = "hide"

autosummary_generate = True
autodoc_typehints = "none"  # the docstrings describe the types
add_module_names = False
# The template lists the methods that this package defines.
numpydoc_show_class_members = False

html_theme = "pydata_sphinx_theme"
html_title = f"skdigits {version}"
html_static_path = ["_static"]
html_css_files = ["skdigits.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "skdigits"},
    "navigation_with_keys": False,
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": [],
    "footer_end": [],
}
# No primary sidebar on pages without subpages: it leaves more width for code.
html_sidebars = {
    page: []
    for page in (
        *("index", "user_guide", "own_pictures", "persistence", "auto_examples/*"),
        *("corruptions", "pretrained", "reading", "page"),
        *("report", "lab", "results", "speed", "distributed", "changes"),
    )
}

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "within_subsection_order": "FileNameSortKey",
    "doc_module": ("skdigits",),
    "backreferences_dir": "generated/backreferences",
    "reference_url": {"skdigits": None},
    "reset_modules": ("matplotlib", "gallery_reset.clear_keras_session"),
    "abort_on_example_error": True,
    "capture_repr": (),
    "image_scrapers": ("gallery_alt.describing_scraper",),
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    # Keep the size of each figure; two image pixels per screen pixel.
    "image_srcset": ["2x"],
}
