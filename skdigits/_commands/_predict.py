"""The command ``skdigits predict``: classify image files of single digits."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from skdigits._commands._errors import CommandError
from skdigits._commands._load_model import load_model
from skdigits._files._text import write_error, write_line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from skdigits.preprocessing import DigitNormalizer

DESCRIPTION = (
    "Classify images of single digits. Writes one line per image: file, label and "
    "probability, separated by tabs. A low probability means that the image may show "
    "something else, or another digit."
)
EPILOG = (
    "Formats are PNG, JPEG, TIFF, BMP, WebP and GIF; HEIC with skdigits[heic] and PDF "
    "with skdigits[pdf]. Pages of a TIFF or PDF file are numbered from 1, as in "
    "scan.tif[1]. Files that cannot be read are reported and skipped; the exit status "
    "is then 2."
)
EXIT_ERROR = 2


def add_predict_command(commands: Any) -> None:
    """Add the command to the subparsers of the command line."""
    parser = commands.add_parser(
        "predict",
        help="classify image files of single digits",
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="images to classify")
    parser.add_argument(
        "--model",
        metavar="FILE",
        help="classifier, or pipeline with one, saved by skdigits train or "
        "skdigits.persistence.dump; by default the one that comes with the package",
    )
    parser.add_argument(
        "--no-normalize",
        dest="normalize",
        action="store_false",
        help="pass the images to the model unchanged, light digits on dark; by default "
        "they are normalized to MNIST's format, by the model itself if it starts with "
        "a DigitNormalizer",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write one line per image; return the exit status."""
    # Imported here, so that `skdigits --help` does not wait for scikit-learn.
    from skdigits.preprocessing import read_pictures

    model = load_model(options.model)
    normalizer, classifier = _split_normalizer(model, normalize=options.normalize)
    _check_classifier(classifier, normalizer, options.model)
    status = 0
    for path in options.files:
        try:
            images = read_pictures(path)
        except OSError as error:
            write_error(error)
            status = EXIT_ERROR
            continue
        for page, image in enumerate(images, 1):
            name = path if len(images) == 1 else f"{path}[{page}]"
            try:
                label, probability = _classify(image, normalizer, classifier)
            except ValueError as error:
                write_error(f"{name}: {error}")
                status = EXIT_ERROR
                continue
            write_line(sys.stdout, name, label, probability)
    return status


def _split_normalizer(
    model: Any, *, normalize: bool
) -> tuple["DigitNormalizer | None", Any]:
    """Return the normalizer and the rest of the model."""
    from skdigits.preprocessing import DigitNormalizer
    from skdigits.reading._classifier import split_normalizer

    normalizer, classifier = split_normalizer(model)
    if normalizer is None and normalize:
        normalizer = DigitNormalizer()
    return normalizer, classifier


def _check_classifier(
    classifier: Any, normalizer: "DigitNormalizer | None", path: str
) -> None:
    """Raise CommandError unless the model is a classifier for images of this size."""
    if not hasattr(classifier, "predict_proba"):
        raise CommandError(
            f"{path} holds a {type(classifier).__name__}, which has no predict_proba. "
            "Save a fitted classifier, or a pipeline that ends in one."
        )
    expected = getattr(classifier, "n_features_in_", None)
    if normalizer is None or expected in (None, normalizer.size**2):
        return
    raise CommandError(
        f"{path} expects images of {expected} pixels, but normalized images have "
        f"{normalizer.size**2}. Train it in a pipeline with a DigitNormalizer, "
        "make_pipeline(DigitNormalizer(), classifier), or pass --no-normalize for "
        "images of the expected size."
    )


def _classify(
    image: "NDArray[np.uint8]", normalizer: "DigitNormalizer | None", classifier: Any
) -> tuple[str, str]:
    """Return label and probability of an image."""
    from skdigits.reading._classifier import joint_probabilities

    if normalizer is not None:
        image = normalizer.transform([image])[0]
        if not image.any():
            raise ValueError("the image is blank: ink and paper have no contrast.")
    # Rows in [0, 1], as every classifier of scikit-learn accepts them.
    row = image.reshape(1, -1).astype("float32") / 255
    probabilities = joint_probabilities(classifier, row)[0]
    best = int(probabilities.argmax())
    return str(classifier.classes_[best]), f"{probabilities[best]:.4f}"
