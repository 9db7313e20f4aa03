"""Links of many areas that differ in the area only."""

from __future__ import annotations

from urllib.parse import quote_plus

from citybrain.web.selection import Selection

_PLACE = "\x00"
"""Stands for the area in a link that is made once; no code holds it."""


class RowLinks:
    """Addresses for the rows of a table: composing one anew for each row took a tenth of the time of a view."""

    def __init__(self, said: Selection) -> None:
        self._drill = said.href(area=_PLACE, level="")
        self._why = said.href(why=_PLACE)

    def drill(self, area: str) -> str:
        """The same selection looked at for the area; its parts at the next level down."""
        return self._drill.replace(quote_plus(_PLACE), quote_plus(area, safe=","))

    def why(self, area: str) -> str:
        """The same selection with the number of the area explained."""
        return self._why.replace(quote_plus(_PLACE), quote_plus(area, safe=","))
