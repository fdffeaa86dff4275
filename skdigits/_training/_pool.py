"""Compiled models that wait for the next fit of their kind."""

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

# Models kept: enough for a sweep over architectures, few enough to bound memory.
POOL_SIZE = 8

_builds = count(1)


def free_dropped_models() -> None:
    """Free the memory of models no longer in use, before every eighth is built.

    Their graphs are cycles of few Python objects that hold much native memory: Python
    itself would let dozens of models pile up. The first ones are few, and all in use
    as a rule, and a collection takes longer than to build one.
    """
    n_builds = next(_builds)
    if n_builds > POOL_SIZE and n_builds % POOL_SIZE == 0:
        gc.collect()


class ModelPool:
    """Lends compiled models; each serves one fit at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Keras changes the bases of a subclass of Model when it builds the first one.
        self._building = threading.Lock()
        self._idle: list[tuple[Any, Any]] = []

    @contextmanager
    def lend(
        self,
        kind: Any,
        build: Callable[[], Any],
        *,
        returns: bool,
        substitute: Any = None,
    ) -> Iterator[Any]:
        """Lend an idle model of this kind, else of the kind `substitute`, or a new one.

        It comes back if it `returns` and the fit does not fail. A model that a user's
        code saw must not: any part of it may be changed, or the user may keep it.
        """
        idle = self._take(kind) or self._take(substitute)
        if idle is None:
            with self._building:
                free_dropped_models()
                idle = kind, build()
        _, model = idle
        yield model
        if returns:
            with self._lock:
                self._idle.append(idle)
                del self._idle[:-POOL_SIZE]

    def _take(self, kind: Any) -> tuple[Any, Any] | None:
        with self._lock:
            for index, (idle_kind, _) in enumerate(self._idle):
                if idle_kind == kind:
                    return self._idle.pop(index)
        return None
