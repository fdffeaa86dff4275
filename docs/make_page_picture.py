"""Make the image of the page on the README: a screenshot in Chromium.

Run ``python docs/make_page_picture.py``. It writes docs/_static/page.png, and needs
``skdigits[browser]`` and an installed Chromium.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from skdigits import page

FILE = Path(__file__).parent / "_static" / "page.png"
SIZE = {"width": 1000, "height": 1060}
READY = """() => document.body.dataset.ready
    && document.querySelectorAll("#ladder .reading")[2].textContent"""


def main():
    """Write the page and take the picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder, "page.html")
        page.write(path)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        tab = browser.new_page(viewport=SIZE, reduced_motion="reduce")
        tab.goto(path.as_uri())
        tab.wait_for_function(READY, timeout=120_000)
        tab.screenshot(path=FILE)
        browser.close()


if __name__ == "__main__":
    main()
