"""Digits of other people than MNIST's, as far as they are on this machine."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from skdigits.datasets import load_small_digits
from skdigits.preprocessing import read_pictures

# Folders of image files, with a table labels.csv of path and label.
FOLDERS = {
    "photos_people": "photos and scans, several people",
    "photo_page_crops": "digits cut out of photos of pages",
    "scan_page_crops": "digits cut out of a ballpoint sheet",
    "drawn_large": "drawn on tablets and canvases",
    "scan600_cells": "cells of forms, 600 dpi",
    "scan600_cells_with_lines": "the same with the printed box",
    "printed_diego": "bold fax-like print",
}


def folder() -> Path | None:
    """Return the folder of SKDIGITS_PICTURES, or pictures/ of SKDIGITS_DATA_HOME."""
    home = os.environ.get("SKDIGITS_DATA_HOME")
    named = os.environ.get("SKDIGITS_PICTURES") or (home and Path(home, "pictures"))
    return Path(named) if named and Path(named).is_dir() else None


def sources() -> Iterator[tuple[str, list[Any], np.ndarray]]:
    """Yield a name, images of any size and labels of each source."""
    small = load_small_digits()
    yield "8x8 digits of scikit-learn", list(small.images), small.target
    root = folder()
    if root is None:
        return
    if (root / "semeion16.npz").exists():
        with np.load(root / "semeion16.npz") as semeion:
            yield (
                "Semeion, 16x16, black and white",
                list(semeion["X"]),
                semeion["y"].astype(int),
            )
    for name, title in FOLDERS.items():
        if (root / name).is_dir():
            yield title, *labelled(root / name)


def labelled(directory: Path) -> tuple[list[Any], np.ndarray]:
    """Return the images of a folder and their labels, integers if all of them are."""
    with (directory / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    images = [read_pictures(directory / path)[0] for path, *_ in rows]
    labels = np.array([label for _, label, *_ in rows])
    return images, labels.astype(int) if np.char.isdigit(labels).all() else labels
