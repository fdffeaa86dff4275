"""The page: scripts, styles and data in one HTML file."""

import base64
import hashlib
import json
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from skdigits.page._networks import Plain

# In the order in which they build on each other. The runtime also runs in a worker.
NORMALIZER = (
    *("statistics", "image_filters", "paper", "lines", "rules", "enclosures"),
    "normalize",
)
_RUNTIME = (
    *NORMALIZER,
    *("weights", "activations", "products", "network", "noise", "latent", "engine"),
)
_INTERFACE = (
    *("elements", "state", "client", "pad", "read", "curve", "clean"),
    *("receptive_field", "tiles", "inside", "plane", "generate", "main"),
)


def render_page(data: Plain) -> str:
    """Return the HTML of the page with these models."""
    environment = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    runtime, interface = (
        "\n".join(_asset(f"{name}.js") for name in names)
        for names in (_RUNTIME, _INTERFACE)
    )
    style = _asset("page.css")
    return environment.from_string(_asset("page.html.jinja")).render(
        runtime=Markup(runtime),
        interface=Markup(interface),
        style=Markup(style),
        models=Markup(encode_json(data)),
        policy=_policy([runtime, interface], style),
        data=data,
    )


def encode_json(data: Plain) -> str:
    """Return JSON that neither ends a script element nor starts a comment in one."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _policy(scripts: list[str], style: str) -> str:
    """Return the Content-Security-Policy: these scripts, this style, no network."""
    hashes = " ".join(map(_hash, scripts))
    return (
        f"default-src 'none'; script-src {hashes}; style-src {_hash(style)}; "
        "img-src data: blob:; worker-src blob:; connect-src 'none'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _asset(name: str) -> str:
    return files("skdigits.page").joinpath("assets", name).read_text("utf-8")
