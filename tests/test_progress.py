"""What `verbose` shows, where it goes, and that it fits there."""

import os
import re
import subprocess
import sys
from contextlib import redirect_stdout

import numpy as np
import pytest

from skdigits._training import _fit_progress
from skdigits._training._fit_progress import FitProgress

pty = pytest.importorskip("pty", reason="terminals of POSIX")

FIT = """
from skdigits import MLPDigitClassifier
from skdigits.datasets import load_small_digits
X, y = load_small_digits(return_X_y=True)
mlp = MLPDigitClassifier((8,), epochs=3, random_state=0, verbose=1)
mlp.set_params(validation_fraction=0.1).fit(X, y)
"""
SEARCH = FIT.replace(
    "mlp.set_params(validation_fraction=0.1).fit(X, y)",
    """
from sklearn.model_selection import GridSearchCV
GridSearchCV(mlp, {"alpha": [0.0, 0.1]}, cv=2, n_jobs=2, refit=False).fit(X, y)
""",
)
THREADS = FIT.replace(
    "mlp.set_params(validation_fraction=0.1).fit(X, y)",
    """
import threading
from sklearn.base import clone
both = threading.Barrier(2)

class Meet(__import__("keras").callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 0:
            both.wait(60)
    def __deepcopy__(self, memo):
        return Meet()

mlp.set_params(callbacks=[Meet()])
fits = [threading.Thread(target=clone(mlp).fit, args=(X, y)) for _ in range(2)]
[fit.start() for fit in fits]
[fit.join() for fit in fits]
""",
)
# Every step is reported.
LONG_EPOCHS = """
from skdigits.networks._tensorflow import prepare_tensorflow
prepare_tensorflow()
from skdigits._training import _fit_progress, _loop
_fit_progress._LONG_EPOCH = _loop._SECONDS_PER_CALL = 0
"""
LINE = re.compile(
    r"MLPDigitClassifier: epoch (\d)/3( loss \d\.\d{4})( val_loss \d\.\d{4})?"
    r"( accuracy \d\.\d{4})( val_accuracy \d\.\d{4})?"
)


