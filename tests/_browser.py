"""An installed Chromium, and pages that are opened in it without a network."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

import skdigits

ASSETS = Path(skdigits.__file__).parent / "page" / "assets"
NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def launched_browser():
    """A headless browser; skips the test where there is none."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed (skdigits[browser])"
    )
    executable = os.environ.get("SKDIGITS_CHROMIUM") or next(
        filter(None, map(shutil.which, NAMES)), None
    )
    if executable is None:
        pytest.skip(f"no browser is installed: {', '.join(NAMES)}")
    with sync_api.sync_playwright() as playwright:
        # The end of playwright ends the browser; to close it may take forever.
        yield playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox"]
        )


@contextmanager
def tab_with_scripts(*names):
    """A tab in which these scripts of the page are loaded."""
    sources = [(ASSETS / f"{name}.js").read_text("utf-8") for name in names]
    with launched_browser() as browser:
        tab = browser.new_context(offline=True).new_page()
        tab.add_script_tag(content="\n".join(sources))
        yield tab


class OpenedPage:
    """A page from a file, and all that it says and asks for."""

    def __init__(self, browser, path, *, scheme="light", width=1000, state=""):
        self.messages, self.requests = [], []
        self.context = browser.new_context(
            color_scheme=scheme,
            offline=True,
            reduced_motion="reduce",
            viewport={"width": width, "height": 900},
        )
        self.tab = self.context.new_page()
        self.tab.on("console", lambda message: self.messages.append(message.text))
        self.tab.on("pageerror", lambda error: self.messages.append(str(error)))
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.url = Path(path).as_uri()
        self.tab.goto(self.url + state)
        self.tab.wait_for_selector("body[data-ready]", timeout=120_000)

    def draw(self, *strokes):
        """Draw with the pointer; points are fractions of the drawing area."""
        self.tab.locator("#clear").click()
        self.tab.locator("#pad").scroll_into_view_if_needed()
        box = self.tab.locator("#pad").bounding_box()

        def place(point):
            x, y = point
            return box["x"] + x * box["width"], box["y"] + y * box["height"]

        for stroke in strokes:
            self.tab.mouse.move(*place(stroke[0]))
            self.tab.mouse.down()
            for point in stroke[1:]:
                self.tab.mouse.move(*place(point), steps=4)
            self.tab.mouse.up()

    def wait_for(self, script, argument=None):
        """Wait until a function of the page's JavaScript returns something true."""
        self.tab.wait_for_function(script, arg=argument, timeout=120_000)

    def wait_for_answer(self, text):
        """Wait until the page says that it reads this."""
        self.wait_for(
            "text => document.querySelector('#answer strong').textContent === text",
            text,
        )
