"""Pools from which names are composed; nobody in particular is meant by any of them."""

from __future__ import annotations

import numpy as np

COUNTY_CODE = "379901"
"""No county has this code: GB/T 2260 assigns nothing below 3799."""
COUNTY_NAME = "青禾县"

SURNAMES = (
    *"王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎",
    *"余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文",
    *("欧阳", "司马", "诸葛", "上官", "卞", "仝", "亓", "逄"),
)
SURNAME_WEIGHTS = 1.0 / (np.arange(len(SURNAMES)) + 2.5)
"""Zipf-like, as surnames in China are."""

MALE_CHARACTERS = (
    "伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林阳建国庆海山志文武新利永成宏东峰亮辰翔毅然博"
)
FEMALE_CHARACTERS = "芳娜敏静丽艳娟霞秀英玲桂兰红梅洁燕丹萍雪琳倩婷颖雯莉晶蕾薇佳慧琴云莲珍凤玉爱春华欣怡涵梦瑶诗婉蓉"
RARE_CHARACTERS = "㛃䶮𬸦翀曌昇喆堃玥赟"
"""Some need four bytes in GB18030."""
DOTTED_NAMES = ("古丽·阿依", "买买提·艾力", "阿卜杜·热合曼", "迪丽·努尔", "热依汗·吐逊", "艾山·依明")
CHARACTERS = tuple(MALE_CHARACTERS + FEMALE_CHARACTERS + RARE_CHARACTERS)

TOWNSHIP_FIRST = "清平安永长太兴龙凤云石青白金银双柳桃杨槐马牛高胡孟孔沙泉"
TOWNSHIP_SECOND = "泉河湖山岭埠店集桥坡庄楼寨屯坊沟崖台洼湾水阳"
VILLAGE_PREFIX = ("东", "西", "南", "北", "大", "小", "前", "后", "上", "下", "老", "新", "", "", "", "", "", "")
VILLAGE_SUFFIX = (
    "庄", "家庄", "家村", "家寨", "家屯", "家桥", "家店", "家沟", "家集", "家营", "家洼", "家楼", "官庄", "家河", "家埠",
)  # fmt: skip
COMMUNITY_FIRST = "文新光建胜人和幸朝红团振解迎东南西北中华育兴阳富民安康平盛"
COMMUNITY_SECOND = "化华明设利民谐福阳旗结兴放宾关苑城园河泰馨景和泽才安顺"
ROADS = ("人民路", "建设路", "文化路", "解放路", "新华街", "健康路", "振兴大街", "青年路", "和平路", "迎宾大道")
ESTATES = ("阳光花园", "锦绣苑", "幸福里", "清河家园", "龙泉小区", "教师公寓", "怡景苑", "和谐家园")

TRADITIONAL = str.maketrans("镇庄东张刘陈杨马关国华兰", "鎮莊東張劉陳楊馬關國華蘭")
"""Variant characters as old input methods and old systems write them."""
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def compose(rng: np.random.Generator, first: str | tuple[str, ...], second: str | tuple[str, ...]) -> str:
    """One part of each pool, never the same character twice."""
    while True:
        one, two = first[rng.integers(len(first))], second[rng.integers(len(second))]
        if one != two:
            return one + two
