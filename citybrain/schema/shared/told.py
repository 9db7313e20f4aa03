"""Shared tables that are told by watching the deliveries themselves, not by a model over their rows."""

from __future__ import annotations

from citybrain.schema.columns import SharedTable, TableColumn
from citybrain.schema.served import BATCH, LINE


class Reports(SharedTable):
    """One report that one area owed for one period, and what became of it.

    Rows: every area of the level that a contract names (`[due] each`) × every period from the first that any area has
    reported to the last that has come or was due when the snapshot's newest delivery, of whatever feed, was received (or at
    its as-of time): a feed that has fallen silent is missing from then on. A feed without `each` has no rows here: it is due
    as a whole.
    Source: WHO's data quality review toolkit and DHIS2's reporting rates: expected, actual, on time; with the state
    of each report, which those lack.
    """

    name = table = "reports"
    key = ("feed", "area_code", "period_on")
    feed = TableColumn("VARCHAR", "The feed that the report belongs to.")
    area_code = TableColumn("VARCHAR", "Who owed it.")
    period_on = TableColumn("DATE", "First day of the period it speaks of.")
    due_at = TableColumn("TIMESTAMP", "When it was due.")
    filed_at = TableColumn("TIMESTAMP", "When it was filed first; empty if it never came.")
    state = TableColumn(
        "VARCHAR", "on_time, late, quarantined (came, unusable, and still waits to be corrected) or missing."
    )
    is_on_time = TableColumn("BOOLEAN", "Filed by the due time.")
    has_come = TableColumn("BOOLEAN", "There now, on time or late.")
    measures = TableColumn("INTEGER", "Numbers it states.", "numbers")
    zeros = TableColumn("INTEGER", "Of these zero.", "numbers")
    is_incomplete = TableColumn("BOOLEAN", "States fewer numbers than the feed asks for.")
    is_all_zero = TableColumn("BOOLEAN", "States nothing but zeros: not even whom it asked.")
    is_copied = TableColumn(
        "BOOLEAN", "States exactly what the same area stated for the period before, and it is not little."
    )
    is_corrected_late = TableColumn("BOOLEAN", "Its numbers were changed after the due time.")
    is_duplicated = TableColumn("BOOLEAN", "Delivered twice in one file.")
    batch = BATCH
    source_line = LINE


TOLD: dict[str, type[SharedTable]] = {Reports.table: Reports}
"""Every such table, by its name."""
