"""The system's browser for tests: where it is, how it starts, and a tab that remembers what went wrong and who was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
needs_browser = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}: install Debian's chromium")
AXE = Path(__file__).parents[2] / ".venv/node/node_modules/axe-core/axe.min.js"
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here: tools/test_packages.sh fetches it")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


@contextmanager
def started_browser() -> Iterator[Any]:
    """The browser, without a window."""
    with playwright.sync_playwright() as run:
        started = run.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield started
        started.close()


class Tab:
    """One page of a browser or of a profile."""

    def __init__(self, profile: Any, origin: str, width: int = 1366, height: int = 768) -> None:
        self.origin = origin
        self.page = profile.new_page()
        self.page.set_viewport_size({"width": width, "height": height})
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("request", lambda r: self.requests.append(r.url))

    def close_clean(self) -> None:
        """Closes it. Whatever a test is about: the console stays clean and nothing is asked of another host."""
        self.page.close()
        assert self.complaints == []
        hosts = {urlsplit(u).netloc for u in self.requests if not u.startswith(("data:", "blob:"))}
        assert hosts == {urlsplit(self.origin).netloc}


def serious_findings(page: Any) -> list[tuple[str, list[str]]]:
    """What axe-core finds serious or critical on a page by WCAG 2.1 AA: rule and elements."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", WCAG)["violations"]
    return [(v["id"], [n["html"] for n in v["nodes"]]) for v in found if v["impact"] in ("serious", "critical")]
