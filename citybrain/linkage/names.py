"""Names made comparable: variant characters, blanks, dots, full-width forms; legal forms and places of enterprises."""

from __future__ import annotations

from citybrain.areas.names import VARIANTS
from citybrain.sql import literal

_MORE_PAIRS = (
    "偉伟 國国 強强 傑杰 剛刚 艷艳 豔艳 愛爱 潔洁 瓊琼 夢梦 瑤瑶 詩诗 曉晓 濤涛 鵬鹏 帥帅 凱凯 孫孙 馮冯 於于 呂吕 "
    "賈贾 閻阎 餘余 譚谭 鄒邹 賴赖 龔龚 龐庞 顏颜 嚴严 倫伦 億亿 儀仪 優优 價价 兒儿 勝胜 勵励 勛勋 勳勋 協协 堅坚 "
    "壽寿 婭娅 嬌娇 嬋婵 孌娈 學学 實实 寶宝 將将 尋寻 岡冈 峯峰 崐昆 崑昆 巖岩 帶带 幹干 彥彦 從从 徑径 恆恒 悅悦 "
    "憲宪 懷怀 戰战 換换 撫抚 攝摄 敎教 斂敛 昇升 晉晋 時时 暉晖 曄晔 會会 棟栋 榮荣 構构 樂乐 樺桦 機机 橫横 檸柠 "
    "歐欧 歲岁 沒没 涼凉 淚泪 淨净 淵渊 漣涟 漁渔 潤润 瀅滢 瀟潇 瀾澜 煉炼 煒炜 煥焕 燁烨 燦灿 爭争 牽牵 獻献 瑋玮 "
    "瑩莹 瑪玛 璣玑 璦瑷 瓏珑 畢毕 異异 療疗 盡尽 監监 睏困 確确 禎祯 禮礼 禕祎 稱称 穎颖 積积 競竞 紀纪 純纯 紋纹 "
    "納纳 紹绍 終终 結结 絢绚 統统 絲丝 經经 緯纬 緣缘 練练 縈萦 績绩 織织 繼继 續续 纓缨 翹翘 聞闻 聲声 聰聪 肅肃 "
    "臨临 與与 茲兹 莖茎 菓果 萊莱 萬万 蓋盖 蔭荫 薔蔷 薩萨 薺荠 衆众 裏里 補补 視视 親亲 訓训 詠咏 詢询 誌志 認认 "
    "語语 誠诚 說说 課课 調调 論论 諾诺 謙谦 證证 識识 譯译 議议 讚赞 貝贝 貞贞 資资 賜赐 質质 贊赞 躍跃 輕轻 轉转 "
    "辦办 農农 進进 運运 達达 適适 鄺邝 鈞钧 鈺钰 銘铭 銳锐 鋒锋 鋼钢 錄录 鎂镁 鏈链 鐘钟 鑑鉴 鑒鉴 閃闪 間间 閏闰 "
    "閩闽 闊阔 隨随 雋隽 離离 電电 霽霁 韋韦 頌颂 預预 頻频 題题 額额 願愿 類类 顧顾 風风 養养 駿骏 騏骐 驍骁 驊骅 "
    "驕骄 魯鲁 鮑鲍 鮮鲜 鴻鸿 鵑鹃 鸞鸾 黨党 齡龄 堃坤 喆哲 喬乔 寗宁 甯宁 単单 單单 祿禄 "
    "貿贸 業业 糧粮 產产 紡纺 飾饰 醫医 員员 書书 網网 設设 備备 裝装 麵面 飯饭 輸输 務务 團团 總总 費费 貨货 險险 "
)
PERSON_VARIANTS = VARIANTS | {pair[0]: pair[1] for pair in _MORE_PAIRS.split()}
"""Characters that one system has and another replaces; people of one name are written with either."""
_IGNORED = r"\s·•・‧∙⋅●.．'’\-"

_WIDE = "".join(chr(c) for c in range(0xFF01, 0xFF5F))
_NARROW = "".join(chr(ord(c) - 0xFEE0) for c in _WIDE)

_LEGAL_FORMS = (
    "有限责任公司", "股份有限公司", "有限公司", "股份公司", "集团公司", "总公司", "公司",
    "农民专业合作社", "专业合作社", "合作社",
)  # fmt: skip
"""Endings by which a register and a tax office differ on one and the same firm."""
_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|"
    "四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_PLACE = "[\\p{Han}]{2,6}?"


def sql_folded_name(name: str) -> str:
    """SQL of a person's name for comparing: no blanks and dots, variant characters as the usual ones, Latin in
    capitals.

    The rewriting is slow (11 µs a name) and seldom needed, so a pattern picks the names that need it.
    """
    odd = "".join(PERSON_VARIANTS)
    rewritten = _sql_usual(f"upper(regexp_replace({name}, {literal(f'[{_IGNORED}]')}, '', 'g'))")
    return f"CASE WHEN regexp_matches({name}, {literal(f'[{odd}a-z{_IGNORED}]')}) THEN {rewritten} ELSE {name} END"


def _sql_usual(text: str) -> str:
    """SQL of the text with the usual character in place of each variant."""
    return f"translate({text}, {literal(''.join(PERSON_VARIANTS))}, {literal(''.join(PERSON_VARIANTS.values()))})"


def sql_narrow(text: str) -> str:
    """SQL of the text in capitals with full-width letters, digits and signs as the usual ones, without blanks.

    Few texts have any; translating all of them costs ten times the rest.
    """
    bare = f"regexp_replace({text}, '[\\s\\x{{3000}}]', '', 'g')"
    usual = f"translate({bare}, {literal(_WIDE)}, {literal(_NARROW)})"
    return f"upper(CASE WHEN regexp_matches({text}, '[{_WIDE[0]}-{_WIDE[-1]}]') THEN {usual} ELSE {bare} END)"


def sql_enterprise_stem(name: str, places: tuple[str, ...] = ()) -> str:
    """SQL of an enterprise's name without what departments write differently: brackets, places in front, legal form.

    `places` are names of the project's own areas above the townships; provinces are known. A name that would have
    nothing left keeps what it has.
    """
    odd = "".join(PERSON_VARIANTS)
    plain = f"regexp_replace({sql_narrow(name)}, '[^\\p{{L}}\\p{{N}}()]', '', 'g')"
    bare = f"regexp_replace({plain}, '\\([^()]*(?:合伙|独资|个体|个人经营|普通|特殊|控股)[^()]*\\)', '', 'g')"
    bare = f"replace(replace({bare}, '(', ''), ')', '')"
    # What is left is part of the name, so the name itself tells whether a character has to be rewritten: it seldom has.
    bare = f"CASE WHEN regexp_matches({name}, {literal(f'[{odd}]')}) THEN {_sql_usual(bare)} ELSE {bare} END"
    bare = f"regexp_replace({bare}, {literal('^(.{2,}?)(?:' + '|'.join(_LEGAL_FORMS) + ')$')}, '\\1')"
    for prefix in _prefixes(places):
        bare = f"regexp_replace({bare}, {literal(prefix)}, '\\1')"
    return bare


def _prefixes(places: tuple[str, ...]) -> list[str]:
    """Patterns of what may stand in front, the wider place first; at least two characters must follow."""
    province = "^(?:" + _PROVINCES + ")(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)?(.{2,})$"
    prefecture = f"^{_PLACE}市(.{{2,}}县.{{2,}})$"
    own = [f"^{place}(.{{2,}})$" for place in sorted(map(_escaped, places), key=len, reverse=True)]
    return [province, prefecture, *own]


def _escaped(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
