"""How far a training is: a bar where one can move, else a line per epoch."""

import html
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import partial
from multiprocessing import current_process

# Takes the number of epochs done, and loss and metrics of the last one, if any.
Show = Callable[[int, Mapping[str, float]], None]

# Bars of several threads would overwrite each other.
_terminal = threading.Lock()


# Called with the epochs done and those to do, as each training begins and goes on.
Watch = Callable[[int, int], None]
_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watching_epochs(watch: Watch) -> Iterator[None]:
    """Have all trainings in this context watched; other processes are not."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


@contextmanager
def epoch_watchers(title: str | None, n_epochs: int) -> Iterator[list[Show]]:
    """Give functions to call before the first epoch and after each.

    One is for who watches in this context. With a title, one shows what fits standard
    output: a bar in a terminal or a notebook; lines in files and pipes, and for fits
    that share a terminal with others: those of worker processes and further threads.
    """
    watchers: list[Show] = []
    watch = _watch.get()
    if watch is not None:
        watchers.append(lambda done, _: watch(done, n_epochs))
    with ExitStack() as stack:
        if title is not None:
            bar = _bar(title, n_epochs, stack)
            watchers.append(bar or partial(_write_line, title, n_epochs))
        yield watchers


def _bar(title: str, n_epochs: int, stack: ExitStack) -> Show | None:
    """Return a bar that moves until `stack` is left; None where none can."""
    if current_process().name != "MainProcess":
        return None
    from rich import get_console

    console = get_console()
    if console.is_jupyter:
        return _notebook_bar(title, n_epochs)
    # Variables such as FORCE_COLOR make rich take a file for a terminal.
    if sys.stdout.isatty() and console.is_terminal and not console.is_dumb_terminal:
        return _terminal_bar(title, n_epochs, stack)
    return None


def _terminal_bar(title: str, n_epochs: int, stack: ExitStack) -> Show | None:
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
        # Where the line is too short, this one ends early.
        progress.TextColumn(
            "{task.fields[values]}",
            table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
        ),
        console=get_console(),
        expand=True,
    )
    try:
        stack.enter_context(bar)
    except LiveError:  # older versions of rich: somebody else shows a bar
        return None
    task = bar.add_task(title, total=n_epochs, values="")

    def show(epoch: int, values: Mapping[str, float]) -> None:
        bar.update(task, completed=epoch, values=_words(values))

    return show


def _notebook_bar(title: str, n_epochs: int) -> Show:
    """Return a bar that also stays right in the file, and needs no extension."""
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
    # In one piece, and at once, for whoever follows the file.
    sys.stdout.write(_line(title, n_epochs, epoch, values) + "\n")
    sys.stdout.flush()


def _line(title: str, n_epochs: int, epoch: int, values: Mapping[str, float]) -> str:
    return f"{title}: epoch {epoch}/{n_epochs} {_words(values)}".rstrip()


def _words(values: Mapping[str, float]) -> str:
    losses_first = sorted(values, key=lambda name: not name.endswith("loss"))
    return " ".join(f"{name} {values[name]:.4f}" for name in losses_first)
