"""The output folder, in which each file is written atomically."""

import csv
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from skdigits._files._regular import open_regular
from skdigits._files._text import disarm_formula
from skdigits.report._experiment import Cell, Result, Table
from skdigits.report._lock import lock
from skdigits.report._record import MAX_RECORD_SIZE, from_json, to_json

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAGE_NAME = "index.html"
# The page contains this mark, so that the next run may overwrite it.
PAGE_MARK = '<meta name="generator" content="skdigits">'
PAGE_HEAD = 2**16  # bytes of the page in which the mark is
FIGURE_DPI = 160
QUICK_DPI = 80
# In the folder of each finished experiment; written last, removed first.
RECORD_NAME = "result.json"
WORK_FOLDER_NAME = ".skdigits"
LOCK_NAME = ".skdigits.lock"


class ReportFolder:
    """Output folder; each file is written to `drafts`, then moved into place."""

    def __init__(self, path: Path, drafts: Path) -> None:
        self.path = path
        self._drafts = drafts

    def cache_folder(self, key: str) -> str:
        """Return the cache folder of this run; remove those of other runs."""
        work = self.path / WORK_FOLDER_NAME
        name = f"trainings-{key}"
        for other in work.glob("trainings-*"):
            if other.name != name:
                shutil.rmtree(other, ignore_errors=True)
        return str(work / name)

    def remove_cache(self) -> None:
        """Remove the cache, and the drafts of interrupted runs."""
        shutil.rmtree(self.path / WORK_FOLDER_NAME, ignore_errors=True)

    def write_result(
        self, name: str, result: Result, *, key: str, seconds: float, dpi: int
    ) -> None:
        """Write the files of one experiment to the folder `name`."""
        written = []
        for table in result.tables:
            written.append(self._drafts / f"{table.name}.csv")
            _write_csv(table, written[-1])
        for plot in result.plots:
            assert plot.figure is not None
            written.append(self._drafts / f"{plot.name}.png")
            _write_png(plot.figure, written[-1], dpi)
        for page in result.pages:
            assert page.write is not None
            written.append(self._drafts / f"{page.name}.html")
            page.write(written[-1])
        record = self._drafts / RECORD_NAME
        record.write_text(to_json(key, seconds, result), encoding="utf-8")
        target = self.path / name
        target.mkdir(exist_ok=True)
        # If the run is killed here, the record is missing and the files are recreated.
        (target / RECORD_NAME).unlink(missing_ok=True)
        for path in [*written, record]:
            path.replace(target / path.name)

    def load_result(self, name: str, key: str) -> tuple[Result, float] | None:
        """Return the result and time (s) of an earlier run, or None.

        A ValueError if its record is damaged or one of its files is missing.
        """
        target = self.path / name
        try:
            with open_regular(target / RECORD_NAME) as file:
                found = from_json(file.read(MAX_RECORD_SIZE + 1), key)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ValueError(error.strerror) from error
        if found is None:
            return None
        result, _ = found
        files = [f"{table.name}.csv" for table in result.tables]
        files += [f"{plot.name}.png" for plot in result.plots]
        files += [f"{page.name}.html" for page in result.pages]
        for file_name in files:
            if not (target / file_name).is_file():
                raise ValueError(f"{file_name} is missing")
        return found

    def write_page(self, html: str) -> Path:
        """Write the page, replacing that of an earlier run; return its path."""
        draft = self._drafts / PAGE_NAME
        # Names of files may contain what UTF-8 cannot represent.
        draft.write_text(html, encoding="utf-8", errors="backslashreplace")
        page = self.path / PAGE_NAME
        draft.replace(page)
        return page


def _write_png(figure: "Figure", path: Path, dpi: int) -> None:
    """Draw a figure once; `Figure.savefig` draws twice to lay it out."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(dpi)
    figure.set_facecolor("white")
    FigureCanvasAgg(figure).print_png(path)


@contextmanager
def open_folder(path: Path) -> Iterator[ReportFolder]:
    """Create the folder if it does not exist, lock it, and clean up at the end.

    Results and pages are kept, also after an error. Drafts are removed, and so are new
    folders that are still empty. Raises an OSError if the folder cannot be used.
    """
    work = path / WORK_FOLDER_NAME
    new_folders = [
        folder for folder in (work, path, *path.parents) if not folder.exists()
    ]
    try:
        with ExitStack() as stack:
            try:
                _check_page(path / PAGE_NAME)
                work.mkdir(parents=True, exist_ok=True)
                stack.enter_context(lock(path / LOCK_NAME))
                drafts = _create_drafts(work)
            except OSError as error:
                raise OSError(
                    f"cannot write the report to {path}: {error.strerror}; choose "
                    "another folder with --output"
                ) from error
            stack.callback(shutil.rmtree, drafts, ignore_errors=True)
            yield ReportFolder(path, drafts)
    finally:
        for folder in new_folders:
            with suppress(OSError):  # not empty
                folder.rmdir()


def _check_page(page: Path) -> None:
    """Raise an OSError for a page that this package did not write."""
    if page.exists():
        with open_regular(page) as file:
            if PAGE_MARK.encode() not in file.read(PAGE_HEAD):
                raise FileExistsError(0, f"its {PAGE_NAME} was not written by skdigits")


def _create_drafts(work: Path) -> Path:
    """Create a folder for drafts on the same disk, without those of a killed run."""
    drafts = work / "drafts"
    shutil.rmtree(drafts, ignore_errors=True)
    drafts.mkdir()
    return drafts


def _write_csv(table: Table, path: Path) -> None:
    """Write a table with full precision and a header of column names."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in table.columns])
        writer.writerows(map(_without_formulas, table.rows))


def _without_formulas(row: Sequence[Cell]) -> list[Cell]:
    """Return cells that no spreadsheet evaluates: texts that begin a formula with '."""
    return [disarm_formula(one) if isinstance(one, str) else one for one in row]
