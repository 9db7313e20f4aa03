"""The only reader of snapshots: derives values, compares periods, explains numbers, keeps askers in their scope."""

from citybrain.query.access import AccessContext, local_user
from citybrain.query.city import City, SnapshotInfo, open_city

__all__ = ["AccessContext", "City", "SnapshotInfo", "local_user", "open_city"]
