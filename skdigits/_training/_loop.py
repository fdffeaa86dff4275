"""Compiled loops that return to Python several times a second."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

# Python handles signals, and shows progress, only between the calls of a graph.
# A call costs a millisecond or less.
_SECONDS_PER_CALL = 0.25

Sums = list[tf.Tensor]
# Takes the fraction of the steps that are done.
Report = Callable[[float], None]


class CompiledLoop:
    """A loop that sums values over its steps, as calls of one compiled graph.

    The first call makes one step; each later one as many as the time of the call before
    it allows. How the steps are divided into calls does not change the sums.

    Parameters
    ----------
    run_steps : callable
        Takes arguments, the first step, that before which it stops, and the sums of the
        steps before; returns the sums of all.
    n_sums : int
        Number of sums, float32.
    """

    def __init__(self, run_steps: Callable[..., Sums], n_sums: int) -> None:
        self._graph = tf.function(run_steps, autograph=False)
        self._n_sums = n_sums
        self._steps_per_call = 1

    def trace(self, *signature: Any) -> Callable[..., Sums]:
        """Compile for arguments of this signature; return a function that runs it.

        The function takes the number of steps, the arguments and a report.
        """
        number, value = tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.float32)
        graph = self._graph.get_concrete_function(
            *signature, number, number, [value] * self._n_sums
        )

        def run(n_steps: int, *arguments: Any, report: Report = lambda _: None) -> Sums:
            sums = [tf.constant(0.0)] * self._n_sums
            for first, stop in self._calls(n_steps):
                # TensorFlow's raw operation would be called in half the time, but with
                # other optimizations of the graph, and so other last bits.
                sums = graph(*arguments, tf.constant(first), tf.constant(stop), sums)
                report(stop / n_steps)
            return sums

        return run

    def _calls(self, n_steps: int) -> Iterator[tuple[int, int]]:
        """Iterate over the first and the last step + 1 of each call, and time it."""
        first = 0
        while first < n_steps:
            stop = min(first + self._steps_per_call, n_steps)
            start = time.perf_counter()
            yield first, stop
            seconds = max(time.perf_counter() - start, 1e-9)
            share = _SECONDS_PER_CALL / seconds
            self._steps_per_call = max(1, int((stop - first) * share))
            first = stop
