"""Models in files: safe to load from anybody, or without Keras in ONNX."""

import io
import os
import stat
from pathlib import Path
from typing import Any

from sklearn.base import BaseEstimator

from skdigits._files import write_atomically
from skdigits.exceptions import ModelFileError
from skdigits.persistence._archive import MAX_FILE_SIZE, read_archive

__all__ = ["dump", "load", "to_onnx"]

PathLike = str | os.PathLike[str]


def dump(estimator: BaseEstimator, path: PathLike) -> None:
    """Store a model in a file that holds parameters and arrays, and no code.

    The file is there in full or not at all: if it cannot be written to its end, one
    that was there before is left as it was.

    Parameters
    ----------
    estimator : estimator
        Estimator of this package, or one of scikit-learn's pipelines, searches,
        ensembles and simple transformers that holds such.
    path : str or os.PathLike
        Where to write it; customary names end in ``.skops``.

    Raises
    ------
    ModelFileError
        If the model holds something that is not plain data, such as Keras callbacks or
        a function. The message names the parameter.
    OSError
        If the file cannot be written.

    See Also
    --------
    load : Read such a file.
    to_onnx : Files for ONNX Runtime.

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
    from skdigits.persistence._validate_model import check_model

    try:
        check_model(estimator)
        data = _skops_bytes(estimator)
        # Nothing is written that `load` would refuse.
        check_schema(*read_archive(data))
    except ModelFileError as fault:
        raise ModelFileError(f"Cannot store a model in {path!s}: {fault}") from None
    write_atomically(path, data)


def load(path: PathLike) -> Any:
    """Load a model from a file written by `dump`, running nothing that it contains.

    Only estimators of this package, those of scikit-learn that `dump` accepts, numbers,
    strings and arrays are loaded. Sizes are checked before anything is allocated, and
    weights must have the shapes of the network that the file describes.

    Parameters
    ----------
    path : str or os.PathLike
        A file that `dump` wrote.

    Returns
    -------
    estimator : estimator
        The model as it was stored.

    Raises
    ------
    ModelFileError
        If the file is damaged, names anything that is not trusted, or does not fit
        together. The message says what was found.
    OSError
        If the file cannot be read.

    See Also
    --------
    dump : Write such a file, with an example.
    """
    from skdigits.persistence._schema import check_schema
    from skdigits.persistence._validate_model import check_model, fill_defaults

    data = _read(path)
    try:
        check_schema(*read_archive(data))
        model = _skops_object(data)
        fill_defaults(model)
        check_model(model)
    # Whatever the libraries say about bytes from a stranger, there is one answer.
    except Exception as error:
        known = isinstance(error, ModelFileError)
        fault = error if known else f"damaged ({error!r:.500})."
        raise ModelFileError(
            f"{path!s}: {fault} Nothing was loaded: ask for a file that "
            "skdigits.persistence.dump wrote."
        ) from error
    return model


def to_onnx(estimator: BaseEstimator, path: PathLike) -> None:
    """Write a model for ONNX Runtime, which answers without Keras and TensorFlow.

    Parameters
    ----------
    estimator : estimator
        Fitted network of this package, pipeline of denoisers and a classifier, or
        search for one of these; frozen estimators are unwrapped.
    path : str or os.PathLike
        Where to write it; customary names end in ``.onnx``.

    Raises
    ------
    ModelFileError
        If a part of the model has no ONNX form. `SaltPepperNoise` is refused too: it
        stands for a channel, which the pictures have passed when the model reads them.
    ImportError
        If the package onnx is missing.
    OSError
        If the file cannot be written.

    See Also
    --------
    dump : Files from which estimators are loaded again.

    Notes
    -----
    The input ``pixels`` is float32 of shape (n, n_features), rows of pixels in [0, 1]:
    divide ``uint8`` by 255. Classifiers put out ``probabilities`` (n, n_classes) and
    ``label`` (n,), int64 for integer labels, else strings; denoisers put out
    ``pictures`` (n, n_features). The metadata hold ``image_shape`` and, for
    classifiers, ``classes`` as JSON. Nothing checks the pixels for NaN or their range.

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
    from skdigits.persistence._onnx import onnx_model

    try:
        data = onnx_model(estimator).SerializeToString()
    except ModelFileError as fault:
        raise ModelFileError(f"Cannot write {path!s} for ONNX: {fault}") from None
    write_atomically(path, data)


def _read(path: PathLike) -> bytes:
    # A device or a pipe may have no end.
    status = Path(path).stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_SIZE:
        raise ModelFileError(
            f"{path!s} is no file of at most {MAX_FILE_SIZE} bytes, as "
            "skdigits.persistence.dump writes them."
        )
    return Path(path).read_bytes()


def _skops_bytes(estimator: BaseEstimator) -> bytes:
    import skops.io

    try:
        return skops.io.dumps(estimator)
    except (TypeError, ValueError, RecursionError) as error:
        raise ModelFileError(
            f"it holds something that has no file form ({error})."
        ) from error


def _skops_object(data: bytes) -> Any:
    import skops.io

    from skdigits.persistence._trust import all_trusted_names

    return skops.io.load(io.BytesIO(data), trusted=all_trusted_names())
