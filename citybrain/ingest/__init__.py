"""From a department's file to accepted rows: discover, archive, read, check, accept or quarantine."""

from citybrain.ingest.accept import Desk
from citybrain.ingest.batches import Batch, RowState, current_batches, feed_folder, load_batches
from citybrain.ingest.ingest import IngestReport, Progress, ingest_new
from citybrain.ingest.status import FeedStatus, QuarantinedRow, contract_of, due_after, quarantined_rows, status

__all__ = [
    "Batch",
    "Desk",
    "FeedStatus",
    "IngestReport",
    "Progress",
    "QuarantinedRow",
    "RowState",
    "contract_of",
    "current_batches",
    "due_after",
    "feed_folder",
    "ingest_new",
    "load_batches",
    "quarantined_rows",
    "status",
]
