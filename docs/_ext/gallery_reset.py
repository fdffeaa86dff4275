"""Reset hook that the gallery calls between two scripts."""

from typing import Any


def clear_keras_session(gallery_conf: dict[str, Any], file_name: str) -> None:
    """Clear the global state of Keras, such as the counters of layer names."""
    import keras

    keras.utils.clear_session()
