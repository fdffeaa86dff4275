"""Progress of a training: a bar in a terminal or notebook, else a line per epoch."""

import html
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import partial
from multiprocessing import current_process

# Takes the number of epochs done, and the loss and metrics of the last one, if any.
Listener = Callable[[int, Mapping[str, float]], None]

# Bars of several threads would overwrite each other.
_terminal = threading.Lock()


# Called with the number of epochs done and that of all epochs, at the beginning of each
# training in this context and after each epoch. Other processes do not call it.
epoch_observer: ContextVar[Callable[[int, int], None] | None] = ContextVar(
    "epoch_observer", default=None
)


@contextmanager
def epoch_listeners(title: str | None, n_epochs: int) -> Iterator[list[Listener]]:
    """Return functions to call before the first epoch and after each.

    One calls the `epoch_observer` of this context. With a title, one writes to standard
    output: a bar in a terminal or a notebook; lines in files and pipes, and for fits
    that share a terminal with others: those of worker processes and further threads.
    """
    listeners: list[Listener] = []
    observe = epoch_observer.get()
    if observe is not None:
        listeners.append(lambda done, _: observe(done, n_epochs))
    with ExitStack() as stack:
        # A program without a console has no standard output.
        if title is not None and sys.stdout is not None:
            bar = _bar(title, n_epochs, stack)
            listeners.append(bar or partial(_write_line, title, n_epochs))
        yield listeners


def _bar(title: str, n_epochs: int, stack: ExitStack) -> Listener | None:
    """Return a bar that moves until `stack` exits, or None where none can."""
    if current_process().name != "MainProcess":
        return None
    from rich import get_console

    console = get_console()
    if console.is_jupyter:
        return _notebook_bar(title, n_epochs)
    # Variables such as FORCE_COLOR make rich take a file for a terminal.
    is_terminal = getattr(sys.stdout, "isatty", bool)()
    if is_terminal and console.is_terminal and not console.is_dumb_terminal:
        return _terminal_bar(title, n_epochs, stack)
    return None


def _terminal_bar(title: str, n_epochs: int, stack: ExitStack) -> Listener | None:
    from rich import get_console, progress
    from rich.errors import LiveError
    from rich.table import Column

    if not _terminal.acquire(blocking=False):
        return None
    stack.callback(_terminal.release)
    bar = progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(bar_width=20),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        # Where the line is too short, this column is cut.
        progress.TextColumn(
            "{task.fields[values]}",
            table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
        ),
        console=get_console(),
        expand=True,
    )
    try:
        stack.enter_context(bar)
    except LiveError:  # older versions of rich: other code shows a bar
        return None
    task = bar.add_task(title, total=n_epochs, values="")

    def show(epoch: int, values: Mapping[str, float]) -> None:
        bar.update(task, completed=epoch, values=_format_values(values))

    return show


def _notebook_bar(title: str, n_epochs: int) -> Listener:
    """Return a bar that stays correct in the saved notebook, without extensions."""
    from IPython.display import display

    def content(epoch: int, values: Mapping[str, float]) -> dict[str, str]:
        text = _line(title, n_epochs, epoch, values)
        bar = f'<progress value="{epoch}" max="{n_epochs}"></progress>'
        return {"text/plain": text, "text/html": f"{bar} {html.escape(text)}"}

    handle = display(content(0, {}), raw=True, display_id=True)

    def show(epoch: int, values: Mapping[str, float]) -> None:
        if epoch > 0:
            handle.update(content(epoch, values), raw=True)

    return show


def _write_line(
    title: str, n_epochs: int, epoch: int, values: Mapping[str, float]
) -> None:
    if epoch == 0:
        return
    # In one piece and flushed, for readers of a growing file.
    sys.stdout.write(_line(title, n_epochs, epoch, values) + "\n")
    sys.stdout.flush()


def _line(title: str, n_epochs: int, epoch: int, values: Mapping[str, float]) -> str:
    return f"{title}: epoch {epoch}/{n_epochs} {_format_values(values)}".rstrip()


def _format_values(values: Mapping[str, float]) -> str:
    losses_first = sorted(values, key=lambda name: not name.endswith("loss"))
    return " ".join(f"{name} {values[name]:.4f}" for name in losses_first)
