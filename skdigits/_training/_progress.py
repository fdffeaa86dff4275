"""Display of a training's progress: a moving bar, else a line per epoch."""

import html
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import partial
from multiprocessing import current_process

from skdigits._training._fit_progress import FitProgress, Listener, Progress

# Bars of several threads would overwrite each other.
_terminal = threading.Lock()


# Called with the number of epochs done and that of all epochs, at the beginning of each
# training in this context, after each epoch, and a few times a second within long ones,
# with a fraction. Other processes do not call it.
epoch_observer: ContextVar[Callable[[float, int], None] | None] = ContextVar(
    "epoch_observer", default=None
)


@contextmanager
def fit_progress(
    title: str | None, n_epochs: int, n_images: int
) -> Iterator[FitProgress]:
    """Return what is to be notified of epochs, each of `n_images`, and their parts.

    It calls the `epoch_observer` of this context. With a title, it writes to standard
    output: a bar in a terminal or a notebook; lines in files and pipes, and for fits
    that share a terminal with others: those of worker processes and further threads.
    """
    listeners: list[Listener] = []
    observe = epoch_observer.get()
    if observe is not None:
        listeners.append(lambda progress: observe(progress.done, progress.n_epochs))
    with ExitStack() as stack:
        # A program without a console has no standard output.
        if title is not None and sys.stdout is not None:
            bar = _bar(title, n_epochs, stack)
            listeners.append(bar or partial(_write_line, title))
        yield FitProgress(listeners, n_epochs, n_images)


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
            "{task.fields[text]}",
            table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
        ),
        console=get_console(),
        expand=True,
    )
    try:
        stack.enter_context(bar)
    except LiveError:  # older versions of rich: other code shows a bar
        return None
    task = bar.add_task(title, total=n_epochs, text="")

    def show(progress: Progress) -> None:
        bar.update(task, completed=progress.done, text=_text(progress))

    return show


def _notebook_bar(title: str, n_epochs: int) -> Listener:
    """Return a bar that stays correct in the saved notebook, without extensions."""
    from IPython.display import display

    def content(progress: Progress) -> dict[str, str]:
        text = _line(title, progress)
        bar = f'<progress value="{progress.done:g}" max="{n_epochs}"></progress>'
        return {"text/plain": text, "text/html": f"{bar} {html.escape(text)}"}

    handle = display(content(Progress(0, n_epochs)), raw=True, display_id=True)

    def show(progress: Progress) -> None:
        if progress.done > 0:
            handle.update(content(progress), raw=True)

    return show


def _write_line(title: str, progress: Progress) -> None:
    if progress.done == 0 or progress.is_within_epoch:
        return
    # In one piece and flushed, for readers of a growing file.
    sys.stdout.write(_line(title, progress) + "\n")
    sys.stdout.flush()


def _line(title: str, progress: Progress) -> str:
    epochs = f"{int(progress.done)}/{progress.n_epochs}"
    return f"{title}: epoch {epochs} {_text(progress)}".rstrip()


def _text(progress: Progress) -> str:
    """Return speed and time left, if they are known, and the last epoch's values."""
    parts = []
    if progress.images_per_second is not None and progress.seconds_left is not None:
        left = timedelta(seconds=round(progress.seconds_left))
        parts = [f"{progress.images_per_second:,.0f} images/s, {left} left"]
    return " ".join([*parts, *_format_values(progress.values)])


def _format_values(values: Mapping[str, float]) -> list[str]:
    losses_first = sorted(values, key=lambda name: not name.endswith("loss"))
    return [f"{name} {values[name]:.4f}" for name in losses_first]
