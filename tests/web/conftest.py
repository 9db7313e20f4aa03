"""A served tiny city, for tests of pages and API."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn

from citybrain.web import build_app
from tests.query import tiny_city as tiny
from tests.web.told_city import write_told_city


@dataclass(frozen=True)
class Client:
    """Asks a real server on loopback, and follows no redirection."""

    origin: str

    def get(self, path: str, **more: Any) -> requests.Response:
        return requests.get(self.origin + path, allow_redirects=False, timeout=60, **more)


@contextmanager
def serving(folder: Path) -> Iterator[Client]:
    """A server of the snapshots in the folder, on a port of its own."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        server = uvicorn.Server(uvicorn.Config(build_app(folder), lifespan="off", log_level="error"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield Client(f"http://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def served() -> Iterator[Callable[[Path], Client]]:
    """Starts servers, which end with the tests."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(serving(folder))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The browser, for the tests of one file."""
    from tests.web.browsing import started_browser

    with started_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the snapshot of the tiny city."""
    folder = tmp_path_factory.mktemp("served")
    tiny.write_snapshot(folder)
    return folder


@pytest.fixture(scope="session")
def client(snapshots: Path, served: Callable[[Path], Client]) -> Client:
    """Asks the server of the tiny city."""
    return served(snapshots)


@pytest.fixture(scope="session")
def told_snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the snapshot of a small city that was delivered, built and reconciled; only to be read."""
    root = tmp_path_factory.mktemp("told")
    write_told_city(root)
    return root / "data" / "snapshots"


@pytest.fixture(scope="session")
def told_client(told_snapshots: Path, served: Callable[[Path], Client]) -> Client:
    """Asks the server of that city."""
    return served(told_snapshots)
