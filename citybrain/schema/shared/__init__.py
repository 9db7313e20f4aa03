"""The shared tables of a snapshot: most are made by the model of the same name, some by watching the deliveries."""

from __future__ import annotations

from citybrain.schema.columns import SharedTable
from citybrain.schema.shared.delivered import DELIVERED
from citybrain.schema.shared.joined import JOINED
from citybrain.schema.shared.told import TOLD

MODELLED: dict[str, type[SharedTable]] = DELIVERED | JOINED
"""Every table that a model makes, by name."""
SHARED_TABLES: dict[str, type[SharedTable]] = MODELLED | TOLD
"""Every shared table by name."""

__all__ = ["MODELLED", "SHARED_TABLES"]
