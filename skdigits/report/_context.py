"""What every experiment is given: pictures, seed, and networks already trained."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from skdigits.report._data import Pictures

T = TypeVar("T")
E = TypeVar("E")


def _silent(description: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Context:
    """Pictures split once for all experiments, and the user's settings."""

    pictures: Pictures
    quick: bool
    seed: int
    n_jobs: int
    # Folder where trainings are remembered; they outlive a killed run.
    memory: str | None = None
    # Called with what is done next.
    announce: Callable[[str], None] = _silent
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

    def fit(self, name: str, estimator: Any, *data: Any, **options: Any) -> Any:
        """Fit an estimator of this package, or read back what a killed run trained."""
        self.announce(f"training {name}, {estimator.epochs} epochs")
        estimator.set_params(memory=self.memory, random_state=self.seed)
        return estimator.fit(*data, **options)
