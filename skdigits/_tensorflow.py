"""What must be settled before TensorFlow is first used."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_STDERR = 2


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
