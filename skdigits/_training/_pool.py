"""Compiled models that wait for the next fit of their kind."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# Models kept: enough for a sweep over architectures, few enough to bound memory.
POOL_SIZE = 8


class ModelPool:
    """Lends compiled models; each serves one fit at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[tuple[Any, Any]] = []

    @contextmanager
    def lend(
        self, kind: Any, build: Callable[[], Any], *, returns: bool
    ) -> Iterator[Any]:
        """Lend an idle model, or a new one.

        It comes back if it `returns` and the fit does not fail. A model that a user's
        code saw must not: any part of it may be changed, or the user may keep it.
        """
        model = self._take(kind) or build()
        yield model
        if returns:
            with self._lock:
                self._idle.append((kind, model))
                del self._idle[:-POOL_SIZE]

    def _take(self, kind: Any) -> Any:
        with self._lock:
            for index, (idle_kind, _) in enumerate(self._idle):
                if idle_kind == kind:
                    return self._idle.pop(index)[1]
        return None
