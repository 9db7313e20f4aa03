"""Why a row is set aside: every reason, in Chinese and English, said to the department that sent the row.

Each sentence says what is wrong and what to do. No sentence holds a value.
"""

from __future__ import annotations

_DESTROYED_ZH = "被电子表格改成了科学计数法或小数，末几位已丢失。请把该列设为文本格式后重新导出。"
_DESTROYED_EN = (
    "A spreadsheet rounded the number and its last digits are lost. Set the column to text and export again."
)
_MASKED_ZH = "号码被打码。请提供完整号码。"
_MASKED_EN = "The number is masked. Deliver it in full."


def _date_reasons(name: str, zh: str, en: str) -> dict[str, tuple[str, str]]:
    return {
        f"{name}.unreadable": (
            f"读不出{zh}。请写成 2020-01-24{'' if name == 'date' else ' 08:30'} 的样式。",
            f"Not readable as a {en}. Write it like 2020-01-24{'' if name == 'date' else ' 08:30'}.",
        ),
        f"{name}.impossible": (
            f"{zh}不存在（例如 2 月 30 日）。请更正。",
            f"No such {en} exists, as on 30 February. Correct it.",
        ),
        f"{name}.range": (
            f"{zh}的年份不在 1800–2199 之间。请更正；没有就留空。",
            f"The year of the {en} is outside 1800-2199. Correct it, or leave the cell empty.",
        ),
        f"{name}.two_digit_year": ("年份只有两位。请写四位年份。", "The year has two digits. Write four."),
        f"{name}.day_first": (
            "日、月写在年份前面，无法分清。请先写年份。",
            "Day or month stands before the year. Write the year first.",
        ),
        f"{name}.incomplete": (f"{zh}没有写到日。请补上具体日期。", f"The {en} has no day. Add it."),
    }


