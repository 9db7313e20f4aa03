"""A small city of one day of reports, in which townships state more fevers than people checked, built anew at will."""

from __future__ import annotations

import json

from typer.testing import CliRunner, Result

from citybrain.cli.app import app
from citybrain.operations import FindingKind, Ledger, open_operations
from citybrain.query import City, local_user, open_city
from citybrain.query.validation import AskedFindings, ValidationFinding
from tests.conftest import SmallCity
from tests.reporting.report_city import CHENGGUAN, HEKOU, SHANQIAN, ReportCity, Row, at

RULE, DAY = "fevers_within_people_checked", "2020-02-03"
KEY = (RULE, CHENGGUAN, DAY)


class ValidatedCity(ReportCity):
    """One day of reports; 城关镇 states more fevers than people checked until its sheet is corrected."""

    received = 18

    def __init__(self, city: SmallCity) -> None:
        super().__init__(city)
        self.feed("daily")
        self.ledger = Ledger(
            open_operations(f"sqlite:///{city.root / 'data' / 'operations.sqlite'}"), kind=FindingKind.VALIDATION
        )

    def report(self, fevers: int) -> str:
        """Delivers the sheet (again) and builds; returns the snapshot."""
        self.received += 1
        rows: list[Row] = [
            (t, DAY, n, 40, f"{DAY} 17:00") for t, n in ((CHENGGUAN, fevers), (HEKOU, 2), (SHANQIAN, 41))
        ]
        self.sheet(rows, at(DAY, f"{self.received}:00"))
        snapshot = self.city.build().snapshot
        self.served.settle_validation(self.ledger)
        return snapshot

    @property
    def served(self) -> City:
        return open_city(self.city.root / "data" / "snapshots")

    def findings(self, **asked: object) -> dict[str, ValidationFinding]:
        """By area."""
        found = self.served.validation_findings(local_user(), self.ledger, AskedFindings(rule=RULE, **asked))
        return {f.area_code: f for f in found}

    def run(self, *arguments: str) -> Result:
        done = CliRunner().invoke(
            app,
            ["quality", "--project", str(self.city.root), "validation", "--project", str(self.city.root), *arguments],
        )
        assert done.exit_code == 0, done.output
        return done

    def act(self, command: str, *arguments: str) -> dict[str, object]:
        done = CliRunner().invoke(
            app, ["quality", "validation", command, *KEY, "--project", str(self.city.root), "--json", *arguments]
        )
        assert done.exit_code == 0, done.output + done.stderr
        return json.loads(done.stdout)
