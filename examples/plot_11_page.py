"""
Can a page of numbers be read?
==============================

A classifier expects images of single digits. A page has many, in lines and words, on
ruled paper and in uneven light, and some of them touch.

It can: :class:`~skdigits.reading.NumberReader` finds the digits, separates those that
touch, and reads them with any classifier. The figure shows a page and what was read.
"""

# %%
# A classifier of single digits
# -----------------------------
# The reader uses the classifier that comes with the package, unless it is given another
# one. Here it is a small network that learns from scikit-learn's digits of 8x8 pixels.
# It starts with a ``DigitNormalizer``, which sets the size of the images.

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skdigits import MLPDigitClassifier
from skdigits.datasets import load_small_digits
from skdigits.preprocessing import DigitNormalizer
from skdigits.reading import NumberReader

EPOCHS = 30
BATCH_SIZE = 32  # images
HEIGHT, WIDTH = 320, 640  # pixels of the page
DIGIT = 36  # pixels
SEED = 0

X, y = load_small_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=0.25, stratify=y, random_state=SEED
)
network = MLPDigitClassifier(
    (128,), epochs=EPOCHS, batch_size=BATCH_SIZE, random_state=SEED
)
pipeline = make_pipeline(DigitNormalizer(box_size=20, size=28), network)
pipeline.fit(X_train, y_train)

# %%
# A page
# ------
# Test digits are written on ruled paper under uneven light, in numbers of four digits.


def write_page(images, rng):
    """Return a page, 0..255, with numbers of four digits, and their images' indices."""
    ink = np.zeros((HEIGHT, WIDTH))
    ink[62::64] = ink[63::64] = 0.3  # rules
    picks = []
    for top in range(16, HEIGHT - 64, 64):
        for start in range(30, WIDTH - 190, 190):
            for left in range(start, start + 4 * 38, 38):
                picks.append(int(rng.integers(len(images))))
                digit = Image.fromarray(images[picks[-1]].reshape(8, 8))
                digit = digit.resize((DIGIT, DIGIT), Image.Resampling.BICUBIC)
                place = ink[top : top + DIGIT, left : left + DIGIT]
                np.maximum(place, np.asarray(digit), out=place)
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    paper = 0.75 + 0.1 * x - 0.1 * y + 0.01 * rng.standard_normal(ink.shape)
    page = paper * (1 - 0.7 * ink.clip(0, 1))
    return np.round(255 * page.clip(0, 1)).astype(np.uint8), picks


page, picks = write_page(X_test.astype(np.float32), np.random.default_rng(SEED))

# %%
# Reading
# -------
# ``predict`` returns the text of each page, ``read`` the label, probability and box of
# each digit of one page. Digits that are too uncertain become a question mark.

reader = NumberReader(pipeline, reject_below=0.5)
(text,) = reader.predict([page])
print(text)

fig, ax = plt.subplots(figsize=(6.4, 3.4), layout="compressed")
ax.imshow(page, cmap="gray", vmin=0, vmax=255)
for one in reader.read(page):
    top, left, bottom, right = one.box
    colour = "tab:orange" if one.label == "?" else "tab:blue"
    ax.add_patch(
        plt.Rectangle(
            (left, top), right - left, bottom - top, fill=False, edgecolor=colour
        )
    )
    ax.text(left, top - 2, one.label, color=colour)
ax.set_axis_off()
ax.set_title("what the reader found on a page")
plt.show()

written = "".join(str(y_test[pick]) for pick in picks)
read = "".join(text.split())
n_rejected = read.count("?")
print(f"{len(written)} digits written, {len(read)} found, {n_rejected} rejected")
if len(read) == len(written):
    n_right = sum(one == other for one, other in zip(written, read, strict=True))
    print(f"{n_right} digits right")

# %%
# Conclusions and limits
# ----------------------
# Finding the digits does not need to be learned; reading them does, and the reader is
# as good as its classifier. This one has seen a thousand digits and nothing else: it
# would read letters as digits. The classifier that comes with the package rejects them.
