"""What every experiment is given: pictures, seed, and networks already trained."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from skdigits.report._data import Pictures

T = TypeVar("T")


class Progress(Protocol):
    """Who is told how far an experiment is."""

    def step(self, description: str) -> None:
        """Take note of what is done next."""

    def count(
        self, description: str, total: int, count_done: Callable[[], int]
    ) -> None:
        """Take note of the same, and of how to count what is done of it."""

    def watch_epochs(self, done: int, epochs: int) -> None:
        """Take note of how far a training is."""


@dataclass(frozen=True)
class Context:
    """Pictures split once for all experiments, and the user's settings."""

    pictures: Pictures
    quick: bool
    seed: int
    n_jobs: int
    progress: Progress
    # Folder where trainings are remembered; they outlive a killed run.
    memory: str
    _made: dict[Callable[["Context"], Any], Any] = field(
        default_factory=dict, repr=False
    )

    @property
    def X_train(self) -> Any:
        """Training pictures, (n, height, width) in [0, 1]."""
        return self.pictures.X_train

    @property
    def y_train(self) -> Any:
        """Their labels."""
        return self.pictures.y_train

    @property
    def X_test(self) -> Any:
        """Test pictures."""
        return self.pictures.X_test

    @property
    def y_test(self) -> Any:
        """Their labels."""
        return self.pictures.y_test

    def choose(self, *, small: T, large: T, quick: T) -> T:
        """Pick a setting by the number of pictures; `quick` if that was asked for."""
        if self.quick:
            return quick
        return large if self.pictures.is_large else small

    def lab(self, figure: str) -> str:
        """Return a figure of the lab's if it can be compared: it is about MNIST."""
        return figure if self.pictures.is_mnist else ""

    def once(self, make: Callable[["Context"], T]) -> T:
        """Call `make`, or recall what it made for an earlier experiment."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]

    def announce(self, description: str) -> None:
        """Tell what is done next."""
        self.progress.step(description)

    def announce_fits(self, description: str, n_fits: int) -> str:
        """Tell of many trainings; return the folder to remember just these in."""
        folder = Path(self.memory, "counted")
        self.progress.count(
            description, n_fits, lambda: len(list(folder.glob("*.npz")))
        )
        return str(folder)

    def fit(self, name: str, estimator: Any, *data: Any, **options: Any) -> Any:
        """Fit an estimator of this package, or read back what a killed run trained."""
        self.announce(f"training {name}, {estimator.epochs} epochs")
        estimator.set_params(memory=self.memory, random_state=self.seed)
        return estimator.fit(*data, **options)
