"""Results of the lab and of ``skdigits report`` in one table.

Run ``skdigits report --dataset mnist --n-jobs 2 --output FOLDER`` (less than an hour on
two cores), then ``python tests/benchmarks/lab.py FOLDER``. It loads the records of the
report, which must be complete and not ``--quick``, and writes docs/benchmarks/lab.csv
and lab.json.
"""

import argparse
import json
import re
import sys
from pathlib import Path

from _timing import RESULTS, machine, write_table

from skdigits.report._experiment import KeyFigure
from skdigits.report.experiments import EXPERIMENTS

HEADER = "experiment", "what", "the lab", "here", "at or above the lab's"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="output folder of the report")
    folder = parser.parse_args().folder
    command = load_command(folder)
    records = {
        one.name: json.loads((folder / one.name / "result.json").read_text("utf-8"))
        for one in EXPERIMENTS
    }
    rows = [
        (name, figure.what, figure.lab, figure.ours, figure.verdict or "–")
        for name, record in records.items()
        for figure in (KeyFigure(**saved) for saved in record["result"]["key_figures"])
        if figure.lab
    ]
    facts = {
        "machine": machine(),
        # The path of the report does not matter.
        "command": re.sub(r"--output \S+", "--output FOLDER", command),
        "minutes": sum(record["seconds"] for record in records.values()) / 60,
        "seconds": {name: record["seconds"] for name, record in records.items()},
    }
    (RESULTS / "lab.json").write_text(json.dumps(facts, indent=1) + "\n")
    write_table("lab", HEADER, rows)


def load_command(folder):
    """Return the command on the page without its folder; exit if incomplete."""
    page = (folder / "index.html").read_text("utf-8")
    command = re.search("<code>(skdigits report .*?)</code>", page)[1]
    words = set(command.split())
    if not {"--dataset", "mnist"} <= words or {"--quick", "--only"} & words:
        sys.exit(f"{folder} must hold a complete report on MNIST, got {command!r}")
    if "This report is not complete" in page:
        sys.exit(
            f"{folder} holds an unfinished report: run the command again to finish it"
        )
    return re.sub(r" --output \S+", "", command)


if __name__ == "__main__":
    main()
