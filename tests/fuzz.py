"""Fuzzing: ``python tests/fuzz.py [TARGET ...] [--minutes M] [--seed S] [--cases N]``.

Makes files with something wrong, uses them as a user would, and fails unless each is
refused with the error that the documentation names, or can be used. The targets:

loader  model files of all stored classes. A model that loads is cloned and asked to
        predict, transform and sample; ordinary exceptions are allowed then. TensorFlow
        is not imported.
fit     model files as before; a model that loads is shown as in a notebook, and fitted
        unless its parameters ask for a long training (`work` in _fuzz_targets.py).
store   entries of the folder that `memory=` names. Damaged ones never change a fit,
        forged ones do not leave the shapes and the range of weights.
images  PNG, JPEG and TIFF files, loaded and normalized.
npz     archives in the place of MNIST's.

A case fails if it takes more processor time than its target allows, a minute without an
answer, or `MEMORY` more address space than sound files; if the process dies; or if
anything happens that does not happen with sound files: other code, files, processes,
sockets or imports. Cases run in a process of their own, which such events cannot leave.

Failing cases are saved in ``fuzz-failures/``, with what happened, and the command exits
with 1. A seed gives the same cases again; ``--first N`` starts at the Nth. For Linux.
"""

import argparse
import faulthandler
import itertools
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

