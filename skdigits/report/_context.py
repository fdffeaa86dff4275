"""Context of the experiments: dataset, settings, progress and shared networks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from skdigits._training import count_cached
from skdigits.report._data import Dataset

T = TypeVar("T")


class Progress(Protocol):
    """Display of the progress of an experiment."""

    def start_step(self, description: str) -> None:
        """Show the next step."""

    def start_counted_step(
        self, description: str, total: int, count_done: Callable[[], int]
    ) -> None:
        """Show the next step, with a function that counts its finished parts."""

    def update_epochs(self, done: float, epochs: int) -> None:
        """Show the number of finished epochs of a fit, with a fraction within one."""


@dataclass(frozen=True)
class Context:
    """Dataset and settings that all experiments share."""

    dataset: Dataset
    quick: bool
    seed: int
    n_jobs: int
    progress: Progress
    # Cache folder of fitted models, kept if the run is interrupted.
    memory: str
    _shared: dict[Callable[["Context"], Any], Any] = field(
        default_factory=dict, repr=False
    )

    @property
    def X_train(self) -> Any:
        """Training images, (n, height, width) in [0, 1]."""
        return self.dataset.X_train

    @property
    def y_train(self) -> Any:
        """Labels of the training images."""
        return self.dataset.y_train

    @property
    def X_test(self) -> Any:
        """Test images."""
        return self.dataset.X_test

    @property
    def y_test(self) -> Any:
        """Labels of the test images."""
        return self.dataset.y_test

    def choose(self, *, small: T, large: T, quick: T) -> T:
        """Choose a setting by the size of the dataset; `quick` in a quick run."""
        if self.quick:
            return quick
        return large if self.dataset.is_large else small

    def comparable(self, lab_value: float) -> float | None:
        """Return a result of the lab, or None if the dataset is not MNIST."""
        return lab_value if self.dataset.is_mnist else None

    def compute_once(self, compute: Callable[["Context"], T]) -> T:
        """Return `compute(self)`; experiments share the result."""
        if compute not in self._shared:
            self._shared[compute] = compute(self)
        return self._shared[compute]

    def start_step(self, description: str) -> None:
        """Show the next step."""
        self.progress.start_step(description)

    def start_fits(self, description: str, n_fits: int) -> str:
        """Show the progress of many fits; return the folder to cache them in."""
        folder = Path(self.memory, "counted")
        self.progress.start_counted_step(
            description, n_fits, lambda: count_cached(folder)
        )
        return str(folder)

    def fit(self, name: str, estimator: Any, *data: Any, **options: Any) -> Any:
        """Fit an estimator of this package, or load it from the cache."""
        self.start_step(f"training {name}, {estimator.epochs} epochs")
        estimator.set_params(memory=self.memory, random_state=self.seed)
        return estimator.fit(*data, **options)
