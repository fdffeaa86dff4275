"""The targets of tests/fuzz.py: seeds, mutants, and what must come of each file."""

import copy
import io
import os
import struct
import sys
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tifffile
from _hostile import cut, flipped, forgery, mutants, spliced
from _models import BLIND_SPOT, CNN, DENOISER, GENERATOR, MLP, UNET
from PIL import Image
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    KFold,
    RandomizedSearchCV,
    ShuffleSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    LabelEncoder,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    StandardScaler,
)
from sklearn.semi_supervised import SelfTrainingClassifier

from skdigits import (
    LatentEncoder,
    RejectingClassifier,
    SaltPepperNoise,
    corruptions,
    datasets,
    persistence,
)
from skdigits._training import _cache
from skdigits._training._train import train
from skdigits.exceptions import DatasetError, ModelFileError, PictureError
from skdigits.preprocessing import DigitNormalizer, read_pictures

# What methods of a model may raise if its parameters or arrays make no sense.
ORDINARY = (ArithmeticError, AttributeError, ImportError, LookupError, RuntimeError)
ORDINARY += (TypeError, ValueError)


@cache
def digits():
    """Forty images of 8x8 pixels, each label four times."""
    X, y = datasets.load_small_digits(return_X_y=True)
    chosen = np.concatenate([np.flatnonzero(y == label)[:4] for label in range(10)])
    return X[chosen], y[chosen]


def refused(error):
    """Whether a file was refused, but not for a lack of memory."""
    while error is not None:
        if isinstance(error, MemoryError):
            raise error
        error = error.__cause__ or error.__context__
    return "refused"


# Model files


def all_corruptions():
    """Each corruption, with a fractal as small as the images."""
    names = [name for name in corruptions.__all__ if name[0].isupper()]
    each = {name: getattr(corruptions, name)() for name in names}
    each["Fog"].set_params(map_size=8)
    return each.values()


def models():
    """Fitted models that together have all classes of classes.toml."""
    X, y = digits()
    linear = LogisticRegression(max_iter=20)
    fixed = {"random_state": 0}
    shuffled = ShuffleSplit(2, **fixed)
    balanced = StratifiedShuffleSplit(2, test_size=10, **fixed)
    values = {"C": [0.1, 1.0], "random_state": [0]}
    halving = {"resource": "max_iter", "min_resources": 5, "max_resources": 10, "cv": 2}
    halving |= fixed
    scalers = MinMaxScaler(), MaxAbsScaler(), StandardScaler(), Normalizer(), PCA(9)
    state = np.random.RandomState(0)
    denoiser = FrozenEstimator(clone(DENOISER).fit(X))
    return {
        "mlp": clone(MLP).set_params(class_weight={0: 2.0}, random_state=state),
        "mlp grid": GridSearchCV(clone(MLP), {"alpha": [0, 0.1]}, cv=KFold(2)),
        "cnn": clone(CNN),
        "unet": clone(UNET),
        "blind spot": clone(BLIND_SPOT),
        "generator": clone(GENERATOR).set_params(n_components=1),
        "pipeline": make_pipeline(SaltPepperNoise(0.1, **fixed), denoiser, linear),
        "tables": make_pipeline(*scalers, linear).set_output(transform="pandas"),
        "corrupted": make_pipeline(*all_corruptions(), linear),
        "normalizer": DigitNormalizer(size=8, box_size=6),
        "rejecting": RejectingClassifier(linear, reject_label=0),
        "latent": LatentEncoder(DENOISER),
        "labels": LabelEncoder(),
        "boosting": AdaBoostClassifier(linear, n_estimators=2, **fixed),
        "bagging": BaggingClassifier(MLP, n_estimators=2, **fixed),
        "calibrated": CalibratedClassifierCV(linear, cv=StratifiedKFold(2)),
        "stacking": StackingClassifier([("a", linear)], linear, cv=2),
        "voting": VotingClassifier([("a", MLP), ("b", linear)], voting="soft"),
        "self training": SelfTrainingClassifier(linear, max_iter=2),
        "grid": GridSearchCV(linear, values, cv=balanced),
        "random": RandomizedSearchCV(linear, values, n_iter=2, cv=shuffled, **fixed),
        "halving": HalvingGridSearchCV(linear, values, **halving),
        "random halving": HalvingRandomSearchCV(
            linear, values, n_candidates=2, **halving
        ),
    }


