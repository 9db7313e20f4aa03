"""The words of the briefing: gettext catalogue, Chinese, with English as written in the code."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from string import Formatter

from citybrain.briefing.content import Run, Text
from citybrain.catalogues import catalogue

LOCALES = Path(__file__).parent / "locale"


class Words:
    """Sentences in one language."""

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, message: str, **runs: Run | Text) -> Text:
        """The message in the language as runs: `{name}` is replaced by the run or text given, whose types stay."""
        found: list[Run] = []
        for words, name, _format, _conversion in Formatter().parse(self._catalogue.gettext(message)):
            if words:
                found.append(words)
            if name:
                value = runs[name]
                found.extend(value if isinstance(value, tuple) else (value,))
        return tuple(found)

    @property
    def is_chinese(self) -> bool:
        """Whether words stand without spaces between them."""
        return self.language == "zh"

    def unit(self, unit: str) -> str:
        """The unit as it follows the digits: `12例`, `12 cases`, `12%`."""
        return unit if self.is_chinese or unit.startswith("%") or not unit else f" {unit}"

    def joined(self, sentences: list[Text], separator: str | None = None) -> Text:
        """One text of several, as the language strings sentences together."""
        between = separator if separator is not None else ("" if self.is_chinese else " ")
        found: list[Run] = []
        for sentence in sentences:
            if found and between:
                found.append(between)
            found.extend(sentence)
        return tuple(found)


@cache
def words(language: str) -> Words:
    """The sentences of a language (`zh` or `en`); its catalogue is compiled in memory when first asked for."""
    return Words(language, catalogue(LOCALES, "briefing", language))
