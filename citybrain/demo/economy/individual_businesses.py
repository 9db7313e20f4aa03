"""The list of individual businesses (个体工商户), which the market bureau keeps in a system of its own: text in GB18030."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo import names
from citybrain.demo.departments import Planted, World
from citybrain.demo.economy.register_rows import cell_text, register_rows
from citybrain.demo.people import EXTRACT_DAY
from citybrain.demo.period import day_number, deliver
from citybrain.demo.randomness import stream
from citybrain.demo.text_files import open_encoded

FILE = "market/individual_businesses_20200105.csv"
TITLE = f"{names.COUNTY_NAME}个体工商户登记台账"
HEADERS = (
    "统一社会信用代码", "字号名称", "组成形式", "经营者姓名", "所在乡镇（街道）", "经营场所", "行业代码", "资金数额（万元）",
    "核准日期", "从业人数",
)  # fmt: skip
NOTE = "填表单位：县市场监督管理局个体私营经济监督管理科"
FIRST_LINE = 3
LINE_END = "\r\n"


def write_individual_businesses(world: World) -> Planted:
    """Writes the list below the extracts of the world; returns faults and which firm each line means."""
    firms = world.firms.with_row_index("firm").filter("is_individual")
    listed = register_rows(stream(world.seed, "individual businesses"), world.county, firms)
    cells = [[cell_text(cell) for cell in row] for row in listed.rows]
    table = pl.DataFrame(cells, schema=dict.fromkeys(HEADERS, pl.String), orient="row")
    # The system knows only one form, and says so in its own words.
    table = table.with_columns(pl.lit("个人经营").alias("组成形式"))
    around = "," * (len(HEADERS) - 1) + LINE_END
    with open_encoded(world.extracts / FILE, "gb18030") as file:
        file.write((TITLE + around).encode())
        file.write(table.write_csv(line_terminator=LINE_END).encode())
        file.write((NOTE + around).encode())
    deliver(world.extracts / FILE, day_number(EXTRACT_DAY), "17:05")
    lines = FIRST_LINE + np.arange(len(cells))
    return listed.planted(pl.DataFrame({"line": lines}).select(pl.lit(FILE).alias("file"), "line"))