@cache
def model_files():
    X, y = digits()
    files = {}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, model in models().items():
            path = Path(folder, "model.safetensors")
            model.fit(y.astype(str)) if name == "labels" else model.fit(X, y)
            persistence.dump(model, path)
            files[name] = path.read_bytes()
    return files


def model_mutant(files, rng):
    if rng.integers(4):
        return forgery(files, rng)
    return next(iter(mutants(files, 1, rng)))


def use_model(path, what):
    """Load a model and use it, but do not fit it."""
    try:
        model = persistence.load(path)
    except ModelFileError as error:
        return refused(error)
    X, _ = digits()
    attempt(lambda: [repr(model), model.get_params(), clone(model)])
    for name in ("predict", "predict_proba", "transform", "inverse_transform"):
        attempt(lambda name=name: getattr(model, name)(X[:8]))
    attempt(lambda: model.sample(8))
    assert "tensorflow" not in sys.modules
    return "loaded"


def attempt(call):
    try:
        call()
    except ORDINARY as error:
        refused(error)


# Parameters that say how long a fit is: numbers of passes and fits; and of short steps.
_WORK = {"cv", "epochs", "n_candidates", "n_estimators", "n_init", "n_iter"}
_WORK |= {"n_repeats", "n_splits"}
_STEPS = {"max_iter", "max_resources", "min_resources"}
MOST_WORK = 50


def work(model):
    """The product of such parameters, and of the numbers of candidates."""
    product = 1
    for name, value in model.get_params().items():
        if name.rpartition("__")[2] in ("param_grid", "param_distributions"):
            grids = value if isinstance(value, list) else [value]
            for key, values in ((k, v) for grid in grids for k, v in grid.items()):
                factors = map(_factor, [key] * len(values), values)
                product *= len(values) * max(factors, default=1)
        product *= _factor(name, value)
    return product


def _factor(name, value):
    own = name.rpartition("__")[2]
    if own not in _WORK | _STEPS or not isinstance(value, int | float):
        return 1
    return max(1, value if own in _WORK else value / MOST_WORK)


def fit_model(path, what):
    """Load a model and fit it, if its parameters ask for little."""
    try:
        model = persistence.load(path)
    except ModelFileError as error:
        return refused(error)
    attempt(model._repr_html_)
    if work(model) > MOST_WORK:
        return "loaded, not fitted"
    attempt(lambda: model.fit(*digits()))
    return "loaded"


# Entries of a folder of `memory`

_checkpoints = []


def train_once(*arguments, **keywords):
    """Stand in for `train`: the same checkpoint each time."""
    if not _checkpoints:
        _checkpoints.append(train(*arguments, **keywords))
    return copy.deepcopy(_checkpoints[0])


def fit_with(folder):
    return clone(MLP).set_params(warm_start=True, memory=folder).fit(*digits())


def entry():
    with tempfile.TemporaryDirectory() as folder:
        fit_with(folder)
        (path,) = Path(folder).iterdir()
        return {"entry": path.read_bytes()}


def entry_mutant(files, rng):
    return next(iter(mutants(files, 1, rng)))


def use_entry(path, what):
    """Fit with this file as the entry; forged ones may hold other sound weights."""
    _cache.train = train_once
    folder = path.with_name("memory")
    if what == "sound":  # also a fit without an entry is
        for old in folder.iterdir():
            old.unlink()
        fit_with(folder)
    (entry,) = folder.iterdir()
    entry.write_bytes(path.read_bytes())
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        fitted = fit_with(folder)
    assert [entry] == list(folder.iterdir())
    for weights, right in zip(fitted.weights_, _checkpoints[0].weights, strict=True):
        assert weights.shape == right.shape
        assert np.isfinite(weights).all()
        if "otherwise" not in what and "other_arrays" not in what:
            np.testing.assert_array_equal(weights, right)
    return "refused" if shown else "loaded"


