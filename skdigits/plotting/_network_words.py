"""Words for layers in diagrams, in place of names from the code of this package.

Layers of other packages are shown by the name of their class, which readers know.
"""

import os
import re

_HEADINGS = {
    "blind_spot": "output",
    "bottom": "lowest resolution",
    "fine": "full resolution",
    "keep_certain": "output",
    "pixels_and_label": "pixels and label",
    "states": "pixel states",
    "unet_body": "U-Net",
}
_KINDS = {
    "AdversarialShift": "adversarial shift",
    "BlindSpot": "mean clean pixels",
    "BoundedLogVariance": "mean, log-variance",
    "HidePixels": "hidden pixels",
    "KeepCertain": "keeps grey pixels",
    "PixelStates": "black, white, grey",
    "RandomDeformation": "random deformation",
    "SaltPepper": "noise in training",
    "SampledLatent": "random sample",
    "Variational": "decoded image",
}


def heading(names: list[str], *, is_input: bool) -> str:
    """Return the heading of layers with these names, which share a box.

    >>> heading(["conv_1_2"], is_input=False)
    'conv 1.2'
    >>> heading(["down_2_1", "down_2_2"], is_input=False)
    'down 2'
    """
    name = os.path.commonprefix(names).rstrip("_")
    if name == "pixels" and not is_input:  # a convolution with one filter
        return "predicted pixels"
    spaced = re.sub(r"_(\d+)_(\d+)$", r" \1.\2", name).replace("_", " ")
    return _HEADINGS.get(name, spaced)


def kind_in_words(layer: object) -> str:
    """Return what a layer does, or the name of its class."""
    name = type(layer).__name__
    return _KINDS.get(name, name)
