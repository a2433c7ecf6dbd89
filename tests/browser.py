"""A real browser for tests: Debian's chromium, or the one that CHROMIUM names.

Where Debian's `chromium-headless-shell` is installed it is taken: the same engine without windows, whose drawing in the
background took three quarters of the browser's time.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = (390, 1280)
EVERY_LOOK = tuple((width, scheme) for width in WIDTHS for scheme in ("light", "dark"))
AXE_RUN = "how => axe.run(how).then(found => found.violations)"
TWO_LOOKS = ((390, "dark"), (1280, "light"))


def chromium_path() -> str:
    """Where the browser is. Skips the test where there is none; under CI=true that is a failure."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if not path:
        if os.environ.get("CI") == "true":
            pytest.fail("no chromium here: apt-get install chromium, or set CHROMIUM")
        pytest.skip("no chromium here: apt-get install chromium, or set CHROMIUM")
    return str(path)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser for a `with` block, for tests that are done with the database by then."""
    with sync_playwright() as playwright:
        # without a graphics card one is played by the processor, which costs a sixth of what the browser takes
        started = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one module's tests."""
    chromium_path()
    with open_browser() as started:
        yield started


def what_axe_finds(page: Page, picture: str = "", looks: tuple[tuple[int, str], ...] = EVERY_LOOK) -> Iterator[str]:
    """What axe finds on the page in front of us, in light and dark, at phone and desktop width, and what is too wide.

    The page is loaded once and axe is put into it once: loading both again for each look cost more than looking. At one
    width the schemes differ in nothing but colour, so the second is looked at with the rules about colour alone.
    `SCREENSHOTS=DIR` keeps a picture of each look under the name given.
    """
    page.evaluate(AXE_SCRIPT)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    before = 0
    colours = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    for width, scheme in looks:
        if width != before:
            page.set_viewport_size({"width": width, "height": 900})
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                yield f"{width}: {wide} wide"
        rules = {"runOnly": colours} if width == before else {}
        before = width
        page.emulate_media(color_scheme=scheme)
        if (kept := os.environ.get("SCREENSHOTS")) and picture:
            page.screenshot(path=str(Path(kept) / f"{picture}-{width}-{scheme}.png"), full_page=True)
        for one in page.evaluate(AXE_RUN, {"resultTypes": ["violations"], **rules}):
            yield f"{width} {scheme}: {one['id']} {[node['target'] for node in one['nodes']][:3]}"
