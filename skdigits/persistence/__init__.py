"""Model files that are safe to load, and export to ONNX."""

import io
import os
import stat
from pathlib import Path
from typing import Any

from sklearn.base import BaseEstimator

from skdigits._files import write_atomically
from skdigits.exceptions import ModelFileError
from skdigits.persistence._archive import MAX_FILE_SIZE, parse_archive

__all__ = ["dump", "load", "to_onnx"]

PathLike = str | os.PathLike[str]


def dump(estimator: BaseEstimator, path: PathLike) -> None:
    """Store a model in a file of parameters and arrays, without code.

    The file is written atomically: if writing fails, an existing file is left
    unchanged.

    Parameters
    ----------
    estimator : estimator
        Estimator of this package, or a pipeline, search, ensemble or simple transformer
        of scikit-learn that contains one.
    path : str or os.PathLike
        Path of the file, by convention with the suffix ``.skops``.

    Raises
    ------
    ModelFileError
        If the model contains anything but plain data, such as Keras callbacks or a
        function. The message names the parameter.
    OSError
        If the file cannot be written.

    See Also
    --------
    load : Loads the model.
    to_onnx : Exports a model to ONNX.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skdigits import MLPDigitClassifier
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.persistence import dump, load
    >>> X, y = load_small_digits(return_X_y=True)
    >>> mlp = MLPDigitClassifier((16,), epochs=2, random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     dump(mlp, Path(folder, "mlp.skops"))
    ...     loaded = load(Path(folder, "mlp.skops"))
    >>> bool((loaded.predict_proba(X) == mlp.predict_proba(X)).all())
    True
    """
    from skdigits.persistence._schema import check_schema
    from skdigits.persistence._validate_model import validate_model

    try:
        validate_model(estimator)
        data = _to_skops(estimator)
        # A file that `load` would refuse is not written.
        check_schema(*parse_archive(data))
    except ModelFileError as fault:
        raise ModelFileError(f"Cannot store a model in {path!s}: {fault}") from None
    write_atomically(path, data)


def load(path: PathLike) -> Any:
    """Load a model from a file written by `dump`, without executing code from it.

    Only estimators of this package, those of scikit-learn that `dump` accepts, numbers,
    strings and arrays are loaded. Sizes are checked before memory is allocated, and
    weights must have the shapes of the network that the file describes.

    Parameters
    ----------
    path : str or os.PathLike
        File written by `dump`.

    Returns
    -------
    estimator : estimator
        The stored model.

    Raises
    ------
    ModelFileError
        If the file is damaged or inconsistent, or names a type that is not trusted. The
        message names the fault.
    OSError
        If the file cannot be read.

    See Also
    --------
    dump : Stores a model; has an example.
    """
    from skdigits.persistence._schema import check_schema
    from skdigits.persistence._validate_model import fill_defaults, validate_model

    data = _read_bytes(path)
    try:
        check_schema(*parse_archive(data))
        model = _from_skops(data)
        fill_defaults(model)
        validate_model(model)
    # On hostile input, the libraries may raise any exception.
    except Exception as error:
        known = isinstance(error, ModelFileError)
        fault = error if known else f"damaged ({error!r:.500})."
        raise ModelFileError(
            f"{path!s}: {fault} Nothing was loaded: ask for a file that "
            "skdigits.persistence.dump wrote."
        ) from error
    return model


def to_onnx(estimator: BaseEstimator, path: PathLike) -> None:
    """Export a model to ONNX, for prediction without Keras and TensorFlow.

    Parameters
    ----------
    estimator : estimator
        Fitted network of this package, pipeline of denoisers and a classifier, or
        search over one of these. Frozen estimators are unwrapped.
    path : str or os.PathLike
        Path of the file, by convention with the suffix ``.onnx``.

    Raises
    ------
    ModelFileError
        If a part of the model cannot be exported. `SaltPepperNoise` cannot: it
        simulates a noisy channel, which the inputs of the model have already passed.
    ImportError
        If the package onnx is not installed.
    OSError
        If the file cannot be written.

    See Also
    --------
    dump : Stores a model that `load` restores.

    Notes
    -----
    The input ``pixels`` is float32 of shape (n, n_features), with pixels in [0, 1]:
    divide ``uint8`` by 255. Pixels are not checked for NaN or their range. The outputs
    of classifiers are ``probabilities`` (n, n_classes) and ``label`` (n,), int64 for
    integer labels, else strings. The output of denoisers is ``pictures``
    (n, n_features). The metadata contain ``image_shape`` and, for classifiers,
    ``classes`` as JSON.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skdigits import MLPDigitClassifier
    >>> from skdigits.datasets import load_small_digits
    >>> from skdigits.persistence import to_onnx
    >>> X, y = load_small_digits(return_X_y=True)
    >>> mlp = MLPDigitClassifier((16,), epochs=2, random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     to_onnx(mlp, Path(folder, "mlp.onnx"))
    ...     Path(folder, "mlp.onnx").stat().st_size < 10_000
    True
    """
    try:
        import onnx  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "to_onnx needs the package onnx: pip install 'skdigits[onnx]'"
        ) from error
    from skdigits.persistence._onnx import build_onnx_model

    try:
        data = build_onnx_model(estimator).SerializeToString()
    except ModelFileError as fault:
        raise ModelFileError(f"Cannot write {path!s} for ONNX: {fault}") from None
    write_atomically(path, data)


def _read_bytes(path: PathLike) -> bytes:
    # Reading from a device or a pipe may never end.
    status = Path(path).stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_SIZE:
        raise ModelFileError(
            f"{path!s} is not a file of at most {MAX_FILE_SIZE} bytes written by "
            "skdigits.persistence.dump."
        )
    return Path(path).read_bytes()


def _to_skops(estimator: BaseEstimator) -> bytes:
    import skops.io

    try:
        return skops.io.dumps(estimator)
    except (TypeError, ValueError, RecursionError) as error:
        raise ModelFileError(
            f"it contains an object that cannot be stored ({error})."
        ) from error


def _from_skops(data: bytes) -> Any:
    import skops.io

    from skdigits.persistence._trust import all_trusted_names

    return skops.io.load(io.BytesIO(data), trusted=all_trusted_names())
