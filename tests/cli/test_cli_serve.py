"""`serve` hands the project's snapshots to the pages and says where they are."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import citybrain.web
from citybrain.cli.app import app


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A city project without anything in it."""
    (tmp_path / "city.toml").write_text('name = "青溪县"\n[[levels]]\ncode = "county"\n', encoding="utf-8")
    return tmp_path


def test_serve_prints_the_address_and_serves_the_projects_snapshots(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[Path, str, int]] = []
    # The pages have their own tests; a real server would not come back.
    monkeypatch.setattr(
        citybrain.web, "serve", lambda snapshots, host, port, **_: served.append((snapshots, host, port))
    )
    result = CliRunner().invoke(app, ["serve", "--project", str(project), "--port", "8061", "--workers", "1"])
    assert result.exit_code == 0, result.output
    assert served == [(project / "data" / "snapshots", "127.0.0.1", 8061)]
    assert "http://127.0.0.1:8061/explore" in result.stderr


def test_serve_starts_as_many_processes_as_are_asked_for(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[object, ...]] = []
    monkeypatch.setattr(citybrain.web, "serve_with_workers", lambda *asked: served.append(asked))
    for workers in ([], ["--workers", "5"]):
        with monkeypatch.context() as two_processors:
            two_processors.setattr("os.cpu_count", lambda: 8)
            result = CliRunner().invoke(app, ["serve", "--project", str(project), "--port", "8062", *workers])
        assert result.exit_code == 0, result.output
    assert served == [(project, "127.0.0.1", 8062, 2), (project, "127.0.0.1", 8062, 5)]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_two_workers_answer_on_one_address_and_stop_together(project: Path, end: signal.Signals) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "citybrain", "serve", "--project", str(project), "--port", str(port)]
    server = subprocess.Popen([*command, "--workers", "2"], stderr=subprocess.PIPE, text=True)
    try:
        assert _answers(port, time.monotonic() + 120)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(encoding="ascii").split()
        workers = [c for c in children if b"spawn_main" in Path(f"/proc/{c}/cmdline").read_bytes()]
        assert len(workers) == 2
    finally:
        server.send_signal(end)
        # The workers hold the pipe too: it ends when the last of them has.
        _, said = server.communicate(timeout=60)
    assert f"http://127.0.0.1:{port}/explore" in said
    assert "Traceback" not in said
    assert not _answers(port, time.monotonic() + 1)


def _answers(port: int, until: float) -> bool:
    """Whether the server answers before that time."""
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status in (200, 503)
        except OSError:
            threading.Event().wait(0.2)
        finally:
            connection.close()
    return False
