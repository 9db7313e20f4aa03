"""From a department's file to accepted rows: discover, archive, read, check, accept or quarantine."""

from citybrain.ingest.batches import Batch, RowState, current_batches, feed_folder, load_batches
from citybrain.ingest.desk import Desk
from citybrain.ingest.ingest import IngestReport, Progress, ingest_new
from citybrain.ingest.returned import identity
from citybrain.ingest.status import FeedStatus, contract_of, due_after, status
from citybrain.ingest.stored import sql_stored, stored_files
from citybrain.ingest.tally import findings_of
from citybrain.ingest.waiting import QuarantinedRow, quarantined_rows, waiting_rows

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
    "findings_of",
    "identity",
    "ingest_new",
    "load_batches",
    "quarantined_rows",
    "sql_stored",
    "status",
    "stored_files",
    "waiting_rows",
]
