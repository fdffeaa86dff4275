"""Compare times: one process per rival, in turn; medians over rounds."""

import argparse
import csv
import json
import multiprocessing
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from joblib.externals.loky import get_reusable_executor

RESULTS = Path(__file__).parents[2] / "docs" / "benchmarks"
PACKAGES = (
    *("skdigits", "scikit-learn", "scikeras", "keras", "tensorflow", "numpy"),
    *("torch", "skorch", "joblib", "distributed", "ray"),
)


@dataclass(frozen=True, eq=False)
class Rival:
    """A task: `make(*arguments)`, called in a new process, returns the timed function.

    If that function has an attribute `close`, it is called at the end.
    """

    name: str
    make: Callable[..., Callable[[], Any]]
    arguments: tuple[Any, ...] = ()


@dataclass
class Row:
    """One row of a table: our time, that of a rival, and their ratio."""

    what: str
    rival: str
    ours_s: float
    rivals_s: float
    times_s: dict[str, list[float]] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return self.ours_s / self.rivals_s


def compare(
    what: str,
    ours: Rival,
    rivals: Sequence[Rival],
    *,
    rounds: int,
    repeat: int = 1,
) -> list[Row]:
    """Time `ours` and each rival in turn."""
    times = take_turns([ours, *rivals], rounds=rounds, repeat=repeat)
    median = {rival: statistics.median(values) for rival, values in times.items()}
    named = {rival.name: values for rival, values in times.items()}
    return [
        Row(what, rival.name, median[ours], median[rival], named) for rival in rivals
    ]


def take_turns(
    rivals: list[Rival], *, rounds: int, repeat: int = 1
) -> dict[Rival, list[float]]:
    """Time each rival once per round; return its times in seconds."""
    workers = {rival: _Worker(rival, repeat) for rival in rivals}
    times: dict[Rival, list[float]] = {rival: [] for rival in rivals}
    try:
        for _ in range(rounds):
            for rival in rivals:
                time.sleep(1)  # threads of the previous rival may still be spinning
                times[rival].append(workers[rival].run())
                sys.stderr.write(f"{rival.name}: {times[rival][-1]:.4g} s\n")
    finally:
        for worker in workers.values():
            worker.stop()
    return times


class _Worker:
    """A process that is idle until its turn."""

    def __init__(self, rival: Rival, repeat: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, rival, repeat))
        self._process.start()
        theirs.close()
        self._connection.recv()  # wait until the warm-up is done

    def run(self) -> float:
        self._connection.send("run")
        return self._connection.recv()

    def stop(self) -> None:
        self._connection.close()
        self._process.join()


def _serve(connection: Connection, rival: Rival, repeat: int) -> None:
    task = rival.make(*rival.arguments)
    connection.send("ready")
    while True:
        try:
            connection.recv()
        except EOFError:
            # Otherwise this process would wait for joblib's idle workers when it exits.
            get_reusable_executor().shutdown(kill_workers=True)
            close = getattr(task, "close", None)  # for other kinds of workers
            if close is not None:
                close()
            return
        start = time.perf_counter()
        for _ in range(repeat):
            task()
        connection.send((time.perf_counter() - start) / repeat)


def report(name: str, rows: list[Row]) -> None:
    """Print the table; save it for the docs, and all measurements as JSON."""
    RESULTS.mkdir(exist_ok=True)
    lines = [
        (
            row.what,
            row.rival,
            f"{row.ours_s:.3g}",
            f"{row.rivals_s:.3g}",
            f"{row.ratio:.3g}",
        )
        for row in rows
    ]
    header = ("task", "rival", "skdigits (s)", "rival (s)", "ratio")
    facts = {
        "machine": machine(),
        "rows": [vars(row) | {"ratio": row.ratio} for row in rows],
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(facts, indent=1) + "\n")
    write_table(name, header, lines)


def write_table(
    name: str, header: tuple[str, ...], lines: Sequence[tuple[str, ...]]
) -> None:
    """Print a table and save it for the docs."""
    with (RESULTS / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *lines])
    widths = [max(map(len, column)) for column in zip(header, *lines, strict=True)]
    for line in (header, *lines):
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def machine() -> dict[str, Any]:
    """Return the processor, the system and the versions."""
    processor = platform.processor() or platform.machine()
    cpu_info = Path("/proc/cpuinfo")
    if cpu_info.exists():
        for line in cpu_info.read_text().splitlines():
            if line.startswith("model name"):
                processor = line.split(":", 1)[1].strip()
                break
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": versions,
    }


def rounds_from_command_line(description: str) -> int:
    """Parse the number of rounds, the only option."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=3, help="number of rounds (3)")
    return parser.parse_args().rounds
