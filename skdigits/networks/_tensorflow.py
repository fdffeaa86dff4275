"""TensorFlow's set-up before its first use: backend, messages, threads, forks."""

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import cache
from importlib.util import find_spec

_STDERR = 2

# Held while TensorFlow is imported. A thread that shared standard error with another
# one, or a process forked meanwhile, would keep the wrong one for good.
_importing = threading.RLock()

# Whether this process was forked from one that had imported TensorFlow.
_is_forked = False


def prepare_tensorflow() -> None:
    """Import Keras on TensorFlow, silently and with this process's share of cores.

    Raises
    ------
    ImportError
        If TensorFlow is not installed.
    RuntimeError
        If Keras runs on another backend, or in a process forked from one that had
        imported TensorFlow: it would wait forever for threads of its parent.
    """
    if _is_forked:
        raise RuntimeError(
            "This process was forked from one in which TensorFlow runs, whose "
            "threads do not survive a fork. Start workers with joblib's default "
            'backend, or with multiprocessing.get_context("spawn").'
        )
    with _importing:
        _prepare_once()


def check_training_context() -> None:
    """Refuse settings of Keras and TensorFlow that would change a training.

    Raises
    ------
    RuntimeError
        If Keras would round learning rates, or in the scope of a distribution strategy
        or a graph.
    """
    import keras
    import tensorflow as tf

    if keras.config.floatx() not in ("float32", "float64"):
        raise RuntimeError(
            f"Keras would round learning rates to {keras.config.floatx()}, its "
            "process-wide floatx. Call keras.config.set_floatx('float32') before fit; "
            "the classifiers have precision='mixed_bfloat16' for faster training."
        )
    if tf.distribute.has_strategy():
        strategy = type(tf.distribute.get_strategy()).__name__
        raise RuntimeError(
            f"fit was called in the scope of a tf.distribute.{strategy}, but skdigits "
            "trains each network on one device. Leave the scope; a search spreads its "
            "fits over processes with n_jobs."
        )
    if not tf.executing_eagerly():
        raise RuntimeError(
            "fit was called while TensorFlow does not execute eagerly: inside a "
            "tf.function or tf.Graph, or after tf.compat.v1.disable_eager_execution(). "
            "Call fit outside of it."
        )


@cache
def is_installed() -> bool:
    """Return whether TensorFlow can be imported."""
    try:
        return find_spec("tensorflow") is not None
    except ValueError:  # it is hidden by None in sys.modules
        return False


def is_forked_process() -> bool:
    """Return whether TensorFlow was imported where this process was forked."""
    return _is_forked


def _note_fork() -> None:
    global _is_forked
    # Whoever imported it. TensorFlow cannot be asked whether its threads run already.
    _is_forked = "tensorflow" in sys.modules
    _importing.release()


if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
    os.register_at_fork(
        before=_importing.acquire,
        after_in_parent=_importing.release,
        after_in_child=_note_fork,
    )


@cache
def _prepare_once() -> None:
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        # TensorFlow imports absl's helpers for tests, which ask for the name of one.
        os.environ.setdefault("TEST_TMPDIR", os.curdir)
    # TensorFlow uses oneDNN by default only on some processors, but convolutions train
    # faster with it on the others too.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    # Silent unless the user chose another level; TensorFlow reads the level too late.
    is_silent = os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3") == "3"
    with _discard_native_messages() if is_silent else nullcontext():
        _import_tensorflow()
    import keras

    if keras.config.backend() != "tensorflow":
        raise RuntimeError(
            f"skdigits needs Keras on TensorFlow, but Keras runs on "
            f"{keras.config.backend()!r}. Set the environment variable "
            "KERAS_BACKEND=tensorflow before Keras is imported."
        )
    _limit_threads()


def _import_tensorflow() -> None:
    try:
        import tensorflow  # noqa: F401
    except ModuleNotFoundError as error:
        raise ImportError(
            "Training needs TensorFlow and scikeras: pip install tensorflow scikeras. "
            "Models that are loaded predict without."
        ) from error


def _limit_threads() -> None:
    """Apply the thread limit that joblib sets for workers; TensorFlow ignores it."""
    import tensorflow as tf

    share = os.environ.get("OMP_NUM_THREADS", "")
    if not share.isdigit() or "TF_NUM_INTRAOP_THREADS" in os.environ:
        return
    try:
        tf.config.threading.set_intra_op_parallelism_threads(int(share))
        tf.config.threading.set_inter_op_parallelism_threads(int(share))
    except RuntimeError:  # TensorFlow is already initialized
        return


@contextmanager
def _discard_native_messages() -> Iterator[None]:
    """Discard what TensorFlow logs before it reads its level."""
    with suppress(AttributeError, ValueError):  # it may be None or closed
        sys.stderr.flush()
    try:
        visible = os.dup(_STDERR)
    except OSError:  # there is no standard error
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), _STDERR)
        yield
    finally:
        os.dup2(visible, _STDERR)
        os.close(visible)
