"""The frame of the screen: the page without any number."""

from __future__ import annotations

import html
import json
from pathlib import Path
from string import Template
from typing import Any

from citybrain.web.screen.asked import ScreenRequest
from citybrain.web.texts import Texts, texts

FRAME = Template((Path(__file__).parent / "page.html").read_text(encoding="utf-8"))


def page_html(asked: ScreenRequest, version: str, stale_hours: float) -> str:
    """The page in the language of the request; `version` names the scripts that it runs with."""
    _ = texts(asked.lang)
    settings = {
        "query": asked.query(),
        "every": asked.every,
        "lang": "zh-CN" if asked.lang == "zh" else asked.lang,
        "version": version,
        "staleHours": stale_hours,
        "words": _browser_words(_),
    }
    words = {name: html.escape(said) for name, said in _frame_words(_).items()}
    return FRAME.substitute(
        words,
        lang=settings["lang"],
        version=version,
        # Inside <script>, only "</" could end the text early.
        settings=json.dumps(settings, ensure_ascii=False).replace("<", "\\u003c"),
    )


def _frame_words(_: Texts) -> dict[str, str]:
    return {
        "title": _("Command centre"),
        "loading": _("Loading …"),
        "course": _("Course"),
        "ranking": _("Ranking"),
        "layers": _("Layers"),
        "other_layers": _("Other layers"),
        "news": _("Newest deliveries"),
        "figures": _("Key figures"),
    }


def _browser_words(_: Texts) -> dict[str, Any]:
    """Sentences that the browser fills in itself; names in braces stay."""
    return {
        "lost": _("Connection lost since {time}. Trying again; the numbers shown are the last ones."),
        "stale": _("Data are {age} old"),
        "hours": _("{count} h"),
        "days": _("{count} days"),
        "paused": _("Paused"),
        "partial": _("period not complete"),
        "noData": _("No data"),
        "previous": _("prev."),
        "lastYear": _("yr"),
        "shown": _("{shown} of {count}"),
        "noMap": _("There are no boundaries to draw."),
        "noLayers": _("No indicator has data yet."),
        "problem": _("This cannot be shown"),
        "feeds": {
            "on_time": _("on time"),
            "late": _("late"),
            "never": _("never arrived"),
            "unscheduled": _("without schedule"),
        },
    }
