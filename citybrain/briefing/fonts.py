"""Which fonts of this machine the PDF is set in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst

from citybrain.errors import BuildError

_TITLE = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong", "Noto Serif CJK SC", "Source Han Serif SC")
_BODY = ("FangSong_GB2312", "FangSong", "STFangsong", "Noto Serif CJK SC", "Source Han Serif SC")
_HEADING = ("SimHei", "STHeiti", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei")
_SUBHEADING = ("KaiTi_GB2312", "KaiTi", "STKaiti", "Noto Serif CJK SC", "Source Han Serif SC")
_ANY = (
    "Noto Sans CJK SC",
    "Noto Serif CJK SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "SimSun",
    "SimHei",
    "Droid Sans Fallback",
)


@dataclass(frozen=True)
class Typefaces:
    """Font families by their part in GB/T 9704-2012: 小标宋 the title, 仿宋 the body, 黑体 and 楷体 the headings."""

    title: str
    body: str
    heading: str
    subheading: str


def find_typefaces(folder: Path | None = None) -> Typefaces:
    """The best families found on the machine and in `folder` (such as `data/fonts` of the project).

    Raises:
        BuildError: none of them has Chinese characters.
    """
    return _choose(frozenset(fonts_in(folder).families()), folder)


@cache
def fonts_in(folder: Path | None) -> typst.Fonts:
    """The fonts of the machine, of Typst and of the folder; looked for once, which takes longer than a briefing."""
    paths = [folder] if folder is not None and folder.is_dir() else []
    return typst.Fonts(font_paths=paths)


def _choose(there: frozenset[str], folder: Path | None) -> Typefaces:
    def first(wanted: tuple[str, ...]) -> str:
        found = next((family for family in (*wanted, *_ANY) if family in there), "")
        if not found:
            raise BuildError(
                "fonts",
                "no font with Chinese characters is installed, so the PDF cannot be made",
                expected=f"one of {', '.join(dict.fromkeys((*_BODY, *_ANY)))}",
                remedy=f"Install the package fonts-noto-cjk, or put font files into {folder or 'data/fonts'}",
            )
        return found

    return Typefaces(first(_TITLE), first(_BODY), first(_HEADING), first(_SUBHEADING))