REASONS: dict[str, tuple[str, str]] = {
    "required.missing": ("必填项为空。请补填。", "A required cell is empty. Fill it in."),
    "key.duplicate": (
        "与同一文件中的另一行完全相同，只计一次。",
        "The row repeats another row of this file and counts once.",
    ),
    "key.conflict": (
        "同一主键在文件中出现多次且内容不同。请核对后只保留正确的一行。",
        "Several rows have this key but differ. Keep the right one.",
    ),
    "row.structure": (
        "单元格数与表头不一致。请检查多余或缺少的分隔符和引号。",
        "The row has more or fewer cells than the header. Check separators and quotes.",
    ),
    "value.unreadable": ("内容无法识别。请核对。", "The cell cannot be read. Check it."),
    "area.unknown_code": (
        "区划代码不在区域树中。请核对代码或更新区域树。",
        "The area code is not in the area tree. Check it, or update the tree.",
    ),
    "area.unknown_name": (
        "区域名称不在区域树中。请核对名称，或为它登记别名。",
        "The area name is not in the area tree. Check it, or register it as an alias.",
    ),
    "area.ambiguous_name": (
        "有多个区域同名。请补写上级区域或填写代码。",
        "Several areas have this name. Add the parent area or give the code.",
    ),
    "area.no_place_in_address": (
        "地址中找不到本地区域名称。请写明乡镇（街道）和村（社区）。",
        "The address names no area of the tree. Add township and village.",
    ),
    "area.several_places_in_address": (
        "地址中出现多个区域。请写明实际所在的乡镇（街道）和村（社区）。",
        "The address names several areas. State the one that is meant.",
    ),
    "area.outside": (
        "区域不在本工程范围内。请核对是否报错地区。",
        "The area lies outside this project. Check whether the row belongs here.",
    ),
    "resident_id.length": (
        "身份证号位数不对，应为 18 位（旧号 15 位）。请核对。",
        "A resident ID has 18 characters (old ones 15). Check it.",
    ),
    "resident_id.characters": (
        "身份证号含有不该出现的字符，只能是数字，末位可为 X。请核对。",
        "A resident ID has digits only, and may end with X. Check it.",
    ),
    "resident_id.birth_date": (
        "身份证号中的出生日期不存在或不合理。请核对。",
        "The birth date inside the resident ID is impossible. Check it.",
    ),
    "resident_id.checksum": (
        "身份证号校验位不符，可能有一位写错。请核对证件。",
        "The check digit of the resident ID is wrong: a digit is mistyped. Compare with the card.",
    ),
    "resident_id.destroyed_by_spreadsheet": (f"身份证号{_DESTROYED_ZH}", _DESTROYED_EN),
    "resident_id.masked": (_MASKED_ZH, _MASKED_EN),
    "credit_code.length": ("统一社会信用代码应为 18 位。请核对。", "A credit code has 18 characters. Check it."),
    "credit_code.characters": (
        "统一社会信用代码含有不该出现的字符（不用 I、O、S、V、Z）。请核对。",
        "The credit code holds a character that codes never use (I, O, S, V and Z are left out). Check it.",
    ),
    "credit_code.checksum": (
        "统一社会信用代码校验位不符，可能有一位写错。请核对执照。",
        "The check character of the credit code is wrong: a character is mistyped. Compare with the licence.",
    ),
    "credit_code.old_registration_number": (
        "这是 15 位旧注册号。请改填 18 位统一社会信用代码。",
        "This is an old registration number of 15 digits. Give the credit code of 18.",
    ),
    "credit_code.destroyed_by_spreadsheet": (f"信用代码{_DESTROYED_ZH}", _DESTROYED_EN),
    "credit_code.masked": (_MASKED_ZH, _MASKED_EN),
    **_date_reasons("date", "日期", "date"),
    **_date_reasons("instant", "时间", "time"),
    "phone.digits": ("电话号码位数或号段不对。请核对。", "No phone number has these digits. Check it."),
    "phone.characters": (
        "电话号码含有不该出现的字符。请只填号码。",
        "The phone number holds other characters. Give the number only.",
    ),
    "phone.area_code_missing": ("固定电话缺区号。请补上区号。", "The landline number lacks its area code. Add it."),
    "phone.foreign": (
        "不是中国内地号码。请填内地号码，没有就留空。",
        "Not a mainland number. Give one, or leave the cell empty.",
    ),
    "phone.several": ("一格里有多个电话号码。请只填一个。", "The cell holds several phone numbers. Give one."),
    "phone.destroyed_by_spreadsheet": (f"电话号码{_DESTROYED_ZH}", _DESTROYED_EN),
    "phone.masked": (_MASKED_ZH, _MASKED_EN),
    "sex.unknown_word": (
        "性别应为 男、女 或代码 0、1、2、9。请核对。",
        "Sex must be 男, 女 or a code 0, 1, 2, 9. Check it.",
    ),
    "boolean.unknown_word": ("应填 是 或 否。请核对。", "The cell must say yes or no. Check it."),
    "code.unknown_word": (
        "不在允许的取值之内。请按代码表填写。",
        "The word is not in the code list. Use a listed one.",
    ),
    "integer.unreadable": ("读不出整数。请只填数字。", "Not readable as a whole number. Write digits only."),
    "integer.fraction": (
        "应为整数，却带有小数。请核对。",
        "A whole number was expected, but this one has a fraction. Check it.",
    ),
    "integer.range": ("数值过大。请核对。", "The number is too large. Check it."),
    "integer.scientific": (
        "数字是科学计数法。请把该列设为数值格式（无小数位）后重新导出。",
        "The number is in scientific notation. Set the column to plain numbers and export again.",
    ),
    "decimal.unreadable": ("读不出数值。请只填数字。", "Not readable as a number. Write digits only."),
    "decimal.foreign_currency": (
        "金额不是人民币，系统不折算。请按人民币填写。",
        "The amount is not in yuan, and CityBrain does not convert. Give it in yuan.",
    ),
    "decimal.unit": (
        "数字后面的单位不认识。请去掉单位，并在合同中说明。",
        "The unit behind the number is unknown. Leave it out and have the contract state it.",
    ),
    "decimal.grouping": ("千位分隔符的位置不对。请去掉逗号。", "The commas do not separate thousands. Leave them out."),
    "decimal.scientific": (
        "数字是科学计数法，有效位可能已丢失。请把该列设为数值格式后重新导出。",
        "Scientific notation: digits may be lost. Set the column to plain numbers and export again.",
    ),
    "longitude.unreadable": (
        "读不出经度。请填十进制度数，如 113.75。",
        "Not readable as a longitude. Give decimal degrees such as 113.75.",
    ),
    "longitude.range": (
        "经度超出 ±180。请核对是否与纬度填反。",
        "The longitude is beyond ±180. Check whether it is swapped with the latitude.",
    ),
    "latitude.unreadable": (
        "读不出纬度。请填十进制度数，如 23.02。",
        "Not readable as a latitude. Give decimal degrees such as 23.02.",
    ),
    "latitude.range": (
        "纬度超出 ±90。请核对是否与经度填反。",
        "The latitude is beyond ±90. Check whether it is swapped with the longitude.",
    ),
    "person_name.characters": (
        "姓名含有数字或符号。请核对是否填错列。",
        "The name holds digits or signs. Check whether the columns are shifted.",
    ),
    "person_name.length": (
        "姓名超过 50 个字。请核对是否填错列。",
        "The name is longer than 50 characters. Check whether the columns are shifted.",
    ),
}
"""Reason code -> (sentence in Chinese, sentence in English)."""
