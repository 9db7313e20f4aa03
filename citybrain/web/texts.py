"""The words of the pages: gettext catalogues, Chinese by default, English as written in the code."""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DEFAULT_LANGUAGE = "zh"
LANGUAGES = {"zh": "中文", "en": "English"}
"""Languages of the pages, by the code in the URL, each under its own name."""
LOCALES = Path(__file__).parent / "locale"
_CATALOGUES = {"zh": "zh_CN"}


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
    if language not in _CATALOGUES:
        return Texts(language, gettext.NullTranslations())
    with (LOCALES / _CATALOGUES[language] / "LC_MESSAGES" / "citybrain.po").open("rb") as source:
        catalogue = read_po(source, locale=_CATALOGUES[language])
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Texts(language, gettext.GNUTranslations(compiled))
