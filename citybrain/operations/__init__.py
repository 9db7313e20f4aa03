"""What people do about the numbers: the ledger of findings, in an SQL database of its own that outlives every snapshot."""

from citybrain.operations.database import open_operations, operations_url, operations_url_beside
from citybrain.operations.finding import Entry, FindingKind, Found, Item, ItemStatus, Notice, SettleReport, Way
from citybrain.operations.ledger import Ledger

__all__ = [
    "Entry",
    "FindingKind",
    "Found",
    "Item",
    "ItemStatus",
    "Ledger",
    "Notice",
    "SettleReport",
    "Way",
    "open_operations",
    "operations_url",
    "operations_url_beside",
]
