"""Model files that are safe to load, and export to ONNX."""

import errno
import os
from typing import Any

from sklearn.base import BaseEstimator

from skdigits._files._atomic import write_atomically
from skdigits._files._limits import FILE_SIZE
from skdigits._files._regular import read_regular
from skdigits.exceptions import ModelFileError

__all__ = ["dump", "load", "to_onnx"]

PathLike = str | os.PathLike[str]

# Errors of opening a folder, a pipe or a device.
_NOT_REGULAR = (errno.EISDIR, errno.EINVAL)
# First bytes of files that people take for model files.
_OTHER_FILES = {
    b"PK": "a zip archive, such as a .keras file (load it with Keras) or a model file "
    "of an early version of skdigits (fit the model again and dump it)",
    b"\x80": "a pickle (joblib.load reads it, and runs the code in it)",
    b"\x89HDF": "an HDF5 file (load it with Keras)",
    b"\x93NUMPY": "an array (numpy.load reads it)",
    **dict.fromkeys(
        (b"\x89PNG", b"\xff\xd8\xff"),
        "an image (skdigits.preprocessing.read_pictures reads it)",
    ),
    # The version of the format, then the name of the program that wrote it.
    **{
        bytes([8, version, 18]): "an ONNX file (onnxruntime.InferenceSession runs it)"
        for version in range(1, 32)
    },
    b"\x1f\x8b": "a gzip file",
    **dict.fromkeys(
        (b"x\x01", b"x^", b"x\x9c", b"x\xda"),
        "a zlib file, as joblib.dump(..., compress=True) writes (joblib.load reads it, "
        "and runs the code in it)",
    ),
}


def dump(estimator: BaseEstimator, path: PathLike) -> None:
    """Store a model in a file of parameters and arrays, without code.

    The file is written atomically: if writing fails, an existing file is left
    unchanged. It is a safetensors file [1]_, whose metadata describe the model as JSON.
    Arrays in single precision are stored in half precision if it holds the same values.

    Parameters
    ----------
    estimator : estimator
        Estimator of this package, or a pipeline, search, ensemble or simple transformer
        of scikit-learn that contains one.
    path : str or os.PathLike
        Path of the file, by convention with the suffix ``.safetensors``.

    Raises
    ------
    ModelFileError
        If the model contains anything but plain data, such as a function, or is larger
        than a model file may be. The message names the parameter.
    OSError
        If the file cannot be written.

    See Also
    --------
    load : Loads the model.
    to_onnx : Exports a model to ONNX.

    Notes
    -----
    The parameters ``callbacks``, ``memory``, ``n_jobs``, ``pre_dispatch`` and
    ``verbose`` belong to a process or machine and are not stored: the loaded model has
    their defaults. Nor are attributes that are neither documented nor needed to
    predict.

    References
    ----------
    .. [1] https://huggingface.co/docs/safetensors

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
    ...     dump(mlp, Path(folder, "mlp.safetensors"))
    ...     loaded = load(Path(folder, "mlp.safetensors"))
    >>> bool((loaded.predict_proba(X) == mlp.predict_proba(X)).all())
    True
    """
    from skdigits.persistence._objects import from_bytes, to_bytes

    try:
        data = to_bytes(estimator)
        # A file that `load` would refuse is not written.
        from_bytes(data)
    except (ValueError, RecursionError) as fault:
        raise ModelFileError(f"Cannot store a model in {path!s}: {fault}") from None
    write_atomically(path, data)


def load(path: PathLike) -> Any:
    """Load a model from a file written by `dump`, without executing code from it.

    Only estimators of this package, those of scikit-learn that `dump` accepts, numbers,
    strings and arrays are loaded. Everything is checked before anything is built, and
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
        If the file is damaged or inconsistent, names a class that is not trusted, or
        asks for more than a model file may. The message names the fault.
    OSError
        If the file cannot be read.

    See Also
    --------
    dump : Stores a model; has an example.
    """
    from skdigits.persistence._objects import from_bytes

    try:
        data = read_regular(path, FILE_SIZE)
        _check_kind(data)
        return from_bytes(data)
    # On hostile input, a library may raise any exception.
    except Exception as error:
        if isinstance(error, OSError) and error.errno not in _NOT_REGULAR:
            raise
        known = type(error) in (ModelFileError, ValueError)
        fault = f"{error!s:.1000}" if known else f"it is damaged ({error!r:.500})."
        if isinstance(error, OSError):
            fault = f"{error.strerror}."
            if error.errno == errno.EISDIR:
                fault = "it is a folder, such as TensorFlow's SavedModel."
        raise ModelFileError(
            f"{path!s}: {fault} Nothing was loaded: ask for a file that "
            "skdigits.persistence.dump wrote."
        ) from error


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


def _check_kind(data: bytes) -> None:
    """Raise ModelFileError for a file that is recognized as another kind."""
    if data.startswith(b"PK") and _first_member(data).endswith(b".npy"):
        raise ModelFileError(
            "it is an .npz file of arrays (numpy.load reads it; "
            "skdigits.datasets.load_labelled_images, if they are images and labels)."
        )
    for start, kind in _OTHER_FILES.items():
        # A safetensors file begins with the size of its header, then has a brace.
        if data.startswith(start) and data[8:9] != b"{":
            raise ModelFileError(f"it is {kind}.")


def _first_member(data: bytes) -> bytes:
    """Return the name of the first file in a zip archive."""
    name_size = int.from_bytes(data[26:28], "little")
    return data[30 : 30 + name_size]
