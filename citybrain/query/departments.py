"""What is asked about departments: their feeds, reports and differences, and who collects what."""

from __future__ import annotations

import datetime as dt

import polars as pl

from citybrain.operations import Entry, Item, Ledger, Notice, SettleReport, operations_url_beside
from citybrain.operations.finding import Key
from citybrain.query import catalogue as cataloguing
from citybrain.query import drift as drifting
from citybrain.query import feeds as feeding
from citybrain.query import quality as judging
from citybrain.query import reconciliation as reconciling
from citybrain.query import reporting as disciplining
from citybrain.query import reports as reporting
from citybrain.query import validation as validating
from citybrain.query.access import AccessContext
from citybrain.query.definitions import Indicator
from citybrain.query.snapshot import OpenSnapshot, ServedSnapshot


class DepartmentQuestions:
    """The questions to the served snapshot that are not about one number; every method takes the access context first."""

    _served: ServedSnapshot

    def feeds_status(self, access: AccessContext) -> list[feeding.FeedStatus]:
        """Every feed with its newest delivery, row counts and whether it is late."""
        return feeding.read_feeds(self._seen(access))

    def feeds_quality(self, access: AccessContext) -> list[judging.FeedQuality]:
        """Every feed with its newest deliveries, refusals, and why rows were set aside."""
        return judging.read_quality(self._seen(access))

    def feed_quality(self, access: AccessContext, feed: str) -> judging.FeedQuality:
        """The same of one feed, with all its deliveries."""
        return judging.read_feed_quality(self._seen(access), feed)

    def column_drift(self, access: AccessContext, feed: str) -> list[drifting.DeliveredColumn] | None:
        """Source columns of a feed that not every delivery had, or that its contract does not know."""
        return drifting.read_drift(self._seen(access), feed)

    def catalogue(self, access: AccessContext) -> list[cataloguing.CatalogueFeed]:
        """Every feed with its terms and columns."""
        return cataloguing.read_catalogue(self._seen(access))

    def catalogue_feed(self, access: AccessContext, feed: str) -> cataloguing.CatalogueFeed:
        """One of them."""
        return cataloguing.read_catalogue_feed(self._seen(access), feed)

    def find_fields(self, access: AccessContext, words: str) -> list[cataloguing.Found]:
        """Who already collects it: fields whose header, column, meaning or semantic type holds the words."""
        return cataloguing.find_fields(self._seen(access), words)

    def lineage(self, access: AccessContext, indicator: str) -> cataloguing.Lineage:
        """All that an indicator is made from: shared tables, record types, feeds and their columns."""
        return cataloguing.read_lineage(self._seen(access), indicator)

    def used_by(self, access: AccessContext, table: str) -> list[Indicator]:
        """Listed indicators that a table (`shared.*` or `records.*`) is behind."""
        return cataloguing.used_by(self._seen(access), table)

    def report_matrix(
        self, access: AccessContext, feed: str, last_on: dt.date | None = None, periods: int = 28
    ) -> reporting.ReportMatrix:
        """What each area owed of a feed and filed, for the so many periods up to a day."""
        return reporting.read_matrix(self._served.open(), access, feed, last_on, periods)

    def zero_runs(self, access: AccessContext) -> list[reporting.ZeroRun]:
        """Zeros that are not to be believed, those in a row as one; strongest evidence first."""
        return reporting.read_zero_runs(self._served.open(), access)

    def reconciliation_rules(self, access: AccessContext) -> list[reconciling.ReconciliationRule]:
        """What must agree between two departments, in the order of lists."""
        return reconciling.read_rules(self._seen(access))

    def reconciliations(self, access: AccessContext, asked: reconciling.Asked) -> pl.DataFrame:
        """One row a rule, area and period; columns as in `query.reconciliation.read_cells`."""
        return reconciling.read_cells(self._served.open(), access, asked)

    def reconciliation_records(
        self, access: AccessContext, rule: str, area: str, period_on: dt.date | None, limit: int = 500
    ) -> list[reconciling.UnmatchedRecord]:
        """The records of one cell that stand on one side only, with reason, file and line."""
        return reconciling.read_records(self._served.open(), access, (rule, area, period_on), limit)

    def reconciliation_reasons(self, access: AccessContext, rule: str = "", area: str = "") -> pl.DataFrame:
        """How much stands on one side only for which reason."""
        return reconciling.count_reasons(self._served.open(), access, rule, area)

    def settle_reconciliations(self, ledger: Ledger) -> SettleReport:
        """Brings the ledger of differences up to the served snapshot."""
        return reconciling.settle_ledger(self._served.open(), ledger)

    @property
    def operations_url(self) -> str:
        """Where the ledger of findings lies: beside the snapshots, or where the environment says."""
        return operations_url_beside(self._served.pointer.parent)

    def validation_rules(self, access: AccessContext) -> pl.DataFrame:
        """One row a rule between two numbers with how often it holds; columns as in `query.reporting`."""
        return disciplining.read_validation_rules(self._seen(access), access)

    def settle_validation(self, ledger: Ledger) -> SettleReport:
        """Brings the ledger of what validation found up to the served snapshot."""
        return validating.settle_validation(self._served.open(), ledger)

    def validation_findings(
        self, access: AccessContext, ledger: Ledger, asked: validating.AskedFindings
    ) -> list[validating.ValidationFinding]:
        """Rules that did not hold, at which area and period, and what became of it."""
        return validating.read_findings(self._seen(access), access, ledger, asked)

    def validation_item(self, access: AccessContext, ledger: Ledger, key: Key) -> Item:
        """One of them as the ledger has it."""
        return validating.find_item(self._seen(access), access, ledger, key)

    def validation_story(self, access: AccessContext, ledger: Ledger, key: Key) -> tuple[list[Entry], list[Notice]]:
        """Everything that happened to one of them, and who was told."""
        return validating.read_story(self._seen(access), access, ledger, key)

    def _seen(self, access: AccessContext) -> OpenSnapshot:
        snapshot = self._served.open()
        snapshot.tree.top(access)
        return snapshot
