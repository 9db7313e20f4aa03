"""Every word of the pages is in the catalogue, and none is written in Chinese in the code."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import citybrain.web
from citybrain.errors import BuildError
from citybrain.web.explore.page import no_snapshot_page, page_frame
from citybrain.web.texts import LOCALES, texts

PACKAGE = Path(citybrain.web.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def messages() -> set[str]:
    found = extract_from_dir(str(PACKAGE), [("**.py", "python")], keywords={"_": None}, comment_tags=())
    return {m[2] for m in found if isinstance(m[2], str)}


def catalogue() -> dict[str, str]:
    with (LOCALES / "zh_CN" / "LC_MESSAGES" / "citybrain.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def test_every_message_is_translated_and_no_translation_is_left_over() -> None:
    assert len(messages()) > 60
    assert set(catalogue()) == messages()
    assert not [m for m, words in catalogue().items() if not words]


@pytest.mark.parametrize(("message", "words"), catalogue().items())
def test_a_translation_uses_the_same_values(message: str, words: str) -> None:
    def names(text: str) -> set[str | None]:
        return {field for _, field, _, _ in Formatter().parse(text) if field}

    assert names(message) == names(words)


def test_no_chinese_stands_in_the_code() -> None:
    # The names of the languages are each in their own.
    allowed = {"texts.py"}
    found = [
        p for p in PACKAGE.rglob("*.py") if p.name not in allowed and CHINESE.search(p.read_text(encoding="utf-8"))
    ]
    assert not found


def words_of(component: Any) -> list[str]:
    """Every text that a visitor sees or hears in a component tree."""
    if isinstance(component, str):
        return [component]
    if isinstance(component, list | tuple):
        return [word for part in component for word in words_of(part)]
    if not hasattr(component, "to_plotly_json"):
        return []
    props = component.to_plotly_json()["props"]
    heard = [str(props[name]) for name in ("title", "aria-label", "placeholder") if props.get(name)]
    grid = props.get("dashGridOptions", {}).get("localeText", {})
    labels = props.get("labels") or {}
    return [*heard, *grid.values(), *labels.values(), *words_of(props.get("children"))]


@pytest.mark.parametrize("page", ["frame", "no snapshot"])
def test_the_chinese_page_holds_no_untranslated_text(page: str) -> None:
    error = BuildError("x", "y")
    shown = page_frame(texts("zh"), "青溪县") if page == "frame" else no_snapshot_page(texts("zh"), error)
    # A value that the browser puts in is no word.
    latin = {w for w in words_of(shown) if re.search("[A-Za-z]{2,}", re.sub(r"\{\w+\}", "", w))}
    assert latin <= {"CityBrain", "English", "citybrain build", error.sentence()}
