"""How far the report is: a bar on a terminal, plain lines in a log file."""

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
    """Progress over `n_experiments`, on standard error."""

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
        self._task = self._bar.add_task(
            "Loading pictures and TensorFlow", total=n_experiments
        )

    def __enter__(self) -> Self:
        """Show the bar, where it can move."""
        if self._has_terminal:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the bar as it stands."""
        if self._has_terminal:
            self._bar.stop()

    def start(self, description: str) -> None:
        """Name the experiment that runs now."""
        self._bar.update(self._task, description=description)

    def finish(self, name: str, seconds: float) -> None:
        """Count one experiment as done."""
        self._n_finished += 1
        self._bar.update(self._task, completed=self._n_finished, description="Done")
        if not self._has_terminal:
            sys.stderr.write(
                f"skdigits: {name} finished in {seconds:.1f} s "
                f"({self._n_finished} of {self._n_experiments})\n"
            )
            sys.stderr.flush()
