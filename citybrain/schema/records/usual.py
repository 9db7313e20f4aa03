"""Columns that many record types have, said once."""

from __future__ import annotations

from citybrain.schema.columns import Column, Sensitivity

DIRECT, PERSONAL = Sensitivity.DIRECT, Sensitivity.PERSONAL

AREA = Column("area", "Area in the tree of the project, at the deepest level the source allows.", required=True)
OPTIONAL_AREA = Column("area", "Area in the tree; empty where the source does not say.")
HOME_AREA = Column("area", "Where the person lives now.", required=True)

RESIDENT_ID = Column(
    "resident_id", "Citizen identification number; empty where none is stated or the stated one cannot be right.",
    sensitivity=DIRECT, pseudonym="person_key",
)  # fmt: skip
ID_WRITTEN = Column(
    "text", "The number as it was written down, right or wrong: linkage finds the person all the same.",
    sensitivity=DIRECT, written_of="resident_id",
)  # fmt: skip
NAME = Column("person_name", "Full name.", sensitivity=DIRECT)
SEX = Column("sex", "Sex by GB/T 2261.1.", sensitivity=PERSONAL)
BIRTH_ON = Column("date", "Birth date.", sensitivity=PERSONAL)
PHONE = Column("phone", "Phone number.", sensitivity=DIRECT)
ADDRESS = Column("text", "Present address as written.", sensitivity=DIRECT)

CREDIT_CODE = Column(
    "credit_code", "Unified social credit code (GB 32100-2015); empty where none is stated or it cannot be right."
)
CODE_WRITTEN = Column(
    "text", "The code as it was written down, right or wrong: linkage finds the enterprise all the same.",
    written_of="credit_code",
)  # fmt: skip
ENTERPRISE_NAME = Column("text", "Name of the enterprise as written.")
FACILITY = Column("text", "Name of the facility as written.", required=True)

ITEM = Column(
    "code", "What it is.", required=True,
    codes=(
        ("mask", ("口罩", "医用口罩", "一次性医用口罩", "医用外科口罩")),
        ("n95_mask", ("N95口罩", "KN95口罩", "医用防护口罩")),
        ("gown", ("防护服", "医用防护服")),
        ("goggles", ("护目镜", "防护面罩")),
        ("gloves", ("手套", "医用手套", "乳胶手套")),
        ("disinfectant", ("消毒液", "84消毒液", "消毒剂", "次氯酸钠")),
        ("alcohol", ("酒精", "医用酒精", "75%酒精")),
        ("thermometer", ("体温计", "额温枪", "测温枪")),
        ("test_kit", ("检测试剂", "核酸检测试剂", "试剂盒")),
        ("tent", ("帐篷", "救灾帐篷")),
        ("quilt", ("棉被", "救灾棉被")),
        ("food", ("方便食品", "应急食品")),
        ("generator", ("发电机",)),
        ("pump", ("水泵", "抽水泵")),
        ("sandbag", ("沙袋", "编织袋")),
    ),
)  # fmt: skip
"""Emergency goods by the words that departments use; quantities are in pieces, liquids in litres."""
