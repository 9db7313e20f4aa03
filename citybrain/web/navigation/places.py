"""The pages of the product, as links for pages that Dash makes and for pages that are plain HTML."""

from __future__ import annotations

from dash import html

from citybrain.web.elements import Markup, element
from citybrain.web.texts import Texts

PLACES = ("/explore", "/quality", "/reconciliation", "/catalogue", "/briefings", "/screen")
"""Addresses in the order of the header."""


def place_words(_: Texts) -> dict[str, str]:
    """What each page is called."""
    return {
        "/explore": _("Explorer"),
        "/quality": _("Data quality"),
        "/reconciliation": _("Reconciliation"),
        "/catalogue": _("Catalogue"),
        "/briefings": _("Briefings"),
        "/screen": _("Command screen"),
    }


def place_href(place: str, _: Texts) -> str:
    """The address of a page in the language."""
    return place if _.language == "zh" else f"{place}?lang={_.language}"


def places_component(here: str, _: Texts) -> html.Nav:
    """The links, for a page that Dash makes; `here` is the page itself."""
    links = [
        html.Li(html.A(words, href=place_href(place, _), **({"aria-current": "page"} if place == here else {})))
        for place, words in place_words(_).items()
    ]
    return html.Nav(html.Ul(links), className="places", **{"aria-label": _("Pages")})


def places_markup(here: str, _: Texts) -> Markup:
    """The same links as HTML."""
    links = [
        element(
            "li", element("a", words, href=place_href(place, _), aria_current="page" if place == here else None)
        )
        for place, words in place_words(_).items()
    ]  # fmt: skip
    return element("nav", element("ul", links), class_="places", aria_label=_("Pages"))
