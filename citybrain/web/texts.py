"""The words of the pages: gettext catalogues, Chinese by default, English as written in the code."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from citybrain.catalogues import catalogue

DEFAULT_LANGUAGE = "zh"
LANGUAGES = {"zh": "中文", "en": "English"}
"""Languages of the pages, by the code in the URL, each under its own name."""
LOCALES = Path(__file__).parent / "locale"


class Texts:
    """Messages in one language."""

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, message: str, **values: object) -> str:
        """The message in the language, with `{name}` replaced by the values given."""
        text = self._catalogue.gettext(message)
        return text.format(**values) if values else text


def known_language(language: str | None) -> str:
    """The language if there is a catalogue for it, else the default."""
    return language if language in LANGUAGES else DEFAULT_LANGUAGE


@cache
def texts(language: str) -> Texts:
    """The messages of a language; its catalogue is compiled in memory when first asked for."""
    return Texts(language, catalogue(LOCALES, "citybrain", language))
