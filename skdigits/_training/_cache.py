"""Cache of trainings in a folder, the one that the parameter `memory` names."""

import os
import sys
from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib

from skdigits._files._arrays import pack, unpack
from skdigits._files._atomic import write_atomically
from skdigits._files._limits import HEADER_SIZE
from skdigits._files._regular import read_regular
from skdigits._training._job import Checkpoint
from skdigits._training._train import train
from skdigits._warnings import warn_user
from skdigits.exceptions import MemoryFolderWarning
from skdigits.networks._architectures import Architecture

# Arguments of `train` that do not change its result.
_LISTENERS = ("title", "task")
_SUFFIX = ".safetensors"
# Packages whose version may change the result of a training.
_PACKAGES = ("skdigits", "keras", "numpy", "tensorflow")


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


def _n_threads() -> str:
    """Return the number of threads, which changes the last bits of sums."""
    tf = sys.modules.get("tensorflow")
    n_set = tf.config.threading.get_intra_op_parallelism_threads() if tf else 0
    of_process = os.environ.get("TF_NUM_INTRAOP_THREADS") or os.environ.get(
        "OMP_NUM_THREADS"
    )
    return str(n_set or of_process or joblib.cpu_count())


def count_cached(folder: Path) -> int:
    """Return the number of trainings in a cache folder."""
    return len(list(folder.glob(f"*{_SUFFIX}")))


def _load_or_train(
    folder: Path, architecture: Architecture, *arguments: Any, **keywords: Any
) -> Checkpoint:
    decisive = {name: keywords[name] for name in keywords.keys() - set(_LISTENERS)}
    # Workers receive memory maps; they have the hash of the arrays that they map.
    key = joblib.hash(
        (_versions(), _n_threads(), architecture, arguments, decisive), coerce_mmap=True
    )
    path = folder / f"{key}{_SUFFIX}"
    checkpoint = _load(path, key, architecture)
    if checkpoint is None:
        checkpoint = train(architecture, *arguments, **keywords)
        # The caller will report a training that diverged.
        if checkpoint.has_finite_weights:
            _store(path, key, checkpoint)
    return checkpoint


def _load(path: Path, key: str, architecture: Architecture) -> Checkpoint | None:
    """Return the cached checkpoint, or None if there is none that can be trusted."""
    n_values = sum(w.size for w in architecture.weights())
    # Weights and two moments for each, in 4 bytes, and the names of the arrays.
    max_size = 12 * n_values + HEADER_SIZE
    try:
        entry = unpack(read_regular(path, max_size))
        if entry["key"] != key:
            raise ValueError(f"it holds the training {entry['key']!r:.80}.")
        checkpoint = Checkpoint(**entry["checkpoint"])
        checkpoint.check(architecture)
        return checkpoint
    except FileNotFoundError:
        return None
    # Whatever the fault is, the network can be trained again.
    except Exception as error:
        warn_user(
            f"{path} cannot be loaded ({error!r:.200}); the network is trained again.",
            MemoryFolderWarning,
        )
        return None


def _store(path: Path, key: str, checkpoint: Checkpoint) -> None:
    """Write a checkpoint to the cache; on failure, only warn."""
    data = pack({"key": key, "checkpoint": vars(checkpoint)})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A link may lead out of the folder: it is replaced, not followed.
        write_atomically(path, data, follow_links=False)
    except OSError as error:
        warn_user(
            f"The network is trained, but it could not be cached in {path.parent} "
            f"({error.strerror}). Free space or permit writing there, or set another "
            "folder as memory=.",
            MemoryFolderWarning,
        )
