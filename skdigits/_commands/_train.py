"""The command ``skdigits train``: train a model as the package's were trained."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skdigits._commands._errors import CommandError
from skdigits._files._text import write_line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DESCRIPTION = (
    "Train a model like one of those that come with the package, and save it. The "
    "classifier learns to read other people's photos, scans and drawings: its training "
    "images are varied, and joined by digits of other kinds and by other things."
)
EPILOG = (
    "Images of FILE.npz (arrays X and y) and of FOLDER (a folder of image files for "
    "each label) are normalized to MNIST's format. MNIST is looked for where "
    "skdigits.datasets.fetch_mnist finds it. The classifier takes about an hour on two "
    "cores with MNIST, the others about 20 minutes."
)
KINDS = ("classifier", "denoiser", "dense_denoiser", "generator")


def add_train_command(commands: Any) -> None:
    """Add the command to the subparsers of the command line."""
    parser = commands.add_parser(
        "train",
        help="train a classifier, denoiser or generator, and save it",
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--dataset",
        default="mnist",
        metavar="mnist|FILE.npz|FOLDER",
        help="training images and labels (default: mnist)",
    )
    parser.add_argument(
        "--kind", choices=KINDS, default="classifier", help="default: classifier"
    )
    parser.add_argument(
        "--output", required=True, metavar="MODEL", help="file to write"
    )
    parser.add_argument(
        "--epochs",
        type=int,
        metavar="N",
        help="passes over the training images (default: those of the package's models, "
        "more if there are few images)",
    )
    parser.add_argument("--seed", type=int, default=0, help="default: 0")
    parser.set_defaults(run=run)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is less than 1")
    return value


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**32:
        raise argparse.ArgumentTypeError(f"{value} is not in 0 to {2**32 - 1}")
    return value


def run(options: argparse.Namespace) -> int:
    """Train and save a model; return the exit status."""
    from skdigits.exceptions import DatasetError
    from skdigits.persistence import dump
    from skdigits.pretrained import _recipe

    folder = Path(options.output).resolve().parent
    if not folder.is_dir():
        raise CommandError(
            f"the folder {folder} of --output does not exist. Create it."
        )
    train = getattr(_recipe, f"train_{options.kind}")
    settings = {"seed": options.seed, "verbose": 1}
    if options.epochs is not None:
        settings["epochs"] = options.epochs
    try:
        images, labels = _load_images(options.dataset)
        trained = train(images, labels, **settings)
    except (DatasetError, ValueError) as error:
        raise CommandError(str(error)) from error
    dump(trained.model, options.output)
    write_line(
        sys.stdout,
        f"{options.output}: {trained.metric} {trained.score:.4g}, on "
        f"{trained.n_images:,} images that it was not trained on",
    )
    return 0


def _load_images(dataset: str) -> "tuple[NDArray[np.uint8], NDArray[np.int64]]":
    """Return images in MNIST's format, and their labels."""
    from skdigits.datasets import fetch_mnist, load_labelled_images
    from skdigits.preprocessing import DigitNormalizer

    if dataset == "mnist":
        mnist = fetch_mnist()
        return _to_uint8(mnist.images), mnist.target
    own = load_labelled_images(dataset)
    if not set(own.target.tolist()) <= set(range(10)):
        raise CommandError(
            f"{dataset} has labels other than 0 to 9. For other labels fit a "
            "CNNDigitClassifier."
        )
    images = DigitNormalizer().transform(list(own.images))
    return images if images.dtype == "uint8" else _to_uint8(images), own.target


def _to_uint8(images: "NDArray[np.floating]") -> "NDArray[np.uint8]":
    return (255 * images).round().astype("uint8")
