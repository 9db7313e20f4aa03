"""Names of areas as people write them: variant characters, other suffixes, stems.

A name has *forms*. A form is strong if it says by its ending that it is a division (虎门镇, 罗沙社区); a bare stem
(虎门) is weak, because roads, markets and estates are called so too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import polars as pl

VARIANT_PAIRS = (
    "鎮镇 鄉乡 區区 縣县 邨村 東东 廣广 龍龙 門门 橋桥 馬马 灣湾 島岛 場场 塲场 莊庄 園园 廠厂 頭头 寧宁 "
    "溝沟 興兴 陽阳 陰阴 濱滨 衛卫 營营 嶺岭 澤泽 廈厦 臺台 鳳凤 雙双 長长 圍围 沖冲 樓楼 關关 嶽岳 華华 "
    "聯联 慶庆 豐丰 銀银 錢钱 鐵铁 鋪铺 陳陈 劉刘 張张 黃黄 吳吴 鄭郑 謝谢 羅罗 葉叶 蘇苏 蔣蒋 鄧邓 許许 "
    "蘆芦 漢汉 滬沪 滄沧 鹽盐 鷹鹰 鶴鹤 雞鸡 鴨鸭 魚鱼 龜龟 豬猪 葦苇 蓮莲 蘭兰 櫻樱 棗枣 楊杨 檜桧 樹树 "
    "權权 歷历 歸归 殘残 氣气 湯汤 淺浅 渦涡 測测 渾浑 溫温 灘滩 瀋沈 煙烟 爐炉 爾尔 獅狮 環环 璽玺 畫画 "
    "當当 發发 盤盘 碩硕 礦矿 禪禅 種种 穩稳 窩窝 筆笔 節节 範范 築筑 簡简 紅红 綠绿 維维 綿绵 緒绪 縉缙 "
    "羣群 義义 習习 聖圣 職职 脈脉 舊旧 艦舰 蕭萧 蕩荡 藍蓝 藥药 蟲虫 術术 裡里 製制 複复 覺觉 觀观 計计 "
    "記记 講讲 護护 讓让 豎竖 貢贡 財财 貴贵 賀贺 賓宾 賢贤 趙赵 車车 軍军 軒轩 輝辉 遠远 選选 遷迁 還还 "
    "鄰邻 釣钓 鈴铃 銅铜 錦锦 鍾钟 鎖锁 鏡镜 開开 閣阁 閘闸 陸陆 隊队 際际 險险 雲云 靜静 韓韩 順顺 頂顶 "
    "項项 領领 飛飞 館馆 駝驼 騰腾 驛驿 鯉鲤 麗丽 麥麦 齊齐 齒齿 "
)
VARIANTS = {pair[0]: pair[1] for pair in VARIANT_PAIRS.split()}
"""Traditional and variant characters that occur in place names -> the standard ones."""

INVISIBLE = "[\\s\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]"
"""Blanks of every kind, zero-width characters, direction marks, the byte order mark, soft hyphens."""

VILLAGE_ENDINGS = (
    "社区居民委员会", "社区居委会", "村民委员会", "居民委员会", "村委会", "居委会", "行政村", "社区", "村",
)  # fmt: skip
TOWN_ENDINGS = ("街道办事处", "办事处", "街道办", "街道", "民族乡", "镇", "乡", "苏木")
CITY_ENDINGS = ("特别行政区", "自治区", "自治州", "自治县", "地区", "省", "市", "县", "区", "盟", "旗")
ZONE_ENDINGS = ("生活区", "虚拟社区", "高新区", "开发区", "集聚区", "度假区", "新区", "园区", "网格")
"""Zones whose last character is an ending by chance: they have no stem, only the whole name counts."""


@dataclass(frozen=True)
class Form:
    """One way to write the name of an area."""

    text: str
    rank: int
    """0 the name itself, 1 an alias or the same stem with another ending of its kind, 2 the bare stem."""
    is_strong: bool
    """It says by its ending that it is a division."""


def fold(text: str) -> str:
    """The text for comparing: full width to half, variants to standard characters, blanks and invisible ones gone."""
    plain = re.sub(INVISIBLE, "", unicodedata.normalize("NFKC", text))
    return "".join(VARIANTS.get(character, character) for character in plain)


def fold_expression(column: pl.Expr) -> pl.Expr:
    """`fold` on a polars column."""
    plain = column.str.normalize("NFKC").str.replace_all(INVISIBLE, "")
    return plain.str.replace_many(list(VARIANTS), list(VARIANTS.values()))


def split_ending(name: str) -> tuple[str, str, tuple[str, ...]]:
    """Stem, ending and the endings of its kind; `(name, "", ())` where the name has none or the stem is too short."""
    if not name.endswith(ZONE_ENDINGS):
        for kind in (VILLAGE_ENDINGS, TOWN_ENDINGS, CITY_ENDINGS):
            for ending in kind:
                if name.endswith(ending) and len(name) - len(ending) >= 2:
                    return name[: -len(ending)], ending, kind
    return name, "", ()


def forms_of(name: str, aliases: tuple[str, ...] | list[str] = ()) -> list[Form]:
    """Every form of an area's name, best rank first; each text once.

    Villages and towns are also known by their stem with another ending of their kind (岗贝社区 for 岗贝社区居民委员会,
    东城区 for 东城街道); counties and cities are not, since 金华县 was never 金华市.
    """
    own = fold(name)
    stem, ending, kind = split_ending(own)
    found = [Form(own, 0, bool(ending) or own.endswith(ZONE_ENDINGS))]
    for alias in map(fold, aliases):
        found.append(Form(alias, 1, bool(split_ending(alias)[1]) or alias.endswith(ZONE_ENDINGS)))
    if kind == VILLAGE_ENDINGS:
        found += [Form(stem + other, 1, True) for other in VILLAGE_ENDINGS]
    elif kind == TOWN_ENDINGS:
        found += [Form(stem + other, 1, True) for other in (*TOWN_ENDINGS, "区")]
    if stem != own:
        found.append(Form(stem, 2, False))
    unique: dict[str, Form] = {}
    for form in found:
        if form.text:
            unique.setdefault(form.text, form)
    return list(unique.values())
