"""What records and their columns are called and mean in the language of the reader: catalogues beside the declarations."""

from __future__ import annotations

import gettext
from pathlib import Path

from citybrain.catalogues import catalogue
from citybrain.schema.columns import Column, RecordType

LOCALES = Path(__file__).parent / "locale"


class RecordWords:
    """Titles and meanings of record types in one language; where its catalogue has none, as declared (English)."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue: gettext.NullTranslations = catalogue(LOCALES, "records", language)

    def record_title(self, record: type[RecordType]) -> str:
        """What one row is called; empty where the language has no title."""
        return self._title("record", record.name)

    def column_title(self, record: type[RecordType], column: str) -> str:
        """What a column of the record is called; empty where the language has no title."""
        return self._title("column", f"{column}.{record.name}") or self._title("column", column)

    def meaning(self, record: type[RecordType]) -> list[str]:
        """What a row means and does not mean, a paragraph each."""
        return [self._catalogue.gettext(part) for part in record.meaning().split("\n\n")]

    def column_meaning(self, column: Column) -> str:
        """What a column means, in a phrase."""
        return self._catalogue.gettext(column.doc)

    def is_translated(self, text: str) -> bool:
        """Whether a text of the declarations (a meaning, a phrase) is written in the language."""
        return self.language.startswith("en") or self._catalogue.gettext(text) != text

    def _title(self, context: str, name: str) -> str:
        found = self._catalogue.pgettext(context, name)
        return "" if found == name else found
