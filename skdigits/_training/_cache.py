"""Cache of trainings in a folder, the one that the parameter `memory` names."""

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
from skdigits._training._job import Checkpoint
from skdigits._training._train import train
from skdigits.exceptions import MemoryFolderWarning

# Arguments of `train` that do not change its result.
_LISTENERS = ("title", "task")
# Packages whose version may change the result of a training.
_PACKAGES = ("skdigits", "keras", "tensorflow")


def cached_train(memory: Any) -> Callable[..., Checkpoint]:
    """Return `train`, or a function of the same arguments that uses a cache."""
    if memory is None:
        return train
    if isinstance(memory, str | os.PathLike):
        return partial(_load_or_train, Path(memory))
    return memory.cache(train, ignore=list(_LISTENERS))


@cache
def _versions() -> list[str]:
    return [version(package) for package in _PACKAGES]


def _load_or_train(folder: Path, *arguments: Any, **keywords: Any) -> Checkpoint:
    decisive = {name: keywords[name] for name in keywords.keys() - set(_LISTENERS)}
    # Workers receive memory maps; they have the hash of the arrays that they map.
    key = joblib.hash((_versions(), arguments, decisive), coerce_mmap=True)
    path = folder / f"{key}.npz"
    checkpoint = _load(path)
    if checkpoint is None:
        checkpoint = train(*arguments, **keywords)
        _store(path, checkpoint)
    return checkpoint


def _load(path: Path) -> Checkpoint | None:
    """Return the cached checkpoint, or None if it is missing or corrupted."""
    try:
        # Arrays only: files in the folder are never unpickled.
        with np.load(path, allow_pickle=False) as file:
            # The empty index turns arrays without axes into numbers.
            arrays = {name: file[name][()] for name in file.files}
            record = json.loads(str(arrays["record"]))
        parts = {
            part: [arrays[f"{part}_{index}"] for index in range(n_arrays)]
            for part, n_arrays in record["n_arrays"].items()
        }
        return Checkpoint(parts["weights"], record["history"], parts.get("optimizer"))
    except FileNotFoundError:
        return None
    # Whatever the fault is, the network can be trained again.
    except Exception as error:
        warnings.warn(
            f"{path} cannot be loaded ({error!r:.200}); the network is trained again.",
            MemoryFolderWarning,
            stacklevel=2,
        )
        return None


def _store(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint to the cache; on failure, only warn."""
    parts = {"weights": checkpoint.weights}
    if checkpoint.optimizer is not None:
        parts["optimizer"] = checkpoint.optimizer
    arrays: dict[str, Any] = {
        f"{part}_{index}": array
        for part, arrays in parts.items()
        for index, array in enumerate(arrays)
    }
    record = {
        "history": checkpoint.history,
        "n_arrays": {part: len(arrays) for part, arrays in parts.items()},
    }
    buffer = io.BytesIO()
    np.savez(buffer, record=np.array(json.dumps(record)), **arrays)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, buffer.getvalue())
    except OSError as error:
        warnings.warn(
            f"The network is trained, but it could not be cached in {path.parent} "
            f"({error.strerror}). Free space or permit writing there, or set another "
            "folder as memory=.",
            MemoryFolderWarning,
            stacklevel=2,
        )
