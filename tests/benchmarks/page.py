"""Compare the HTML page with Python, and measure its times, in headless Chromium.

Run ``python tests/benchmarks/page.py``. It prints the size of the page, the agreement
of labels on MNIST's test images, the time from the end of a stroke to the new bars, and
the longest frame while the slider of the noise moves. Needs ``skdigits[browser]``, an
installed Chromium, and MNIST.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from _browser import OpenedPage, launched_browser

from skdigits import SaltPepperNoise, page
from skdigits.datasets import fetch_mnist
from skdigits.pretrained import load_classifier, load_denoiser

STROKES = (
    [(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)],
    [(0.5, 0.2), (0.5, 0.8)],
    [(0.3, 0.2), (0.3, 0.5), (0.7, 0.5), (0.6, 0.2), (0.6, 0.8)],
)
BATCH = 250

CLASSIFY = """async (images) => {
  const answers = [];
  for (const image of images) {
    const answer = await client.ask("classify", { image: Float32Array.from(image) });
    answers.push([...answer.probabilities]);
  }
  return answers;
}"""

CLEAN = """async (images) => {
  const answers = [];
  for (const image of images) {
    const question = { image: Float32Array.from(image), amount: 0, seed: 0 };
    const { cleaned } = await client.ask("clean", question);
    answers.push(cleaned.map((one) => [...one.image]));
  }
  return answers;
}"""

# Milliseconds from the end of each stroke to the change of the bars that follows it.
WATCH_STROKES = """() => {
  window.strokeTimes = [];
  let ended = null;
  document.getElementById("pad").addEventListener("pointerup", () => {
    ended = performance.now();
  }, { capture: true });
  new MutationObserver(() => {
    if (ended === null) return;
    window.strokeTimes.push(performance.now() - ended);
    ended = null;
  }).observe(document.getElementById("answer"), { childList: true });
}"""

MOVE_SLIDER = """async () => {
  const slider = document.getElementById("noise");
  const frames = [];
  let before = performance.now();
  for (let value = 0; value <= 100; value += 1) {
    slider.value = value;
    slider.dispatchEvent(new Event("input"));
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - before);
    before = now;
  }
  return frames;
}"""


def main():
    """Run the comparisons and print their results as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--strokes", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, launched_browser() as browser:
        path = Path(folder, "page.html")
        page.write(path)
        opened = OpenedPage(browser, path)
        results = {
            "size_MB": path.stat().st_size / 1e6,
            **measure_strokes(opened, options.strokes),
            **measure_slider(opened),
            **compare_labels(opened, options.images),
            **compare_denoised(opened),
            "messages": opened.messages,
            "requests": [url for url in opened.requests if url != opened.url],
        }
    sys.stdout.write(json.dumps(results, indent=1) + "\n")


def measure_strokes(opened, n):
    """Times from the end of a stroke to the new bars."""
    opened.tab.evaluate(WATCH_STROKES)
    for i in range(n):
        opened.draw(STROKES[i % len(STROKES)])
        opened.wait_for("n => window.strokeTimes.length > n", i)
    times = opened.tab.evaluate("window.strokeTimes")
    return {
        "stroke_to_bars_ms_median": float(np.median(times)),
        "stroke_to_bars_ms_largest": float(np.max(times)),
    }


def measure_slider(opened):
    """Times of frames while the slider of the noise moves."""
    opened.tab.wait_for_timeout(2000)  # the other parts follow the last stroke
    frames = opened.tab.evaluate(MOVE_SLIDER)
    return {
        "slider_frame_ms_median": float(np.median(frames)),
        "slider_frame_ms_largest": float(np.max(frames)),
        "slider_frames_above_100_ms": int(np.sum(np.array(frames) > 100)),
    }


def compare_labels(opened, n):
    """Labels and probabilities of MNIST's test images."""
    X = fetch_mnist(subset="test").images[:n].reshape(-1, 784)
    parts = [X[at : at + BATCH] for at in range(0, len(X), BATCH)]
    actual = np.concatenate([opened.tab.evaluate(CLASSIFY, p.tolist()) for p in parts])
    classifier = load_classifier()[-1]
    expected = np.concatenate([classifier.predict_joint_proba(part) for part in parts])
    return {
        "images": len(X),
        "equal_labels": int((actual.argmax(axis=1) == expected.argmax(axis=1)).sum()),
        "largest_difference_of_probabilities": float(np.abs(actual - expected).max()),
    }


def compare_denoised(opened):
    """Denoised pixels of 200 test images."""
    X = fetch_mnist(subset="test").images[:200].reshape(-1, 784)
    noisy = SaltPepperNoise(0.4, random_state=0).fit_transform(X)
    actual = np.array(opened.tab.evaluate(CLEAN, noisy.tolist()))
    denoisers = load_denoiser("dense"), load_denoiser()
    expected = np.stack([one.transform(noisy) for one in denoisers], axis=1)
    difference = np.abs(actual - expected).max()
    return {"largest_difference_of_denoised_pixels": float(difference)}


if __name__ == "__main__":
    main()
