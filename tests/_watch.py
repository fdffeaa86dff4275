"""An audit hook that forbids what does not happen with sound files."""

import os
import sys
import sysconfig
from contextlib import contextmanager
from pathlib import Path

# What happens when somebody else's code runs, or touches files and other processes.
RUNS = ("os.", "subprocess.", "pickle.", "socket.", "shutil.", "ctypes.", "pty.")
HARMLESS = ("os.scandir", "os.listdir", "os.putenv", "os.walk", "os.fwalk")

_PLACES = {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
_PLACES |= {str(Path(__file__).parent), str(Path(__file__).parents[1] / "skdigits")}
# Code and data of packages.
PACKAGES = (*_PLACES, *map(os.path.realpath, _PLACES), "<frozen ")


class Forbidden(BaseException):
    """Something happens that does not happen with sound files."""


class Watch:
    """An audit hook that learns what happens with sound files, and forbids the rest.

    Files of packages and those in the folder `reads` may be read, files in the folder
    `writes` changed, and modules of packages that are loaded imported.
    """

    def __init__(self, reads, writes):
        self.reads, self.writes = f"{reads}{os.sep}", f"{writes}{os.sep}"
        self.is_learning = self.is_on = False
        self.known, self.found, self.start = set(), [], Path.cwd()
        sys.addaudithook(self.listen)

    @contextmanager
    def learning(self):
        self.is_learning = self.is_on = True
        try:
            yield
        finally:
            self.is_learning = self.is_on = False
            self.packages = {name.partition(".")[0] for name in sys.modules}

    @contextmanager
    def forbidding(self):
        self.is_on, self.found = True, []
        try:
            yield
        finally:
            self.is_on = False

    def listen(self, event, arguments):
        if not self.is_on or self.is_harmless(event, arguments):
            return
        if event == "exec":  # without the address of the code
            arguments = arguments[0].co_filename, arguments[0].co_name
        what = f"{event} {arguments!r:.300}"
        if self.is_learning:
            self.known.add(what)
        elif what not in self.known:
            self.found.append(what)
            raise Forbidden(what)

    def is_harmless(self, event, arguments):
        match event, arguments:
            case "open", (path, _, flags):
                changes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
                return isinstance(path, int) or self.may_touch(path, changes)
            case "exec", (code,):
                return code.co_filename.startswith(PACKAGES)
            case "import", (name, *_):
                return not self.is_learning and name.partition(".")[0] in self.packages
        if not event.startswith(RUNS) or event in HARMLESS:
            return True
        paths = [part for part in arguments if isinstance(part, str | os.PathLike)]
        return bool(paths) and all(self.may_touch(path, True) for path in paths)

    def may_touch(self, path, changes):
        path = os.path.normpath(self.start / os.fsdecode(path))
        places = (self.writes,) if changes else (self.reads, *PACKAGES)
        return f"{path}{os.sep}".startswith(places)
