"""The command line: one file a command; every command opens a city project, asks the product, and prints."""

from __future__ import annotations


def main() -> None:
    """Runs `citybrain`; exits with the code of who must act (docs/cli.md)."""
    from citybrain.cli.app import app

    app(prog_name="citybrain")