def shown_in_a_terminal(code, **variables):
    """What a program of its own writes to a terminal of 120 columns."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"TERM": "xterm", "COLUMNS": "120"} | variables,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(theirs)
        pieces = []
        while piece := read(ours):
            pieces.append(piece)
    os.close(ours)
    assert process.returncode == 0
    return b"".join(pieces).decode()


def without_styles(shown):
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)


def read(terminal):
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux's way to say that the other side is closed
        return b""


def test_file_gets_a_line_per_epoch(tmp_path, monkeypatch):
    # By this variable programs are told to use colours, in files too.
    monkeypatch.setenv("FORCE_COLOR", "1")
    with (tmp_path / "shown").open("w+") as file, redirect_stdout(file):
        exec(FIT, {})
    lines = (tmp_path / "shown").read_text().splitlines()
    found = [LINE.fullmatch(line) for line in lines]
    assert [match[1] for match in found] == ["1", "2", "3"]
    assert all(match.groups().count(None) == 0 for match in found)


def test_file_gets_no_line_within_an_epoch(tmp_path, monkeypatch):
    monkeypatch.setattr(_fit_progress, "_LONG_EPOCH", 0)
    monkeypatch.setattr(_fit_progress, "_INTERVAL", 0)
    with (tmp_path / "shown").open("w+") as file, redirect_stdout(file):
        exec(FIT.replace("epochs=3", "epochs=3, batch_size=1"), {})
    lines = (tmp_path / "shown").read_text().splitlines()
    assert [LINE.fullmatch(line)[1] for line in lines] == ["1", "2", "3"]


class Clock:
    now = 0.0

    def perf_counter(self):
        return self.now


def test_long_epochs_are_reported_a_few_times_a_second(monkeypatch):
    clock, seen = Clock(), []
    monkeypatch.setattr(_fit_progress, "time", clock)
    progress = FitProgress([lambda one: seen.append((clock.now, one))], 2, 1000)
    progress.begin()
    for epoch in range(2):
        progress.begin_epoch(epoch)
        # 100 images a second for 10 s, then 10 s of validation.
        for step in range(1, 101):
            clock.now = 20 * epoch + step / 10
            progress.report(step / 100)
        progress.end_epoch(epoch, {"loss": 1.0})
    assert [one.done for _, one in seen if not one.is_within_epoch] == [0, 1, 2]
    within = [(now, one) for now, one in seen if one.is_within_epoch]
    times = np.array([now for now, _ in within])
    gaps = np.diff(times)
    assert gaps.min() >= 0.25
    assert np.sum(gaps < 0.35) == len(gaps) - 1  # but for that between the epochs
    assert {round(one.images_per_second) for _, one in within} == {100}
    # 1 s after each epoch's first step. In the second epoch the time left follows from
    # that of the fit until then, the first validation included.
    (now, first), (later, second) = within[0], within[len(within) // 2]
    assert (now, first.done) == (pytest.approx(1.1), pytest.approx(0.11))
    assert first.seconds_left == pytest.approx(18.9)
    assert (later, second.done) == (pytest.approx(21.1), pytest.approx(1.11))
    assert second.seconds_left == pytest.approx(0.89 * (21.1 - 0.1) / (1.11 - 0.01))


class Collector:
    """The least that programs with a window of their own put for standard output."""

    def __init__(self):
        self.lines = []

    def write(self, text):
        self.lines.append(text)

    def flush(self):
        pass


def test_standard_output_may_lack_isatty(monkeypatch):
    collector = Collector()
    monkeypatch.setattr(sys, "stdout", collector)
    exec(FIT, {})
    assert all(LINE.fullmatch(line.strip()) for line in collector.lines)
    assert len(collector.lines) == 3


def test_standard_output_may_be_missing(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    exec(FIT, {})


def test_terminal_gets_one_bar_that_moves():
    shown = shown_in_a_terminal(FIT)
    assert "epoch" not in shown
    # What stands there at the end, and that the cursor is visible again.
    words = without_styles(shown).replace("\r", "\n")
    last = [line for line in words.splitlines() if line.strip()][-1]
    assert re.search(r"MLPDigitClassifier ━+ 3/3 0:00:\d\d loss \d.* val_loss ", last)
    assert shown.count("\n") == 1
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


@pytest.mark.slow
def test_bar_in_a_terminal_moves_within_a_long_epoch():
    fit = FIT.replace("epochs=3", "epochs=1, batch_size=1")
    shown = without_styles(shown_in_a_terminal(LONG_EPOCHS + fit))
    assert re.search(r"0/1 0:00:\d\d [\d,]+ images/s, 0:00:\d\d left", shown)
    assert "left" not in shown[shown.rindex("1/1") :]


@pytest.mark.slow
def test_terminal_without_cursor_gets_lines():
    assert len(LINE.findall(shown_in_a_terminal(FIT, TERM="dumb"))) == 3


@pytest.mark.slow
def test_processes_that_share_a_terminal_write_lines():
    shown = shown_in_a_terminal(SEARCH)
    assert "\x1b" not in shown
    assert len(LINE.findall(shown)) == 4 * 3


@pytest.mark.slow
def test_threads_that_share_a_terminal_have_one_bar():
    shown = shown_in_a_terminal(THREADS)
    assert len(LINE.findall(shown)) == 3
    assert "3/3" in shown


@pytest.mark.slow
def test_notebook_gets_one_bar_that_is_updated():
    pytest.importorskip("ipykernel")
    jupyter_client = pytest.importorskip("jupyter_client")
    messages = []
    with jupyter_client.run_kernel() as kernel:
        kernel.execute_interactive(FIT, output_hook=messages.append, timeout=300)
    displays = [m for m in messages if m["msg_type"].endswith("display_data")]
    assert [m["msg_type"] for m in displays] == [
        "display_data",
        *["update_display_data"] * 3,
    ]
    assert len({m["content"]["transient"]["display_id"] for m in displays}) == 1
    last = displays[-1]["content"]["data"]
    # For notebooks in files that cannot show HTML, and for those that can.
    assert LINE.fullmatch(last["text/plain"])[1] == "3"
    assert '<progress value="3" max="3">' in last["text/html"]
    assert not [m for m in messages if m["msg_type"] in ("stream", "error")]
