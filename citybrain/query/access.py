"""Who asks: every question to a snapshot names its asker, and is answered within what that asker may see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AccessContext:
    """The asker, the subtree of areas that he may see, and what for."""

    user: str
    role: str
    area_root: str | None = None
    """Top of the subtree that may be seen; None = the whole tree."""
    purpose: str = ""
    sees_small_counts: bool = False
    """Whether counts of very few people are shown; without the right they are hidden."""


def local_user() -> AccessContext:
    """The person at this machine: sees every aggregate of every area, and no direct identifier (none is served)."""
    return AccessContext(
        user="local", role="operator", area_root=None, purpose="administration", sees_small_counts=True
    )
