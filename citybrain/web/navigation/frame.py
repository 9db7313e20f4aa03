"""The frame of a page that the server writes as HTML: head, header, and what to say where nothing can be shown."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from citybrain.errors import AccessError, CityBrainError
from citybrain.query import AccessContext, City, SnapshotInfo
from citybrain.web.elements import Content, Markup, element, joined
from citybrain.web.navigation.places import places_markup
from citybrain.web.numbers import known_words
from citybrain.web.texts import LANGUAGES, Texts, known_language, texts

ASSETS = Path(__file__).parent.parent / "assets"
STYLES = ("explore.css", "navigation.css", "tables.css")
_HTML_LANGUAGES = {"zh": "zh-CN"}


@dataclass(frozen=True)
class Visit:
    """One request for a page: where, in which language, and what its query says."""

    path: str
    place: str
    """The page of the header that it belongs to."""
    said: dict[str, str]
    _: Texts

    @classmethod
    def of(cls, request: Request, place: str) -> Visit:
        """The visit that a request makes."""
        said = dict(parse_qsl(request.url.query))
        return cls(request.url.path, place, said, texts(known_language(said.get("lang"))))

    def href(self, path: str = "", **changes: object) -> str:
        """This page, or another path, with the query changed; an empty value removes. The language stays."""
        said = {k: str(v) for k, v in {**self.said, **changes}.items() if v not in ("", None)}
        return (path or self.path) + (f"?{urlencode(said)}" if said else "")

    def link(self, path: str, **said: object) -> str:
        """Another page with a query of its own, in the same language."""
        language = {} if self._.language == "zh" else {"lang": self._.language}
        asked = {k: str(v) for k, v in {**said, **language}.items() if v not in ("", None)}
        return path + (f"?{urlencode(asked)}" if asked else "")


def frame(visit: Visit, title: str, body: Content, info: SnapshotInfo | None, status: int = 200) -> HTMLResponse:
    """The whole page."""
    _ = visit._
    language = _HTML_LANGUAGES.get(_.language, _.language)
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{title} · {info.project if info else 'CityBrain'}"),
        element("link", rel="icon", href="data:,"),
        [element("link", rel="stylesheet", href=f"/assets/{name}?v={_version(name)}") for name in STYLES],
    )
    page = element(
        "body",
        element("a", _("Skip to the content"), href="#content", class_="skip"),
        header(visit.place, _, visit.href(lang=next(code for code in LANGUAGES if code != _.language)), info),
        element("main", body, id="content", tabindex="-1"),
        class_="told",
    )
    written = "<!DOCTYPE html>" + element("html", head, page, lang=language)
    return HTMLResponse(written, status_code=status, headers={"Cache-Control": "no-store"})


@cache
def _version(name: str) -> str:
    """A fingerprint in the address, so that a browser never shows an old style sheet."""
    return hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:10]


def header(here: str, _: Texts, other_language: str, info: SnapshotInfo | None = None) -> Markup:
    """The header; `here` is the page of the header that is shown, `other_language` its address in the other one."""
    other = next(code for code in LANGUAGES if code != _.language)
    freshness: list[Content] = []
    if info:
        freshness = [
            element("span", element("span", name, class_="muted"), " ", element("strong", words))
            for name, words in known_words(info, _)
        ]
        snapshot = element("span", _("Snapshot"), class_="muted")
        freshness.append(element("span", snapshot, " ", element("code", info.snapshot), class_="snapshot"))
    brand = element("span", "CityBrain", class_="brand", lang="en")
    title = element("div", brand, element("span", info.project, class_="city") if info else None, class_="title")
    written = _HTML_LANGUAGES.get(other, other)
    switch = element("a", LANGUAGES[other], href=other_language, lang=written, hreflang=written, class_="language")
    return element("header", title, places_markup(here, _), element("div", freshness, class_="banner"), switch)


def refusal(visit: Visit, error: CityBrainError, city: City, access: AccessContext) -> HTMLResponse:
    """What cannot be shown, who can mend it, and the way on."""
    _ = visit._
    try:
        info: SnapshotInfo | None = city.snapshot_info(access)
    except CityBrainError:
        info = None
    asked_wrongly = isinstance(error, AccessError) and info is not None
    title = _("This cannot be shown") if asked_wrongly else _("Nothing to show yet")
    advice: Content = None
    if not asked_wrongly:
        words = _("No snapshot of the data has been published, or it cannot be read. In the city project, run:")
        advice = [element("p", words), element("pre", "citybrain build")]
    body = element(
        "div", element("h1", title), advice, element("p", error.sentence(), class_="muted"),
        element("a", _("Back to the start"), href=visit.link(visit.place), class_="button"), class_="empty-page",
    )  # fmt: skip
    return frame(visit, title, joined(body), info, 404 if asked_wrongly else 503)
