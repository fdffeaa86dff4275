"""TensorFlow's set-up before its first use: backend, messages, threads, forks."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_STDERR = 2

# Whether this process was forked from one that had initialized TensorFlow.
_is_forked = False


@cache
def prepare_tensorflow() -> None:
    """Import Keras on TensorFlow, silently and with this process's share of cores."""
    # Silent unless the user chose another level; TensorFlow reads the level too late.
    if os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3") == "3":
        with _hold_back_native_messages():
            import tensorflow  # noqa: F401
    import keras

    if keras.config.backend() != "tensorflow":
        raise RuntimeError(
            f"skdigits needs Keras on TensorFlow, but Keras runs on "
            f"{keras.config.backend()!r}. Set the environment variable "
            "KERAS_BACKEND=tensorflow before Keras is imported."
        )
    _limit_threads()


def is_forked_process() -> bool:
    """Return whether TensorFlow ran in a process from which this one was forked."""
    return _is_forked


def refuse_forked_process() -> None:
    """Raise in a forked process, where TensorFlow would wait forever for its threads.

    Raises
    ------
    RuntimeError
        In a process forked after TensorFlow was prepared.
    """
    if _is_forked:
        raise RuntimeError(
            "This process was forked from one in which TensorFlow runs, whose "
            "threads do not survive a fork. Start workers with joblib's default "
            'backend, or with multiprocessing.get_context("spawn").'
        )


def _note_fork() -> None:
    global _is_forked
    _is_forked = prepare_tensorflow.cache_info().currsize > 0


if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
    os.register_at_fork(after_in_child=_note_fork)


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
def _hold_back_native_messages() -> Iterator[None]:
    """Discard what TensorFlow logs before it reads its level, unless it fails."""
    if sys.stderr is not None:
        sys.stderr.flush()
    try:
        visible = os.dup(_STDERR)
    except OSError:  # there is no standard error
        yield
        return
    with tempfile.TemporaryFile() as held_back:
        os.dup2(held_back.fileno(), _STDERR)
        try:
            yield
        except BaseException:
            held_back.seek(0)
            os.write(visible, held_back.read())
            raise
        finally:
            os.dup2(visible, _STDERR)
            os.close(visible)
