"""Loading of the model that a command is given."""

from typing import Any

from skdigits._commands._errors import CommandError


def load_model(path: str | None) -> Any:
    """Load a model file, or the package's classifier; may raise CommandError."""
    # Imported here, so that `skdigits --help` does not wait for scikit-learn.
    if path is None:
        from skdigits.pretrained import load_classifier

        return load_classifier()
    from skdigits.persistence import load

    try:
        return load(path)
    except ValueError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        reason = error.strerror or error
        raise CommandError(f"the model {path} cannot be read: {reason}.") from error
