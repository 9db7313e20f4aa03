"""Message catalogues: the words of pages and documents in another language, compiled in memory when first asked for."""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = {"zh": "zh_CN"}
"""Language → locale of its catalogue; other languages are as written in the code (English)."""


@cache
def catalogue(folder: Path, domain: str, language: str) -> gettext.NullTranslations:
    """The catalogue `<folder>/<locale>/LC_MESSAGES/<domain>.po` of a language; an empty one where the code's words serve."""
    locale = LOCALES.get(language)
    if locale is None:
        return gettext.NullTranslations()
    with (folder / locale / "LC_MESSAGES" / f"{domain}.po").open("rb") as source:
        messages = read_po(source, locale=locale)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
