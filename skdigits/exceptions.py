"""Warnings and errors of this package."""

__all__ = [
    "DatasetError",
    "MemoryFolderWarning",
    "ModelFileError",
    "PictureError",
    "PixelRangeWarning",
]


class PixelRangeWarning(UserWarning):
    """Floating-point pixels lie outside [0, 1].

    Networks for digits expect the ink of a pixel as a fraction between 0
    (background) and 1 (full ink). Pass ``uint8`` pixels (0..255, scaled for you)
    or divide by the largest possible value.
    """


class MemoryFolderWarning(UserWarning):
    """A folder set as ``memory=`` cannot be read or written.

    The network is trained all the same. The message names the file or folder and what
    is wrong with it.
    """


class DatasetError(OSError):
    """A data set is missing, cannot be downloaded, or its file is damaged.

    The message names the file and what to do.
    """


class PictureError(OSError):
    """A picture cannot be read from its file.

    The message names the file and what is wrong with it.
    """


class ModelFileError(ValueError):
    """A model cannot be stored safely, or a model file cannot be trusted.

    The message names the file, what is wrong with it, and the way out.
    """
