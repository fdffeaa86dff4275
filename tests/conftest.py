"""Settings that must stand before scipy and matplotlib are imported."""

import os

os.environ.setdefault("SCIPY_ARRAY_API", "1")  # else a scikit-learn check is skipped
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.pop("TF_CPP_MIN_LOG_LEVEL", None)  # how quiet we are by default is tested
# As skdigits sets it where it imports TensorFlow itself: tests that import Keras first
# get the same last bits.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
if "PYTEST_XDIST_WORKER" in os.environ:
    # As many threads as workers would fight over the cores.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import ctypes
import gc
import sys
from contextlib import contextmanager, nullcontext

import hypothesis
import pytest
from sklearn.model_selection import train_test_split

from skdigits.datasets import load_small_digits

# Its doctests would need cosmic-ray.
collect_ignore = ["mutation.py"]

# The same examples in each run; trainings take their time.
hypothesis.settings.register_profile(
    "skdigits", derandomize=True, deadline=None, database=None, max_examples=50
)
hypothesis.settings.load_profile("skdigits")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let tests that share fixtures and compiled models run in one process.

    These are the tests of a file, but scikit-learn's checks of one estimator.
    """
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file, _, test = nodeid.partition("::")
            is_battery = file.endswith("test_common.py")
            return f"{file}::{test.partition('(')[0]}" if is_battery else file

    return Scheduling(config, log)


def pytest_collection_finish(session):
    """Exempt what imports made from the garbage collections that graphs trigger."""
    gc.freeze()


@pytest.fixture(scope="session")
def digits():
    """Embedded digits: 1,400 to train on, 397 to test on."""
    X, y = load_small_digits(return_X_y=True)
    parts = train_test_split(X, y, train_size=1400, stratify=y, random_state=0)
    for part in parts:
        part.setflags(write=False)  # nobody may change what they are given
    X_train, X_test, y_train, y_test = parts
    return X_train, y_train, X_test, y_test


@pytest.fixture
def read_only_folder(tmp_path):
    """A folder that this process may not write to, not even as root."""
    folder = tmp_path / "read_only"
    folder.mkdir(mode=0o555)
    with bound_by_permissions() if os.geteuid() == 0 else nullcontext():
        yield folder


@contextmanager
def bound_by_permissions():
    """Give up root's right to write anywhere, as Linux lets a thread do (capset(2))."""
    if sys.platform != "linux":
        pytest.skip("root may write anywhere")
    libc = ctypes.CDLL(None)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this thread
    # Effective, permitted and inheritable capabilities; the same for those above 31.
    rights = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, rights) == 0
    before = rights[0]
    rights[0] &= ~(1 << 1)  # CAP_DAC_OVERRIDE
    assert libc.capset(header, rights) == 0
    try:
        yield
    finally:
        rights[0] = before
        assert libc.capset(header, rights) == 0
