"""The dataset of a report: embedded digits, MNIST, or an .npz file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from skdigits.datasets import fetch_mnist, load_labelled_images, load_small_digits

TITLES = {"digits": "scikit-learn's 8x8 digits", "mnist": "MNIST"}
TEST_FRACTION = 0.25
QUICK_SIZES = 1000, 200
# Training sets of this size or more get fewer epochs and larger batches.
MIN_LARGE_SIZE = 10_000

Array = NDArray[Any]


@dataclass(frozen=True)
class Dataset:
    """Stacks of images, (n, height, width), split once for all experiments."""

    title: str
    X_train: Array
    X_test: Array
    y_train: Array
    y_test: Array
    # Whether results can be compared with those of the lab.
    is_mnist: bool = False

    @property
    def is_large(self) -> bool:
        """Whether the training set is large enough for few epochs."""
        return len(self.X_train) >= MIN_LARGE_SIZE


def is_dataset_name(name: str) -> bool:
    """Return whether this is the name of a dataset or a path of an .npz file."""
    return name in TITLES or Path(name).suffix == ".npz"


def load_dataset(name: str, *, quick: bool, seed: int) -> Dataset:
    """Load and split a dataset; raises `DatasetError` if that fails."""
    if name == "mnist":
        train, test = fetch_mnist(subset="train"), fetch_mnist(subset="test")
        parts = [train.images, test.images, train.target, test.target]
    else:
        if name == "digits":
            digits = load_small_digits()
            X, y = digits.images, digits.target
        else:
            own = load_labelled_images(name)
            X, y = own.images, own.target
        parts = train_test_split(
            X, y, test_size=TEST_FRACTION, stratify=y, random_state=seed
        )
    title = TITLES.get(name, Path(name).name)
    if quick:
        n_all = len(parts[0])
        parts = _subsample(parts, seed)
        title += " (a subset)" if len(parts[0]) < n_all else ""
    X_train, X_test, y_train, y_test = parts
    return Dataset(title, X_train, X_test, y_train, y_test, name == "mnist")


def _subsample(parts: list[Array], seed: int) -> list[Array]:
    """Return a stratified subset of the images for a quick run."""
    X_train, X_test, y_train, y_test = parts
    for size, (X, y) in zip(
        QUICK_SIZES, [(X_train, y_train), (X_test, y_test)], strict=True
    ):
        if len(X) > size:
            X, _, y, _ = train_test_split(
                X, y, train_size=size, stratify=y, random_state=seed
            )
        if size == QUICK_SIZES[0]:
            X_train, y_train = X, y
        else:
            X_test, y_test = X, y
    return [X_train, X_test, y_train, y_test]
