"""Where the definition of the indicator changed, in words and as marks of the trend."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from citybrain.figures.trend_marks import Redefinition
from citybrain.query.definitions import Indicator
from citybrain.web.explore.answers import Rows
from citybrain.web.explore.view import View
from citybrain.web.texts import Texts


def version_of(view: View, row: dict[str, Any]) -> Indicator:
    """The version that made a value."""
    return next((v for v in view.versions if v.version == row["version"]), view.indicator)


def redefinitions(view: View, rows: Rows, _: Texts) -> list[Redefinition]:
    """The first period of each version in a series, oldest first, but for the version that it begins with."""
    return [
        Redefinition(row["period_on"], _("Version {number}", number=row["version"]))
        for before, row in pairwise(rows)
        if before["version"] != row["version"]
    ]


def redefinition_notes(view: View, rows: Rows, _: Texts) -> list[str]:
    """One sentence for each of them: since when, what changed, and that what lies before cannot be compared."""
    begun = [row for before, row in pairwise(rows) if before["version"] != row["version"]]
    return [
        _(
            "Version {number} of the definition makes the periods that end on {day} or later: {changed}."
            " They cannot be compared with those before.",
            number=version.version,
            day=version.valid_from.isoformat() if version.valid_from else "",
            changed=version.changed(_.language),
        )
        for version in (version_of(view, row) for row in begun)
    ]
