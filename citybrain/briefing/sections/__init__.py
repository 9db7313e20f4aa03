"""The sections of the briefing, in their order; each is a function from facts to blocks.

To add one: write a function in a module of its own that takes `Facts` and gives a `Draft`, or None where the snapshot has
nothing to say; put it into `SECTIONS`. Every number of it is a `content.Number`. Ordinals are added by `compose`.
"""

from __future__ import annotations

from collections.abc import Callable

from citybrain.briefing.facts import Facts
from citybrain.briefing.sections.conclusions import conclusions
from citybrain.briefing.sections.deliveries import deliveries
from citybrain.briefing.sections.differences import reconciled
from citybrain.briefing.sections.doubts import doubts
from citybrain.briefing.sections.draft import Draft
from citybrain.briefing.sections.ranking import ranking
from citybrain.briefing.sections.resources import care, resources
from citybrain.briefing.sections.supervision import supervision
from citybrain.briefing.sections.themes import themes

SECTIONS: tuple[Callable[[Facts], Draft | None], ...] = (
    conclusions,
    ranking,
    reconciled,
    doubts,
    deliveries,
    supervision,
    resources,
    care,
    themes,
)
"""The appendix is not among them: it explains what the others mention."""

__all__ = ["SECTIONS", "Draft"]
