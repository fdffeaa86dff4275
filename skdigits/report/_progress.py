"""Progress of the report: bars in a terminal, plain lines in a log file."""

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
    TimeRemainingColumn,
)
from rich.text import Text

from skdigits._files._text import escape


class _Bars(Progress):
    """Progress bars that call `before_render` before each rendering."""

    def __init__(self, *columns: ProgressColumn, **settings: Any) -> None:
        self.before_render: Callable[[], None] = lambda: None
        super().__init__(*columns, **settings)

    def get_renderables(self) -> Iterable[RenderableType]:
        """Return the bars after updating them."""
        self.before_render()
        yield from super().get_renderables()


class ReportProgress:
    """Progress of experiments, their steps and epochs, on standard error."""

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
            TimeRemainingColumn(),
            TextColumn("{task.description}"),
            console=console,
        )
        self._task = self._bars.add_task("Loading images", total=n_experiments)
        self._step_tasks: list[TaskID] = []

    def __enter__(self) -> Self:
        """Start the bars in a terminal."""
        if self._has_terminal:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the bars in their current state."""
        if self._has_terminal:
            self._bars.stop()

    def start_experiment(self, description: str) -> None:
        """Show the current experiment."""
        self._bars.update(self._task, description=description)
        self.start_step("starting")

    def start_step(self, description: str) -> None:
        """Show the current step of the experiment."""
        self._show_step(description, None, lambda: None)

    def start_counted_step(
        self, description: str, total: int, count_done: Callable[[], int]
    ) -> None:
        """Show the current step; `count_done` returns the number of finished parts."""
        self._show_step(
            description,
            total,
            lambda: self._bars.update(self._step_tasks[0], completed=count_done()),
        )

    def _show_step(
        self, description: str, total: int | None, before_render: Callable[[], None]
    ) -> None:
        self._clear_step()
        # The total of a bar cannot be removed, so add a new bar.
        self._step_tasks.append(self._bars.add_task(description, total=total))
        self._bars.before_render = before_render

    def _clear_step(self) -> None:
        self._bars.before_render = lambda: None
        while self._step_tasks:
            self._bars.remove_task(self._step_tasks.pop())

    def update_epochs(self, done: float, epochs: int) -> None:
        """Show the number of finished epochs of a fit, with a fraction within one."""
        step, *fits = self._step_tasks
        if done == 0:
            for task in fits:
                self._bars.remove_task(task)
            self._step_tasks = [step, self._bars.add_task("epochs", total=epochs)]
        self._bars.update(self._step_tasks[-1], completed=done)

    def finish_experiment(self, name: str, seconds: float | None) -> None:
        """Count an experiment as finished; `seconds` is None if loaded."""
        self._n_finished += 1
        self._clear_step()
        self._bars.update(self._task, completed=self._n_finished, description="Done")
        done = (
            "was finished already"
            if seconds is None
            else f"finished in {seconds:.1f} s"
        )
        self.write(f"{name} {done} ({self._n_finished} of {self._n_experiments})")

    def write(self, message: str) -> None:
        """Write a line, above the bars if there are any."""
        line = Text(f"skdigits: {escape(message)}")
        self._bars.console.print(line, soft_wrap=True)
