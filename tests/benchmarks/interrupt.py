"""Time from SIGINT to KeyboardInterrupt within an epoch, and what it costs in speed.

Run ``python tests/benchmarks/interrupt.py``. With ``--against FOLDER``, a checkout of
another commit, it also compares the processor time of fits.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

from _timing import RESULTS, machine, write_table

HERE = Path(__file__).parents[2]
# Time between the begin of an epoch and the first interrupt: the graph is compiled.
START_S = 8.0
# Interrupts that are spread over this time reach a call at any of its steps.
SPREAD_S = 0.5

# Estimator and number of training images, of which a fit takes seconds.
FITS = {
    "MLP 500-300": ("MLPDigitClassifier(epochs=1, batch_size=128)", 60_000),
    "CNN": ("CNNDigitClassifier(epochs=1)", 6_000),
    "U-Net": ("DenoisingAutoencoder(epochs=1)", 2_500),
}
SMALL = "MLPDigitClassifier((64, 64), epochs=100, batch_size=128)"

COMMON = """
import signal, sys, time
from skdigits import *
from skdigits.datasets import fetch_mnist, load_small_digits
X, y = {data}(return_X_y=True)
estimator = {estimator}.set_params(random_state=0).fit(X[:200], y[:200])
def say(*words): print(*words, flush=True)
"""
INTERRUPTED = """
import keras
class Say(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None): say("epoch")
signal.signal(signal.SIGINT, signal.default_int_handler)
estimator.set_params(callbacks=[Say()])
for line in sys.stdin:
    before = estimator.weights_
    try:
        estimator.fit(X, y)
    except KeyboardInterrupt:
        say(time.monotonic(), estimator.weights_ is before)
"""
TIMED = """
estimator.fit(X[:{n}], y[:{n}])
for line in sys.stdin:
    start = time.process_time()
    estimator.fit(X[:{n}], y[:{n}])
    say(time.process_time() - start)
"""


class Child:
    """A process that runs this code with the package in a folder."""

    def __init__(self, code, folder):
        path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def ask(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self):
        return self.process.stdout.readline().split()

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def interrupt_times(estimator, folder, rounds):
    """Seconds from SIGINT to KeyboardInterrupt, in fits on all of MNIST."""
    code = COMMON.format(data="fetch_mnist", estimator=estimator) + INTERRUPTED
    child, times = Child(code, folder), []
    for i in range(rounds):
        child.ask()
        time.sleep(START_S + SPREAD_S * i / rounds)
        start = time.monotonic()
        child.process.send_signal(signal.SIGINT)
        end, is_kept = child.answer()
        assert is_kept == "True"
        times.append(float(end) - start)
    child.end()
    return times


def processor_times(data, estimator, n, folders, rounds):
    """Processor seconds of a fit with each folder's package, in turn."""
    code = COMMON.format(data=data, estimator=estimator) + TIMED.format(n=n)
    children = {folder: Child(code, folder) for folder in folders}
    times = {folder: [] for folder in folders}
    for _ in range(rounds):
        for folder, child in children.items():
            times[folder].append(float(child.ask()[0]))
    for child in children.values():
        child.end()
    return times


def compare_speed(other, rounds):
    tasks = {name: ("fetch_mnist", *fit) for name, fit in FITS.items()}
    tasks["MLP 64-64, small digits"] = ("load_small_digits", SMALL, 1437)
    for name, task in tasks.items():
        times = processor_times(*task, [HERE, other], rounds)
        ratios = [ours / theirs for ours, theirs in zip(*times.values(), strict=True)]
        sys.stdout.write(
            f"{name}: processor time {statistics.median(ratios):.4f} times that of "
            f"{other} (from {min(ratios):.4f} to {max(ratios):.4f})\n"
        )
        for folder, values in times.items():
            shown = " ".join(f"{value:.3f}" for value in values)
            sys.stdout.write(f"  {folder}: {shown} s\n")
        sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="number of rounds (5)")
    parser.add_argument("--against", type=Path, help="checkout to compare speed with")
    options = parser.parse_args()
    if options.against:
        compare_speed(options.against.resolve(), options.rounds)
        return
    times = {
        name: interrupt_times(estimator, HERE, options.rounds)
        for name, (estimator, _) in FITS.items()
        if name != "MLP 500-300"  # its epochs take a second or two
    }
    rows = [
        (name, f"{statistics.median(values):.2g}", f"{max(values):.2g}")
        for name, values in times.items()
    ]
    write_table("interrupt", ("fit on MNIST", "median (s)", "longest (s)"), rows)
    facts = {"machine": machine(), "times_s": times}
    (RESULTS / "interrupt.json").write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
