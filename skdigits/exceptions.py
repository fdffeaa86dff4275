"""Warnings and errors of this package."""

__all__ = [
    "DatasetError",
    "MemoryFolderWarning",
    "ModelFileError",
    "PictureError",
    "PixelRangeWarning",
]


class PixelRangeWarning(UserWarning):
    """Floating-point pixels lie outside [0, 1], or ``uint8`` pixels are all below 17.

    Networks for digits expect pixels between 0 (background) and 1 (full ink). Divide
    by the largest possible value, or pass ``uint8`` pixels from 0 to 255, which are
    divided by 255. The message names the call.
    """


class MemoryFolderWarning(UserWarning):
    """The cache folder set as ``memory=`` is not readable or not writable.

    Training continues without the cache. The message names the file or folder and the
    reason.
    """


class DatasetError(OSError):
    """A data set is missing, cannot be downloaded, or its file is damaged.

    The message names the file and a solution.
    """


class PictureError(OSError):
    """An image file cannot be read.

    The message names the file and the reason.
    """


class ModelFileError(ValueError):
    """A model cannot be stored safely, or a model file cannot be trusted.

    The message names the file, the reason and a solution.
    """
