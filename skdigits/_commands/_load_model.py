"""Loading of the model that a command is given."""

from typing import Any


class ModelError(Exception):
    """The model cannot be loaded; the message is shown to the user."""


def load_model(path: str) -> Any:
    """Load a model file, or raise ModelError."""
    # Imported here, so that `skdigits --help` does not wait for scikit-learn.
    from skdigits.persistence import load

    try:
        return load(path)
    except ValueError as error:
        raise ModelError(str(error)) from error
    except OSError as error:
        reason = error.strerror or error
        raise ModelError(f"the model {path} cannot be read: {reason}.") from error
