"""The command ``skdigits predict``: a line for each picture in files."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from skdigits.preprocessing import DigitNormalizer

DESCRIPTION = (
    "Read pictures of single digits with a saved model. Writes one line for each: "
    "file, label and probability, separated by tabs."
)
EPILOG = (
    "PNG, JPEG and TIFF are read; pages of a TIFF file are numbered from 1, as in "
    "scan.tif[1]. Files that cannot be read are reported and left out; the exit status "
    "is then 2."
)


class PredictError(Exception):
    """The pictures cannot be read as asked; the message is for the user."""


def add_predict_command(commands: Any) -> None:
    """Add the command to the subparsers of the command line."""
    parser = commands.add_parser(
        "predict",
        help="read pictures of digits in files with a saved model",
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="pictures to read")
    parser.add_argument(
        "--model",
        required=True,
        metavar="FILE",
        help="classifier that skdigits.persistence.dump wrote, or pipeline with one",
    )
    parser.add_argument(
        "--no-normalize",
        dest="normalize",
        action="store_false",
        help="give the model the pictures as they are, light digits on dark; without "
        "this they are made to look like MNIST's, by the model if it begins with a "
        "DigitNormalizer",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write a line for each picture; return the exit status."""
    # Here, not above: `skdigits --help` need not wait for scikit-learn.
    from skdigits.persistence import load
    from skdigits.preprocessing import read_pictures

    try:
        model = load(options.model)
    except ValueError as error:
        raise PredictError(str(error)) from error
    normalizer, classifier = _split(model, normalize=options.normalize)
    _check_classifier(classifier, normalizer, options.model)
    status = 0
    for path in options.files:
        try:
            pictures = read_pictures(path)
        except OSError as error:
            status = _report(error)
            continue
        for page, picture in enumerate(pictures, 1):
            name = path if len(pictures) == 1 else f"{path}[{page}]"
            try:
                answer = _answer(picture, normalizer, classifier)
            except ValueError as error:
                status = _report(f"{name}: {error}")
                continue
            fields = map(_printable, (name, *answer))
            sys.stdout.write("\t".join(fields) + "\n")
    return status


def _report(error: object) -> int:
    """Say in one line what went wrong; return the exit status for it."""
    message = " ".join(str(error).split())
    sys.stderr.write(f"skdigits: error: {message}\n")
    return 2


def _split(model: Any, *, normalize: bool) -> tuple["DigitNormalizer | None", Any]:
    """Return what makes the pictures uniform, and the model for the rest."""
    from sklearn.pipeline import Pipeline

    from skdigits.preprocessing import DigitNormalizer

    model = getattr(model, "best_estimator_", model)
    if isinstance(model, Pipeline) and isinstance(model[0], DigitNormalizer):
        return model[0], model[1:]
    return DigitNormalizer() if normalize else None, model


def _check_classifier(
    classifier: Any, normalizer: "DigitNormalizer | None", path: str
) -> None:
    """Raise unless the model reads pictures of the size that it will be given."""
    if not hasattr(classifier, "predict_proba"):
        raise PredictError(
            f"{path} holds a {type(classifier).__name__}, which gives no probabilities "
            "of labels. Save a fitted classifier, or a pipeline that ends in one."
        )
    expected = getattr(classifier, "n_features_in_", None)
    if normalizer is None or expected in (None, normalizer.size**2):
        return
    raise PredictError(
        f"{path} reads pictures of {expected} pixels, but normalised ones have "
        f"{normalizer.size**2}. Train it with a DigitNormalizer before it, "
        "make_pipeline(DigitNormalizer(), classifier), or pass --no-normalize for "
        "pictures that it can read as they are."
    )


def _answer(
    picture: NDArray[np.uint8], normalizer: "DigitNormalizer | None", classifier: Any
) -> tuple[str, str]:
    """Label and probability of a picture."""
    if normalizer is not None:
        picture = normalizer.transform([picture])[0]
        if not picture.any():
            raise ValueError("the picture is blank, no ink stands out from the paper.")
    # Rows of fractions are what every classifier of scikit-learn takes.
    row = picture.reshape(1, -1) / np.float32(255)
    probabilities = classifier.predict_proba(row)[0]
    best = int(probabilities.argmax())
    return str(classifier.classes_[best]), f"{probabilities[best]:.4f}"


def _printable(text: str) -> str:
    """Escape what would break the line, such as tabs in the name of a file."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode()
        for one in text
    )