# Images


def image_files():
    """PNG, JPEG and TIFF files of many kinds, of 20x16 pixels."""
    rng = np.random.default_rng(0)
    grey = Image.fromarray(rng.integers(256, size=(16, 20), dtype=np.uint8))
    deep = rng.integers(2**16, size=(16, 20), dtype=np.uint16)
    palette = grey.convert("P")
    palette.info["transparency"] = 3
    images = {mode: grey.convert(mode) for mode in ("1", "L", "LA", "RGB", "RGBA")}
    images |= {
        "P": palette,
        "I;16": Image.fromarray(deep),
        "CMYK": grey.convert("CMYK"),
    }
    upright = Image.Exif()
    upright[274] = 6  # orientation
    files = {"PNG interlaced": interlaced(np.asarray(grey))}
    kinds = {
        "PNG": ("1", "L", "LA", "RGB", "RGBA", "P", "I;16"),
        "JPEG": ("L", "RGB", "CMYK"),
        "TIFF": ("1", "L", "RGBA", "P", "I;16"),
    }
    options = {"JPEG": {"progressive": True, "exif": upright}}
    options["TIFF"] = {"compression": "tiff_lzw", "save_all": True}
    options["TIFF"]["append_images"] = [grey]
    for kind, modes in kinds.items():
        for mode in modes:
            for more in ({}, options.get(kind, {"exif": upright})):
                file = io.BytesIO()
                images[mode].save(file, kind, **more)
                files[f"{kind} {mode} {list(more)}"] = file.getvalue()
    for compression in ("jpeg", "packbits", "tiff_adobe_deflate"):
        file = io.BytesIO()
        grey.save(file, "TIFF", compression=compression)
        files[f"TIFF {compression}"] = file.getvalue()
    tiled = np.tile(deep, (3, 2, 2))
    for name, array, more in (
        ("tiled", tiled, {"tile": (16, 16)}),
        ("big", tiled, {"bigtiff": True, "compression": "zlib", "predictor": True}),
        ("float", deep.astype(np.float32), {"rowsperstrip": 5}),
        (
            "colours",
            np.asarray(images["RGB"]),
            {"byteorder": ">", "photometric": "rgb"},
        ),
    ):
        file = io.BytesIO()
        tifffile.imwrite(file, array, **more)
        files[f"TIFF {name}"] = file.getvalue()
    return files


def interlaced(pixels):
    """A grey PNG file in seven passes, which Pillow does not write."""
    passes = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4))
    passes += ((2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
    parts = (pixels[y::rows, x::columns] for y, x, rows, columns in passes)
    data = b"".join(b"\0" + bytes(row) for part in parts for row in part)
    height, width = pixels.shape
    header = struct.pack(">II5B", width, height, 8, 0, 0, 0, 1)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(data)), (b"IEND", b"")]
    return PNG + b"".join(chunk(*one) for one in chunks)


PNG = b"\x89PNG\r\n\x1a\n"


def chunk(kind, data):
    crc = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + crc


def with_checksums(data):
    """The PNG file with right lengths and checksums of its chunks, while it has any."""
    parts, at = [data[:8]], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        content = data[at + 8 : at + 8 + length]
        parts.append(chunk(data[at + 4 : at + 8], content))
        at += 12 + len(content)
    return b"".join(parts)


def numbered(data, rng):
    """Set a number of 1 to 8 bytes to one that is often handled wrongly."""
    size = int(rng.choice([1, 2, 4, 8]))
    at = rng.integers(len(data) + 1)
    half = 2 ** (8 * size - 1)
    number = [0, 1, 2, 3, half - 1, half, 2 * half - 1][rng.integers(7)]
    order = ("big", "little")[rng.integers(2)]
    return data[:at] + number.to_bytes(size, order) + data[at + size :]


