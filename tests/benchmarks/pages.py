"""Numbers on pages: how many are read exactly, and how long a page takes.

Rendered pages hold numbers of 2 to 6 of MNIST's test digits on paper, real and
synthetic, with shadows, and rules or squares on every other page. The settings of
`skdigits.reading` were chosen on pages with training images. Real paper, and the row of
real pages, need the folder of photographs that is not part of the package: the folder
`pictures` in SKDIGITS_DATA_HOME, or SKDIGITS_PICTURES.

Run ``python tests/benchmarks/pages.py`` (three minutes), with ``--model FILE`` for
another classifier than the one that comes with the package. One core:
``OMP_NUM_THREADS=1 taskset -c 0``.
"""

import argparse
import csv
import difflib
import json
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np
from _rendered_pages import load_papers, render_page
from _scores import mnist_uint8
from _timing import RESULTS, machine, write_table

from skdigits.persistence import load
from skdigits.preprocessing import read_pictures
from skdigits.reading import NumberReader

N_PAGES, N_NUMBERS = 10, 20  # per row
SEED = 2026
TIMED_SIZE, TIMED_DIGITS, ROUNDS = (1500, 2000), 200, 5
# Two labels of the photographs differ from what is written on them.
WRITTEN = {"0008.jpeg": "8341032750", "0009.jpeg": "8374787080"}
# A page of text with a line of digits, and a sum with its sign.
LINES = {"page": "0123456789", "8+8": "8?8"}


def find_photographs():
    """Return the folder of photographs of several digits, or None."""
    home = os.environ.get("SKDIGITS_DATA_HOME", "")
    folder = Path(os.environ.get("SKDIGITS_PICTURES", Path(home, "pictures")))
    folder = folder / "several_digits"
    return folder if folder.is_dir() else None


def count_exact(page, text):
    """Return how many numbers of the page are read exactly, in their order."""
    matcher = difflib.SequenceMatcher(None, page.text.split(), text.split(), False)
    return sum(block.size for block in matcher.get_matching_blocks())


def percent_exact(reader, papers, *, touching):
    """Return the exact numbers (%) on rendered pages."""
    X, y = mnist_uint8("test")
    rng = np.random.default_rng(SEED)
    exact = 0
    for _ in range(N_PAGES):
        page = render_page(
            X, y, rng, touching=touching, papers=papers, n_numbers=N_NUMBERS
        )
        (text,) = reader.predict([page.image])
        exact += count_exact(page, text)
        sys.stderr.write(f"{page.text}\n---\n{text}\n\n")
    return 100 * exact / (N_PAGES * N_NUMBERS)


def read_photographs(reader, folder):
    """Return the reading of each photograph, and whether it is exact."""
    results = {}
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        labels = {row["path"]: row["label"] for row in csv.DictReader(file)}
    for name, label in labels.items():
        (text,) = reader.predict(read_pictures(folder / name))
        lines = [line.replace(" ", "") for line in text.split("\n")]
        expected = WRITTEN.get(name, LINES.get(label, label))
        if label == "page":
            exact = expected in [line.rstrip("?") for line in lines]
        else:
            exact = "".join(lines) == expected
        results[name] = {"read": text, "expected": expected, "exact": exact}
    return results


def timed_page():
    """Return a page of 3 megapixels with 200 digits in rows of words."""
    X, y = mnist_uint8("test")
    rng = np.random.default_rng(SEED)
    image = np.full(TIMED_SIZE, 225, np.uint8)
    side, pitch = 28, 60
    for i in range(TIMED_DIGITS):
        row, column = divmod(i, 20)
        top, left = 200 + 2 * pitch * row, 200 + pitch * column + 60 * (column // 5)
        digit = X[rng.integers(len(X))].reshape(side, side)
        digit = digit.repeat(2, axis=0).repeat(2, axis=1)
        place = image[top : top + 2 * side, left : left + 2 * side]
        place -= np.minimum(digit, 180).astype(np.uint8)
    noise = rng.normal(0, 2, TIMED_SIZE)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def time_page(reader):
    """Return the median time (s) to read the page, and the number of digits found."""
    page = timed_page()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        readings = reader.read(page)
        times.append(time.perf_counter() - start)
    return statistics.median(times), len(readings)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="file of the classifier")
    model = parser.parse_args().model
    reader = NumberReader(load(model) if model else None)
    folder = find_photographs()
    papers = load_papers(folder) if folder else []
    seconds, n_found = time_page(reader)
    facts = {
        "machine": machine(),
        "classifier": "given" if model else "of the package",
        "real paper": bool(papers),
        "exact, apart (%)": percent_exact(reader, papers, touching=False),
        "exact, touching (%)": percent_exact(reader, papers, touching=True),
        "page of 200 digits (s)": seconds,
        "boxes on that page": n_found,
    }
    n_numbers = N_PAGES * N_NUMBERS
    lines = [
        (f"{n_numbers} numbers, exact (%)", f"{facts['exact, apart (%)']:.1f}"),
        (
            f"{n_numbers} numbers with a touching pair, exact (%)",
            f"{facts['exact, touching (%)']:.1f}",
        ),
        (f"{TIMED_DIGITS} digits, 3 megapixels (s)", f"{seconds:.2f}"),
    ]
    if folder:
        photographs = facts["photographs"] = read_photographs(reader, folder)
        n_exact = sum(one["exact"] for one in photographs.values())
        lines.append((f"{len(photographs)} photographs and scans, exact", str(n_exact)))
    (RESULTS / "pages.json").write_text(json.dumps(facts, indent=1) + "\n")
    write_table("pages", ("pages", "result"), lines)


if __name__ == "__main__":
    main()
