"""What people do about the numbers: the ledger of differences, in an SQL database of its own that outlives every snapshot."""

from citybrain.operations.database import open_operations, operations_url
from citybrain.operations.ledger import (
    Entry,
    Found,
    Item,
    ItemStatus,
    Ledger,
    SettleReport,
)

__all__ = ["Entry", "Found", "Item", "ItemStatus", "Ledger", "SettleReport", "open_operations", "operations_url"]
