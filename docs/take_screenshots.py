"""Takes the pictures of the README from a served city: `make screenshots` while `citybrain serve` runs."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parent / "images"
CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PAGES = {
    "explore.png": "/explore",
    "explore-en.png": "/explore?lang=en&indicator=confirmed_per_100k",
    "screen.png": "/screen",
    "screen-wide.png": "/screen?lang=en",
    "quality.png": "/quality",
    "reconciliation.png": "/reconciliation",
    "briefing.png": "/briefings/draft?week=2020-W07",
}
WIDE = {"screen-wide.png": {"width": 3840, "height": 1080}}
"""Sizes other than 1920 × 1080."""
DRAWN = ".choroplethlayer path, #map-canvas .label, main table, article"


def main(origin: str) -> None:
    """Saves each page of `PAGES`, once its map is drawn."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for name, address in PAGES.items():
            page = browser.new_page(viewport=WIDE.get(name, {"width": 1920, "height": 1080}))
            page.goto(origin + address)
            page.wait_for_selector(DRAWN, state="attached")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=IMAGES / name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8050")
