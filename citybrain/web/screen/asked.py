"""What a screen is asked to show: its kiosk address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from citybrain.web.texts import DEFAULT_LANGUAGE, known_language

DEFAULT_EVERY = 15
SHORTEST, LONGEST = 3, 3600


@dataclass(frozen=True)
class ScreenRequest:
    """`/screen?layers=a,b&every=15&area=CODE&lang=en`. Empty fields mean the default of the project."""

    area: str = ""
    layers: tuple[str, ...] = ()
    every: int = DEFAULT_EVERY
    """Seconds that each layer stays."""
    lang: str = DEFAULT_LANGUAGE

    @classmethod
    def from_query(cls, query: str) -> ScreenRequest:
        """The request of a query string; what cannot be understood counts as not said."""
        said = dict(parse_qsl(query.lstrip("?")))
        every = said.get("every", "")
        return cls(
            area=said.get("area", ""),
            layers=tuple(code.strip() for code in said.get("layers", "").split(",") if code.strip()),
            every=min(max(int(every), SHORTEST), LONGEST) if every.isdecimal() else DEFAULT_EVERY,
            lang=known_language(said.get("lang")),
        )

    def query(self) -> str:
        """The query string with `?`; only what differs from the default."""
        said = {
            "area": self.area,
            "layers": ",".join(self.layers),
            "every": "" if self.every == DEFAULT_EVERY else str(self.every),
            "lang": "" if self.lang == DEFAULT_LANGUAGE else self.lang,
        }
        said = {name: value for name, value in said.items() if value}
        return "?" + urlencode(said, safe=",") if said else ""
