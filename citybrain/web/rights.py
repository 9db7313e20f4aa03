"""Who may write from a page, by the role of the asker. Of which areas, the query layer says."""

from __future__ import annotations

from citybrain.query import AccessContext

_EXPLAINING = frozenset({"operator", "department", "township"})
_ISSUING = frozenset({"operator"})


def may_explain(access: AccessContext) -> bool:
    """Whether the asker may explain, assign and close differences."""
    return access.role in _EXPLAINING


def may_issue(access: AccessContext) -> bool:
    """Whether the asker may issue briefings, which carry the name of the office."""
    return access.role in _ISSUING