# Before NumPy and TensorFlow are imported: threads take address space.
os.environ |= {"OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}

import numpy as np
from _fuzz_targets import TARGETS
from _watch import Watch

# Address space that a case may take beyond what sound files took (bytes).
MEMORY = 3 * 2**29
# Time without an answer (s), as of a process that waits for something.
PATIENCE = 60.0
# Time that the sound files take (s).
PREPARATION = 600.0
# Cases of one process: libraries keep some things for good.
CASES = {"fit": 200}
MANY_CASES = 20_000
# Failures of a target that end its run.
ENOUGH = 20
FAILURES = Path("fuzz-failures")


# In the process of the cases


def run_cases(name, folder, seed, first, connection):
    """Run cases until this process is ended; report each before and after."""
    target, run = TARGETS[name], folder / "run"
    seeds = {p.name: p.read_bytes() for p in sorted((folder / "seeds").iterdir())}
    with (folder / "output").open("w") as output:
        for stream in (1, 2):  # decoders in C write there
            os.dup2(output.fileno(), stream)
    faulthandler.enable()
    warnings.simplefilter("ignore")
    watch = Watch(reads=run, writes=run / "memory")
    for watching in (nullcontext, watch.forbidding):  # imports happen the first time
        for original, data in seeds.items():
            (run / target.file).write_bytes(data)
            with watching():
                outcome = target.run(run / target.file, "sound")
            assert outcome.startswith("loaded"), f"{original} is {outcome}"
    limit = 1024 * status("VmPeak") + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for index in itertools.count(first):
        case = np.random.default_rng([seed, index])
        *what, data = target.mutant(seeds, case)
        (run / target.file).write_bytes(data)
        connection.send(" ".join(what))
        started, fault = time.perf_counter(), ""
        try:
            with watch.forbidding():
                outcome = target.run(run / target.file, what[0])
        except BaseException:
            outcome, fault = "failed", traceback.format_exc(limit=-30)
        if watch.found:
            outcome, fault = "failed", f"{watch.found}\n{fault}"
        seconds = time.perf_counter() - started
        connection.send((outcome, fault, seconds, status("VmHWM") // 1024))


def status(name):
    """Return what Linux knows of the memory of this process (kB)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


# In the process that waits


class Cases:
    """The process of the cases, and what it reports."""

    def __init__(self, *arguments):
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        arguments = (*arguments, other)
        self.process = context.Process(target=run_cases, args=arguments, daemon=True)
        self.process.start()
        other.close()

    def receive(self, seconds, patience=PATIENCE):
        """Return its next report, or raise TimeoutError or EOFError."""
        used, started = self.processor_time(), time.monotonic()
        while not self.connection.poll(0.2):
            if (
                self.processor_time() - used > seconds
                or time.monotonic() - started > patience
            ):
                raise TimeoutError
        return self.connection.recv()

    def processor_time(self):
        text = Path(f"/proc/{self.process.pid}/stat").read_text()
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def end(self, wait=0.0):
        """End it; if it runs after this time (s), it writes where it is."""
        self.process.join(wait)
        if self.process.is_alive():
            os.kill(self.process.pid, signal.SIGABRT)
            self.process.join(5)
        self.process.kill()
        self.process.join()


def outcomes(name, folder, seed, first):
    """Yield what each case is, its outcome and fault, time (s) and memory (MB)."""
    cases = None
    for index in itertools.count(first):
        try:
            what = ""
            if cases is None:
                cases = Cases(name, folder, seed, index)
            what = cases.receive(PREPARATION, PREPARATION)
            yield what, *cases.receive(TARGETS[name].seconds)
            ends = (index - first + 1) % CASES.get(name, MANY_CASES) == 0
        except (TimeoutError, EOFError) as error:
            cases.end(10.0 if isinstance(error, EOFError) else 0.0)
            ended = f"{type(error).__name__}, exit code {cases.process.exitcode}"
            output = (folder / "output").read_text(errors="replace")[-10_000:]
            if not what:
                raise RuntimeError(f"Not even sound files work:\n{output}") from error
            yield what, "failed", f"{output}\n{ended}", 0.0, 0
            ends = True
        except GeneratorExit:
            cases.end()
            raise
        if ends:
            cases.end()
            cases = None


def fuzz(name, seed, first, n_cases, minutes):
    """Run the cases of one target; return the number of failures."""
    counts, slowest, peak, started, shown = Counter(), 0.0, 0, None, 0.0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(os.path.realpath(temporary))
        (folder / "output").touch()
        for part in ("seeds", "run", "run/memory"):
            (folder / part).mkdir()
        for original, data in TARGETS[name].seeds().items():
            (folder / "seeds" / original).write_bytes(data)
        cases = outcomes(name, folder, seed, first)
        for index, (what, outcome, fault, seconds, memory) in enumerate(cases, first):
            counts[outcome] += 1
            slowest, peak = max(slowest, seconds), max(peak, memory)
            if outcome == "failed":
                case = folder / "run" / TARGETS[name].file
                save(name, seed, index, what, case, fault)
            now = time.monotonic()
            started = started or now
            n_run = index - first + 1
            over = (
                n_run == n_cases
                or now > started + 60 * minutes
                or counts["failed"] == ENOUGH
            )
            if over or now > shown + 10:
                shown = now
                each = ", ".join(f"{n} {word}" for word, n in sorted(counts.items()))
                use = f"slowest {slowest:.1f} s, {peak} MB"
                print(f"{name}: {n_run} cases: {each}; {use}", flush=True)
            if over:
                break
        cases.close()
    return counts["failed"]


def save(name, seed, index, what, case, fault):
    """Save a failing case, and how it came about."""
    FAILURES.mkdir(exist_ok=True)
    stem = FAILURES / f"{name}-{seed}-{index}"
    shutil.copy(case, stem.with_suffix(".case"))
    command = f"python tests/fuzz.py {name} --seed {seed} --first {index} --cases 1"
    stem.with_suffix(".txt").write_text(f"{command}\n{what}\n{fault}\n")
    print(f"{name} {index} ({what}): {fault.strip().splitlines()[-1]:.200}", flush=True)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--minutes", type=float, default=5.0, help="of all targets")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--cases", type=int, help="of each target, at most")
    options = parser.parse_args(arguments)
    names = options.targets or list(TARGETS)
    minutes = options.minutes / len(names)
    n_failures = sum(
        fuzz(name, options.seed, options.first, options.cases, minutes)
        for name in names
    )
    if n_failures:
        print(f"{n_failures} cases failed: see {FAILURES.resolve()}")
    return int(n_failures > 0)


if __name__ == "__main__":
    sys.exit(main())
