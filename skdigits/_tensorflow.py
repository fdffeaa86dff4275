"""What must be settled before TensorFlow is first used."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_STDERR = 2

# Whether this process was forked from one in which TensorFlow was at work.
_is_orphan = False


@cache
def prepare_tensorflow() -> None:
    """Import Keras on TensorFlow: quietly, and with this process's share of cores."""
    # Silence, unless the user chose another level; TensorFlow obeys it too late.
    if os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3") == "3":
        with _native_messages_held_back():
            import tensorflow  # noqa: F401
    import keras

    if keras.config.backend() != "tensorflow":
        raise RuntimeError(
            f"skdigits needs Keras on TensorFlow, but Keras runs on "
            f"{keras.config.backend()!r}. Set the environment variable "
            "KERAS_BACKEND=tensorflow before Keras is imported."
        )
    _take_share_of_cores()


def refuse_orphan() -> None:
    """Raise where TensorFlow would wait for ever for threads that a fork left behind.

    Raises
    ------
    RuntimeError
        In a process forked after TensorFlow was prepared.
    """
    if _is_orphan:
        raise RuntimeError(
            "This process was forked from one in which TensorFlow is at work; here it "
            "would wait for ever. Start workers with joblib's default backend, or with "
            'multiprocessing.get_context("spawn").'
        )


def _note_fork() -> None:
    global _is_orphan
    _is_orphan = prepare_tensorflow.cache_info().currsize > 0


if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
    os.register_at_fork(after_in_child=_note_fork)


def _take_share_of_cores() -> None:
    """Obey the variable by which joblib limits its workers; TensorFlow does not."""
    import tensorflow as tf

    share = os.environ.get("OMP_NUM_THREADS", "")
    if not share.isdigit() or "TF_NUM_INTRAOP_THREADS" in os.environ:
        return
    try:
        tf.config.threading.set_intra_op_parallelism_threads(int(share))
        tf.config.threading.set_inter_op_parallelism_threads(int(share))
    except RuntimeError:  # TensorFlow is at work already, with threads of its own
        return


@contextmanager
def _native_messages_held_back() -> Iterator[None]:
    """Hold back what TensorFlow logs before it reads its level, unless it fails."""
    if sys.stderr is not None:
        sys.stderr.flush()
    try:
        visible = os.dup(_STDERR)
    except OSError:  # no standard error to keep clean
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
