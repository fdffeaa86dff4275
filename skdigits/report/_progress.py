"""How far the report is: bars on a terminal, plain lines in a log file."""

import sys
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)


class _Bars(Progress):
    """Bars that ask how far they are each time they are drawn."""

    def __init__(self, *columns: ProgressColumn, **settings: Any) -> None:
        self.ask: Callable[[], None] = lambda: None
        super().__init__(*columns, **settings)

    def get_renderables(self) -> Iterable[RenderableType]:
        """Return what is drawn."""
        self.ask()
        yield from super().get_renderables()


class ReportProgress:
    """Experiments, trainings or other steps of each, and epochs, on standard error."""

    def __init__(self, n_experiments: int) -> None:
        self._n_experiments = n_experiments
        self._n_finished = 0
        console = Console(stderr=True)
        self._has_terminal = console.is_terminal
        self._bars = _Bars(
            SpinnerColumn(),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
        )
        self._task = self._bars.add_task("Loading pictures", total=n_experiments)
        self._below: list[TaskID] = []

    def __enter__(self) -> Self:
        """Show the bars, where they can move."""
        if self._has_terminal:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the bars as they stand."""
        if self._has_terminal:
            self._bars.stop()

    def start(self, description: str) -> None:
        """Name the experiment that runs now."""
        self._bars.update(self._task, description=description)
        self.step("getting ready")

    def step(self, description: str) -> None:
        """Name what the experiment does now."""
        self._show_step(description, None, lambda: None)

    def count(
        self, description: str, total: int, count_done: Callable[[], int]
    ) -> None:
        """Name what the experiment does now; `count_done` tells how far it is."""
        self._show_step(
            description,
            total,
            lambda: self._bars.update(self._below[0], completed=count_done()),
        )

    def _show_step(
        self, description: str, total: int | None, ask: Callable[[], None]
    ) -> None:
        self._clear_below()
        # A bar that has a total cannot lose it, so this is a new one.
        self._below.append(self._bars.add_task(description, total=total))
        self._bars.ask = ask

    def _clear_below(self) -> None:
        self._bars.ask = lambda: None
        while self._below:
            self._bars.remove_task(self._below.pop())

    def watch_epochs(self, done: int, epochs: int) -> None:
        """Show how far a training is."""
        step, *trainings = self._below
        if done == 0:
            for task in trainings:
                self._bars.remove_task(task)
            self._below = [step, self._bars.add_task("epochs", total=epochs)]
        self._bars.update(self._below[-1], completed=done)

    def finish(self, name: str, seconds: float | None) -> None:
        """Count one experiment as done, in this run or (None) in an earlier one."""
        self._n_finished += 1
        self._clear_below()
        self._bars.update(self._task, completed=self._n_finished, description="Done")
        if not self._has_terminal:
            done = (
                "was finished already"
                if seconds is None
                else f"finished in {seconds:.1f} s"
            )
            sys.stderr.write(
                f"skdigits: {name} {done} "
                f"({self._n_finished} of {self._n_experiments})\n"
            )
            sys.stderr.flush()
