"""`serve` hands the project's snapshots to the pages and says where they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import citybrain.web
from citybrain.cli.app import app


def test_serve_prints_the_address_and_serves_the_projects_snapshots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "city.toml").write_text('name = "青溪县"\n[[levels]]\ncode = "county"\n', encoding="utf-8")
    served: list[tuple[Path, str, int]] = []
    # The pages have their own tests; a real server would not come back.
    monkeypatch.setattr(
        citybrain.web, "serve", lambda snapshots, host, port, **_: served.append((snapshots, host, port))
    )
    result = CliRunner().invoke(app, ["serve", "--project", str(tmp_path), "--port", "8061"])
    assert result.exit_code == 0, result.output
    assert served == [(tmp_path / "data" / "snapshots", "127.0.0.1", 8061)]
    assert "http://127.0.0.1:8061/explore" in result.stderr
