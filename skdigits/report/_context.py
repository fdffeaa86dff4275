"""What every experiment is given: pictures, seed, and networks already trained."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from skdigits.datasets import fetch_mnist, load_small_digits

T = TypeVar("T")

TEST_FRACTION = 0.25
QUICK_MNIST_SIZES = 3000, 1000


@dataclass(frozen=True)
class Context:
    """Pictures split once for all experiments, and the user's settings."""

    dataset: str
    quick: bool
    seed: int
    n_jobs: int
    X_train: NDArray[Any]
    X_test: NDArray[Any]
    y_train: NDArray[Any]
    y_test: NDArray[Any]
    _made: dict[Callable[["Context"], Any], Any] = field(
        default_factory=dict, repr=False
    )

    def choose(self, *, digits: T, mnist: T, quick: T) -> T:
        """Pick the setting for this run: `quick` if asked for, else the data set's."""
        if self.quick:
            return quick
        return mnist if self.dataset == "mnist" else digits

    def once(self, make: Callable[["Context"], T]) -> T:
        """Call `make`, or recall what it made for an earlier experiment."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]


def load_context(dataset: str, *, quick: bool, seed: int, n_jobs: int) -> Context:
    """Load and split the pictures; raises `DatasetError` if there are none."""
    if dataset == "mnist":
        X_train, y_train = fetch_mnist(subset="train", return_X_y=True)
        X_test, y_test = fetch_mnist(subset="test", return_X_y=True)
        if quick:
            n_train, n_test = QUICK_MNIST_SIZES
            X_train, _, y_train, _ = train_test_split(
                X_train,
                y_train,
                train_size=n_train,
                stratify=y_train,
                random_state=seed,
            )
            X_test, _, y_test, _ = train_test_split(
                X_test, y_test, train_size=n_test, stratify=y_test, random_state=seed
            )
    else:
        X, y = load_small_digits(return_X_y=True)
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=TEST_FRACTION, stratify=y, random_state=seed
        )
    return Context(dataset, quick, seed, n_jobs, X_train, X_test, y_train, y_test)
