"""What the gallery does between two scripts."""

from typing import Any


def clear_keras_session(gallery_conf: dict[str, Any], file_name: str) -> None:
    """Forget the state that Keras keeps per process, such as names of layers."""
    import keras

    keras.utils.clear_session()
