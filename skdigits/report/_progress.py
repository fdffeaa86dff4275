"""How far the report is: bars on a terminal, plain lines in a log file."""

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)


class ReportProgress:
    """Progress over `n_experiments` and within each, on standard error."""

    def __init__(self, n_experiments: int) -> None:
        self._n_experiments = n_experiments
        self._n_finished = 0
        console = Console(stderr=True)
        self._has_terminal = console.is_terminal
        self._bar = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
        )
        self._task = self._bar.add_task("Loading pictures", total=n_experiments)
        self._step = self._bar.add_task("", total=None, visible=False)

    def __enter__(self) -> Self:
        """Show the bars, where they can move."""
        if self._has_terminal:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the bars as they stand."""
        if self._has_terminal:
            self._bar.stop()

    def start(self, description: str) -> None:
        """Name the experiment that runs now."""
        self._bar.update(self._task, description=description)
        self.step("getting ready")

    def step(self, description: str) -> None:
        """Name what the experiment does now."""
        self._bar.reset(self._step, total=None, description=description, visible=True)

    def finish(self, name: str, seconds: float | None) -> None:
        """Count one experiment as done, in this run or (None) in an earlier one."""
        self._n_finished += 1
        self._bar.update(self._step, visible=False)
        self._bar.update(self._task, completed=self._n_finished, description="Done")
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
