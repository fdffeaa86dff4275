"""Pages on which ones and zeros are drawn, and a classifier that knows only these."""

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter
from sklearn.base import BaseEstimator, ClassifierMixin

from skdigits.preprocessing import DigitNormalizer

HEIGHT, PEN = 40, 6  # pixels, of a digit and its strokes
PAPER, INK = 225, 50


class Page:
    """A page to draw on."""

    def __init__(self, height=300, width=500):
        self.image = Image.new("L", (width, height), PAPER)
        self.draw = ImageDraw.Draw(self.image)

    def digit(self, label, left, top):
        """Draw a digit; return its box: top, left, bottom, right."""
        if label == "1":
            width = PEN
            self.draw.rectangle((left, top, left + PEN - 1, top + HEIGHT - 1), INK)
        else:
            width = 28
            box = (left, top, left + width - 1, top + HEIGHT - 1)
            self.draw.ellipse(box, outline=INK, width=PEN)
        return top, left, top + HEIGHT, left + width

    def number(self, labels, left, top, gap=8):
        """Draw digits with a gap between them; return their boxes."""
        boxes = []
        for label in labels:
            boxes.append(self.digit(label, left, top))
            left = boxes[-1][3] + gap
        return boxes

    def pixels(self):
        return np.array(self.image)


class Templates(ClassifierMixin, BaseEstimator):
    """Compares images with one template per label; other images are not digits."""

    def fit(self, X, y):
        self.X_, self.classes_ = np.asarray(X, float), np.asarray(y)
        return self

    def _distances(self, X):
        """Squared differences of blurred images, 1 for a blank image."""
        X, templates = _blur(X), _blur(self.X_)
        squares = ((X[:, np.newaxis] - templates) ** 2).sum(axis=2)
        return squares / (templates**2).sum(axis=1)

    def predict_proba(self, X):
        weights = np.exp(-6 * self._distances(X))
        return weights / weights.sum(axis=1, keepdims=True)

    def predict_joint_proba(self, X):
        distance = self._distances(X).min(axis=1, keepdims=True)
        return self.predict_proba(X) * np.exp(-3 * distance)


def _blur(X):
    side = int(np.shape(X)[1] ** 0.5)
    images = np.reshape(X, (-1, side, side)).astype(float)
    return gaussian_filter(images, (0, side / 14, side / 14)).reshape(len(images), -1)


def ones_and_zeros(labels=("0", "1"), normalizer=None):
    """Return the fitted classifier."""
    images = []
    for label in "01":
        page = Page(100, 100)
        page.digit(label, 30, 30)
        images.append(page.pixels())
    X = (normalizer or DigitNormalizer()).transform(images).reshape(2, -1) / 255
    return Templates().fit(X, np.array(labels))
