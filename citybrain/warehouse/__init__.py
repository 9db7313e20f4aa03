"""DuckDB: connections, the relations models read, snapshots, and the vault of identities."""

from citybrain.warehouse.engine import connect, connect_beside, connect_for_checking
from citybrain.warehouse.records import Linked, create_empty_records, create_records, record_fingerprints, sql_accepted
from citybrain.warehouse.secrets import arm_pseudonyms, sql_pseudonym
from citybrain.warehouse.snapshots import SnapshotInfo, copy_served, list_snapshots, publish, roll_back, served_file
from citybrain.warehouse.vault import has_identities, opened_vault, seal_feed, vault_file

__all__ = [
    "Linked",
    "SnapshotInfo",
    "arm_pseudonyms",
    "connect",
    "connect_beside",
    "connect_for_checking",
    "copy_served",
    "create_empty_records",
    "create_records",
    "has_identities",
    "list_snapshots",
    "opened_vault",
    "publish",
    "record_fingerprints",
    "roll_back",
    "seal_feed",
    "served_file",
    "sql_accepted",
    "sql_pseudonym",
    "vault_file",
]