def image_mutant(files, rng):
    name = list(files)[rng.integers(len(files))]
    data = files[name]
    for _ in range(rng.integers(1, 4)):
        kind = (flipped, cut, spliced, numbered)[rng.choice(4, p=[0.4, 0.1, 0.1, 0.4])]
        data = kind(data, rng) or PNG
    if data.startswith(PNG) and rng.integers(4):
        data = with_checksums(data)
    return kind.__name__, name, data


def use_image(path, what):
    """Load and normalize images."""
    try:
        images = read_pictures(path)
    except PictureError as error:
        return refused(error)
    for image in images:
        assert image.dtype == np.uint8
        assert image.ndim == 2
    digits = DigitNormalizer().fit_transform(images)
    assert np.isfinite(digits).all()
    return "loaded"


# MNIST


def mnist_file():
    file = io.BytesIO()
    shapes = {"train": 60000, "test": 10000}
    arrays = {f"y_{part}": np.arange(n, dtype=np.uint8) for part, n in shapes.items()}
    arrays |= {
        f"x_{part}": np.zeros((n, 28, 28), np.uint8) for part, n in shapes.items()
    }
    np.savez_compressed(file, **arrays)
    return {"mnist.npz": file.getvalue()}


def mnist_mutant(files, rng):
    (data,) = files.values()
    kinds = (flipped, cut, spliced, numbered, other_member)
    kind = kinds[rng.choice(5, p=[0.1, 0.1, 0.1, 0.2, 0.5])]
    if kind in (flipped, numbered) and rng.integers(2):
        # The directory of the archive is at its end.
        data = data[:-400] + kind(data[-400:], rng)
    else:
        data = kind(data, rng)
    return kind.__name__, "mnist.npz", data


def other_member(data, rng):
    """Change the header of an array, or what follows; checksums are right."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        changed = names[rng.integers(len(names))]
        for name in names:
            array = old.read(name)
            if name == changed:
                header, rest = array[:128], array[128:]
                if rng.integers(2):
                    rest = rest[: rng.integers(2000)]
                change = (flipped, numbered, cut, spliced, other_words)[rng.integers(5)]
                array = change(header, rng) + rest
            new.writestr(name, array, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def other_words(header, rng):
    """Change the type or the shape in the header of an array."""
    words = (b"|u1", b"|O", b"<f8", b"|V0", b"|S9", b"<U1", b"False", b"True", b"60000")
    words += (b"10000", b"28", b"-1", b"99999999999", b"0", b"()", b"(", b"[" * 30)
    present = [word for word in words if word in header]
    old, new = present[rng.integers(len(present))], words[rng.integers(len(words))]
    return (header.replace(old, new).rstrip() + b" " * 128)[:127] + b"\n"


def use_mnist(path, what):
    """Fetch MNIST from this file."""
    os.environ["SKDIGITS_DATA_HOME"] = str(path.parent)
    try:
        mnist = datasets.fetch_mnist(subset="test", download_if_missing=False)
    except DatasetError as error:
        return refused(error)
    assert mnist.data.shape == (10000, 784)
    assert mnist.target.shape == (10000,)
    return "loaded"


class Target(NamedTuple):
    """Seeds, a mutant of them, what happens to it, the limit of its time, its name."""

    seeds: Callable[[], dict[str, bytes]]
    mutant: Callable[..., tuple[str, str, bytes]]
    run: Callable[[Path, str], str]
    seconds: float = 5.0
    file: str = "case"


TARGETS = {
    "loader": Target(model_files, model_mutant, use_model),
    "fit": Target(model_files, model_mutant, fit_model, seconds=60.0),
    "store": Target(entry, entry_mutant, use_entry),
    "images": Target(image_files, image_mutant, use_image),
    "npz": Target(mnist_file, mnist_mutant, use_mnist, file="mnist.npz"),
}
