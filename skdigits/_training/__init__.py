"""The door to scikeras, Keras and TensorFlow: train and predict.

Everything outside deals in architectures and NumPy arrays. Keras models and their
compiled graphs live here: one per architecture, shared by all fits of the process.
"""

from skdigits._training._cache import cached_train, count_cached
from skdigits._training._fit_method import fit_method
from skdigits._training._fit_task import CallbackSupportMixin, FitTask, fit_task
from skdigits._training._job import (
    Checkpoint,
    Noise,
    Objective,
    Schedule,
    TrainingData,
    Weights,
)
from skdigits._training._prediction import TrainedNetwork
from skdigits._training._schedules import SCHEDULES

__all__ = [
    "SCHEDULES",
    "CallbackSupportMixin",
    "Checkpoint",
    "FitTask",
    "Noise",
    "Objective",
    "Schedule",
    "TrainedNetwork",
    "TrainingData",
    "Weights",
    "cached_train",
    "count_cached",
    "fit_method",
    "fit_task",
]
