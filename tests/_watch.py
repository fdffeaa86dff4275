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
_PLACES |= {path for path in sys.path if path.endswith(".zip")}
_PLACES |= {str(Path(__file__).parent), str(Path(__file__).parents[1] / "skdigits")}
# Code and data of packages, and where fits look for the libraries that are loaded.
PACKAGES = (*_PLACES, *map(os.path.realpath, _PLACES), "<frozen ", "/proc/self/maps")


class Forbidden(BaseException):
    """Something happens that does not happen with sound files."""


def _loaded_packages():
    return {name.partition(".")[0] for name in sys.modules}


class Watch:
    """An audit hook that forbids what does not happen with sound files.

    Files of packages and those in the folder `reads` may be read, files in the folder
    `writes` changed, and modules of packages that are loaded imported.
    """

    def __init__(self, reads, writes):
        self.reads, self.writes = f"{reads}{os.sep}", f"{writes}{os.sep}"
        self.is_on, self.found, self.start = False, [], Path.cwd()
        sys.addaudithook(self.listen)

    @contextmanager
    def forbidding(self):
        """Forbid it within this context; `found` lists what happened."""
        self.packages = _loaded_packages()
        self.is_on, self.found = True, []
        try:
            yield
        finally:
            self.is_on = False
            # importlib.import_module has no event of its own.
            self.found.extend(_loaded_packages() - self.packages)

    def listen(self, event, arguments):
        if self.is_on and not self.is_harmless(event, arguments):
            self.found.append(f"{event} {arguments!r:.300}")
            raise Forbidden(self.found[-1])

    def is_harmless(self, event, arguments):
        match event, arguments:
            case "open", (path, _, flags):
                changes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
                return isinstance(path, int) or self.may_touch(path, changes)
            case "exec", (code,):
                return code.co_filename.startswith(PACKAGES)
            case "import", (name, *_):
                return name.partition(".")[0] in self.packages
        if not event.startswith(RUNS) or event in HARMLESS:
            return True
        paths = [part for part in arguments if isinstance(part, str | os.PathLike)]
        return bool(paths) and all(self.may_touch(path, True) for path in paths)

    def may_touch(self, path, changes):
        path = os.path.normpath(self.start / os.fsdecode(path))
        places = (self.writes,) if changes else (self.reads, *PACKAGES)
        return f"{path}{os.sep}".startswith(places)
