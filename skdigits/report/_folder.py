"""The output folder, in which each file is written atomically."""

import csv
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skdigits.report._experiment import Result, Table
from skdigits.report._record import from_json, to_json

PAGE_NAME = "index.html"
# The page contains this mark, so that the next run may overwrite it.
PAGE_MARK = '<meta name="generator" content="skdigits">'
FIGURE_DPI = 160
# In the folder of each finished experiment; written last, removed first.
RECORD_NAME = "result.json"
WORK_FOLDER_NAME = ".skdigits"


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
        self, name: str, result: Result, *, key: str, seconds: float
    ) -> None:
        """Write the tables and plots of one experiment to the folder `name`."""
        written = []
        for table in result.tables:
            written.append(self._drafts / f"{table.name}.csv")
            _write_csv(table, written[-1])
        for plot in result.plots:
            assert plot.figure is not None
            written.append(self._drafts / f"{plot.name}.png")
            plot.figure.savefig(written[-1], dpi=FIGURE_DPI, facecolor="white")
        record = self._drafts / RECORD_NAME
        record.write_text(to_json(key, seconds, result), encoding="utf-8")
        target = self.path / name
        target.mkdir(exist_ok=True)
        # If the run is killed here, the record is missing and the files are recreated.
        (target / RECORD_NAME).unlink(missing_ok=True)
        for path in [*written, record]:
            path.replace(target / path.name)

    def load_result(self, name: str, key: str) -> tuple[Result, float] | None:
        """Return the result and time (s) of an earlier run, or None if incomplete."""
        target = self.path / name
        try:
            found = from_json((target / RECORD_NAME).read_text("utf-8"), key)
        except (OSError, UnicodeDecodeError):
            return None
        if found is None:
            return None
        result, _ = found
        files = [f"{table.name}.csv" for table in result.tables]
        files += [f"{plot.name}.png" for plot in result.plots]
        return found if all((target / file).is_file() for file in files) else None

    def write_page(self, html: str) -> Path:
        """Write the page, replacing that of an earlier run; return its path."""
        draft = self._drafts / PAGE_NAME
        draft.write_text(html, encoding="utf-8")
        page = self.path / PAGE_NAME
        draft.replace(page)
        return page


@contextmanager
def open_folder(path: Path) -> Iterator[ReportFolder]:
    """Create the folder if it does not exist, and clean up at the end.

    Results and pages are kept, also after an error. Drafts are removed, and so are new
    folders that are still empty. Raises an OSError if the folder cannot be used.
    """
    work = path / WORK_FOLDER_NAME
    new_folders = [
        folder for folder in (work, path, *path.parents) if not folder.exists()
    ]
    drafts = None
    try:
        drafts = _create_folders(path)
        yield ReportFolder(path, drafts)
    finally:
        if drafts is not None:
            shutil.rmtree(drafts, ignore_errors=True)
        for folder in new_folders:
            if not folder.is_dir():
                continue
            if any(folder.iterdir()):
                break
            folder.rmdir()


def _create_folders(path: Path) -> Path:
    """Create the folder and one for drafts on the same disk; return the latter."""
    try:
        page = path / PAGE_NAME
        if page.exists() and PAGE_MARK not in page.read_text("utf-8", errors="replace"):
            raise FileExistsError(0, f"its {PAGE_NAME} was not written by skdigits")
        work = path / WORK_FOLDER_NAME
        work.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="drafts-", dir=work))
    except OSError as error:
        raise OSError(
            f"cannot write the report to {path}: {error.strerror}; choose another "
            "folder with --output"
        ) from error


def _write_csv(table: Table, path: Path) -> None:
    """Write a table with full precision and a header of column names."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in table.columns])
        writer.writerows(table.rows)
