"""MNIST: find, download and load it."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import Bunch
from sklearn.utils._param_validation import StrOptions, validate_params

from skdigits._files._npz import load_npz
from skdigits._files._text import one_line
from skdigits._images import to_unit_range
from skdigits.datasets._bunch import make_bunch
from skdigits.exceptions import DatasetError

_MNIST_FILE = "mnist.npz"
# Array name: shape. All are uint8.
_MNIST_ARRAYS = {
    "x_train": (60000, 28, 28),
    "y_train": (60000,),
    "x_test": (10000, 28, 28),
    "y_test": (10000,),
}


@validate_params(
    {
        "subset": [StrOptions({"train", "test", "all"})],
        "data_home": [str, os.PathLike, None],
        "download_if_missing": ["boolean"],
        "return_X_y": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def fetch_mnist(
    *,
    subset: str = "train",
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    return_X_y: bool = False,
) -> Bunch | tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Load MNIST, 70,000 digit images of 28x28 pixels; download it if missing.

    Searches for ``mnist.npz`` in Keras's format in `data_home`, in the folder set as
    environment variable ``SKDIGITS_DATA_HOME``, and in Keras's cache, in this order.
    If it is missing in all three, it is downloaded into Keras's cache.

    Parameters
    ----------
    subset : {"train", "test", "all"}, default="train"
        The 60,000 training images, the 10,000 test images, or all images with the
        training images first.

    data_home : path-like or None, default=None
        Folder that contains ``mnist.npz``.

    download_if_missing : bool, default=True
        Whether to download a missing file with `keras.datasets.mnist`.

    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    mnist : Bunch
        ``data`` of shape (n, 784), ``images`` of shape (n, 28, 28), both float32 in
        [0, 1], ``target`` of shape (n,) with labels 0 to 9, and ``DESCR``.

    Raises
    ------
    DatasetError
        If the file is missing and cannot be downloaded, or is damaged.

    References
    ----------
    .. [1] LeCun, Bottou, Bengio and Haffner (1998). Gradient-based learning applied to
       document recognition. Proceedings of the IEEE 86(11).
    """
    arrays = _load_mnist(_find_mnist(data_home, download_if_missing))
    parts = ["train", "test"] if subset == "all" else [subset]
    images = np.concatenate([arrays[f"x_{part}"] for part in parts])
    labels = np.concatenate([arrays[f"y_{part}"] for part in parts])
    data = to_unit_range(images.reshape(len(images), -1))
    description = f"MNIST, {subset}: {len(data)} images of 28x28 pixels."
    return make_bunch(data, labels.astype(np.int64), (28, 28), description, return_X_y)


def _find_mnist(
    data_home: str | os.PathLike[str] | None, download_if_missing: bool
) -> Path:
    """Return the path of the first file found, or of the downloaded file."""
    # Path.home() fails for users without a home folder.
    home = os.path.expanduser("~")  # noqa: PTH111
    keras_home = os.environ.get("KERAS_HOME", Path(home) / ".keras")
    folders = [
        data_home,
        os.environ.get("SKDIGITS_DATA_HOME"),
        Path(keras_home) / "datasets",
    ]
    paths = [Path(folder, _MNIST_FILE) for folder in folders if folder]
    for path in paths:
        if path.is_file():
            return path
    reason = "download_if_missing is False"
    if download_if_missing:
        try:
            return _download_mnist(paths[-1])
        except Exception as error:
            reason = f"the download failed ({one_line(error)})"
    searched = ", ".join(map(str, paths))
    raise DatasetError(
        f"MNIST not found: searched for {searched}, and {reason}. Put {_MNIST_FILE} in "
        "Keras's format (x_train, y_train, x_test, y_test) into a folder and pass the "
        "folder as data_home, or set it as environment variable SKDIGITS_DATA_HOME."
    )


def _download_mnist(path: Path) -> Path:
    """Download the file into Keras's cache; Keras verifies its checksum."""
    from skdigits.networks._tensorflow import prepare_tensorflow

    prepare_tensorflow()
    import keras

    keras.datasets.mnist.load_data(path.name)
    return path


def _load_mnist(path: Path) -> dict[str, NDArray[np.uint8]]:
    """Load all four arrays, or raise DatasetError."""
    arrays = load_npz(
        path,
        _MNIST_ARRAYS,
        solution="It is damaged or not MNIST in Keras's format. Delete it and fetch it "
        "again, or pass another data_home.",
    )
    for name, shape in _MNIST_ARRAYS.items():
        array = arrays[name]
        if array.shape != shape or array.dtype != np.uint8:
            raise DatasetError(
                f"{path} is not MNIST in Keras's format: {name} has shape "
                f"{array.shape} and dtype {array.dtype}, expected {shape} and uint8."
            )
    return arrays
