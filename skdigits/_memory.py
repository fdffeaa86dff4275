"""Trainings kept in a folder, from which the same training is read back."""

import io
import json
import os
import warnings
from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from skdigits._files import write_atomically
from skdigits._training import TrainingState, train
from skdigits.exceptions import MemoryFolderWarning

# Arguments of `train` that only watch.
_WATCHERS = ("title", "task")
# Packages that decide, together with the arguments, what a training finds.
_PACKAGES = ("skdigits", "keras", "tensorflow")


def remembered(memory: Any) -> Callable[..., TrainingState]:
    """Return `train`, or what takes its place and asks `memory` first."""
    if memory is None:
        return train
    if isinstance(memory, str | os.PathLike):
        return partial(_read_or_train, Path(memory))
    return memory.cache(train, ignore=list(_WATCHERS))


def n_remembered(folder: Path) -> int:
    """Count the trainings that a folder remembers."""
    return len(list(folder.glob("*.npz")))


@cache
def _versions() -> list[str]:
    return [version(package) for package in _PACKAGES]


def _read_or_train(folder: Path, *arguments: Any, **keywords: Any) -> TrainingState:
    decisive = {name: keywords[name] for name in keywords.keys() - set(_WATCHERS)}
    # Memory maps, as workers get them, count for the arrays that they show.
    key = joblib.hash((_versions(), arguments, decisive), coerce_mmap=True)
    path = folder / f"{key}.npz"
    state = _read(path)
    if state is None:
        state = train(*arguments, **keywords)
        _write(path, state)
    return state


def _read(path: Path) -> TrainingState | None:
    """Return what is remembered; None if that is nothing, or damaged."""
    try:
        # Arrays only: nothing that lies in the folder is ever unpickled.
        with np.load(path, allow_pickle=False) as file:
            # An empty index makes a number of what was one.
            arrays = {name: file[name][()] for name in file.files}
            record = json.loads(str(arrays["record"]))
        parts = {
            part: [arrays[f"{part}_{index}"] for index in range(n_arrays)]
            for part, n_arrays in record["n_arrays"].items()
        }
        return TrainingState(
            parts["weights"], record["history"], parts.get("optimizer")
        )
    except FileNotFoundError:
        return None
    # Whatever is wrong with it, the training can be done again.
    except Exception as error:
        warnings.warn(
            f"{path} cannot be read ({error!r:.200}); the network is trained again.",
            MemoryFolderWarning,
            stacklevel=2,
        )
        return None


def _write(path: Path, state: TrainingState) -> None:
    """Remember a training; where that fails, the training is still good."""
    parts = {"weights": state.weights}
    if state.optimizer is not None:
        parts["optimizer"] = state.optimizer
    arrays: dict[str, Any] = {
        f"{part}_{index}": array
        for part, arrays in parts.items()
        for index, array in enumerate(arrays)
    }
    record = {
        "history": state.history,
        "n_arrays": {part: len(arrays) for part, arrays in parts.items()},
    }
    buffer = io.BytesIO()
    np.savez(buffer, record=np.array(json.dumps(record)), **arrays)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, buffer.getvalue())
    except OSError as error:
        warnings.warn(
            f"The network is trained, but {path.parent} does not remember it "
            f"({error.strerror}). Free space or permit writing there, or set another "
            "folder as memory=.",
            MemoryFolderWarning,
            stacklevel=2,
        )
