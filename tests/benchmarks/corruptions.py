"""Time of corruptions of 1,000 images, compared with the libraries that have them too.

Libraries without a form for batches are called in a loop over the images. Angles and
directions that are random for each image are fixed for the libraries; noise is not.

Run ``python tests/benchmarks/corruptions.py``.
"""

import io

import numpy as np
from _peers import mnist
from _timing import Rival, compare, report, rounds_from_command_line

N_IMAGES = 1000
ANGLE = 20.0  # degrees


def images(dtype):
    """Return a stack of MNIST's images."""
    X = mnist()[0][:N_IMAGES].reshape(-1, 28, 28)
    return (X * 255).round().astype(dtype) if dtype == "uint8" else X.astype(dtype)


def ours(name, dtype, parameters):
    """Return the task for skdigits, with a seed if it is random."""
    from skdigits import corruptions

    X = images(dtype)
    corruption = getattr(corruptions, name)(**parameters)
    if "random_state" in corruption.get_params():
        corruption.set_params(random_state=0)
    return lambda: corruption.transform(X)


def random_noise(dtype, parameters):
    from skimage.util import random_noise

    X = images(dtype)
    return lambda: random_noise(X, rng=0, **parameters)


def each_image(transform, dtype):
    """Return a task that transforms one image after the other."""
    X = images(dtype)
    return lambda: np.stack([transform(image) for image in X])


def scipy_disk(dtype):
    from scipy.ndimage import convolve

    offsets = np.arange(-2, 3)
    distance = np.hypot(offsets[:, np.newaxis], offsets)
    disk = np.clip(2 - distance, 0, 1).astype(np.float32)[np.newaxis]
    X = images(dtype)
    return lambda: convolve(X, disk / disk.sum(), mode="nearest")


def scipy_line(dtype):
    from scipy.ndimage import correlate

    steps, angle = np.arange(21), np.deg2rad(ANGLE)
    kernel = np.zeros((41, 41), np.float32)
    rows = 20 + np.rint(steps * np.sin(angle)).astype(int)
    columns = 20 + np.rint(steps * np.cos(angle)).astype(int)
    kernel[rows, columns] = np.exp(-((steps / 3) ** 2) / 2)
    kernel /= kernel.sum()
    return each_image(lambda image: correlate(image, kernel, mode="nearest"), dtype)


def skimage_warp(dtype, parameters):
    from skimage.transform import AffineTransform, warp

    about = AffineTransform(**parameters)
    return each_image(lambda image: warp(image, about), dtype)


def pillow_affine(dtype):
    from PIL import Image

    cosine, sine = np.cos(np.deg2rad(ANGLE)), np.sin(np.deg2rad(ANGLE))
    shift = 14 * (1 - cosine + sine), 14 * (1 - cosine - sine)
    matrix = (cosine, -sine, shift[0], sine, cosine, shift[1])
    method, filter_ = Image.Transform.AFFINE, Image.Resampling.BILINEAR

    def transform(image):
        pillow = Image.fromarray(image)
        return np.asarray(pillow.transform((28, 28), method, matrix, filter_))

    return each_image(transform, dtype)


def scipy_shift(dtype):
    from scipy.ndimage import shift

    return each_image(lambda image: shift(image, (3, -3), order=1), dtype)


def pillow_contrast(dtype):
    from PIL import Image, ImageEnhance

    def transform(image):
        enhancer = ImageEnhance.Contrast(Image.fromarray(image))
        return np.asarray(enhancer.enhance(0.4))

    return each_image(transform, dtype)


def pillow_jpeg(dtype):
    from PIL import Image

    def transform(image):
        file = io.BytesIO()
        Image.fromarray(image).save(file, "JPEG", quality=10)
        return np.asarray(Image.open(file))

    return each_image(transform, dtype)


def pillow_boxes(dtype):
    from PIL import Image

    def transform(image):
        small = Image.fromarray(image).resize((11, 11), Image.Resampling.BOX)
        return np.asarray(small.resize((28, 28), Image.Resampling.BOX))

    return each_image(transform, dtype)


def skimage_canny(dtype):
    from skimage.feature import canny

    return each_image(canny, dtype)


# Corruption, parameters, dtype, library, its task and further arguments.
CASES = [
    ("GaussianNoise", {"std": 0.2}, "float32", "scikit-image")
    + (random_noise, {"mode": "gaussian", "var": 0.04}),
    ("SpeckleNoise", {"std": 0.2}, "float32", "scikit-image")
    + (random_noise, {"mode": "speckle", "var": 0.04}),
    ("ShotNoise", {"photons": 256}, "float32", "scikit-image")
    + (random_noise, {"mode": "poisson"}),
    ("DefocusBlur", {"radius": 1.5}, "float32", "SciPy", scipy_disk),
    ("MotionBlur", {}, "float32", "SciPy", scipy_line),
    ("Contrast", {}, "uint8", "Pillow", pillow_contrast),
    ("Rotation", {"angle": ANGLE}, "float32", "scikit-image")
    + (skimage_warp, {"rotation": np.deg2rad(ANGLE)}),
    ("Rotation", {"angle": ANGLE}, "uint8", "Pillow", pillow_affine),
    ("Shear", {"angle": ANGLE}, "float32", "scikit-image")
    + (skimage_warp, {"shear": np.deg2rad(ANGLE)}),
    ("Scaling", {"factor": 0.7}, "float32", "scikit-image")
    + (skimage_warp, {"scale": 1 / 0.7}),
    ("Translation", {"shift": 3}, "float32", "SciPy", scipy_shift),
    ("CannyEdges", {}, "float32", "scikit-image", skimage_canny),
    ("JPEGCompression", {"quality": 10}, "uint8", "Pillow", pillow_jpeg),
    ("Pixelation", {"resolution": 0.4}, "uint8", "Pillow", pillow_boxes),
]


def main():
    rounds = rounds_from_command_line(__doc__)
    rows = []
    for name, parameters, dtype, library, task, *arguments in CASES:
        rows += compare(
            f"{name}, {dtype}",
            Rival("skdigits", ours, (name, dtype, parameters)),
            [Rival(library, task, (dtype, *arguments))],
            rounds=rounds,
            repeat=3,
        )
    report("corruptions", rows)


if __name__ == "__main__":
    main()
