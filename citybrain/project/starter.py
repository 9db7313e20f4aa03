"""A folder to start a city project from."""

from __future__ import annotations

from pathlib import Path

from citybrain.errors import ContractError

CITY_TOML = """\
# A city project. Everything that is not stated here has a default; an unknown key is an error.
name     = "我的城市"
timezone = "Asia/Shanghai"        # local days and due times are meant in it
# engine = "duckdb"               # or "spark"
# received_at = "modified"        # a delivery counts as received when its file was modified; or "ingested"

# The levels of the administrative tree, from top to bottom.
[[levels]]
code  = "county"
title = "县"
[[levels]]
code  = "township"
title = "乡镇"
[[levels]]
code  = "village"
title = "村"

# Where things are, relative to this file. extracts may be a folder outside; ${NAME:-fallback} reads the environment.
# [paths]
# extracts = "data/extracts"
# data     = "data"

# The areas. Sources are read in order; a later one adds what earlier ones lack (names, polygons, areas).
[[areas]]
rows = [{ code = "370201", name = "我的县", level = "county" }]

# A code list: the level follows from the length of the code, the parent from its prefix.
# [[areas]]
# path  = "data/areas.csv"
# code  = "code"
# name  = "name"
# level = "prefix"

# Boundaries: GeoJSON, Shapefile, GeoPackage or TopoJSON in any CRS.
# [[areas]]
# path    = "data/boundaries/townships.geojson"
# level   = "township"
# code    = "code"
# name    = "name"
# aliases = ["old_name"]
# datum   = "gcj02"              # coordinates taken from Amap or Tencent; "bd09" from Baidu
"""

CONNECTORS_README = """\
# Connectors

One folder a department, one TOML file a feed: `connectors/<department>/<feed>.toml`. Department and feed names are
lower-case letters, digits and underscores. A contract says who owns the feed, under which legal basis, where its
files are, how they are delivered, and which source header is which column:

```toml
title    = "发热门诊筛查登记"
record   = "screening"
delivery = "append"
[owner]
legal_basis = "…"
purposes    = ["epidemic_control"]
[source]
path = "health/fever_clinic_*.csv"
[columns]
resident_id = ["身份证号", "证件号码"]
screened_at = "就诊时间"
area        = { from = "现住址", as = "address" }
```

`citybrain preview FILE` shows what a delivered file holds; `citybrain check` checks every contract without data.
"""

GITIGNORE = """\
# what CityBrain writes, and what departments deliver: neither belongs in version control
/data/
"""


def init_project(folder: Path) -> list[Path]:
    """Writes a commented starter project into `folder` and returns the files and folders made.

    Raises:
        ContractError: there is a `city.toml` already; nothing is written then.
    """
    root = Path(folder)
    if (root / "city.toml").exists():
        raise ContractError(str(root / "city.toml"), "It exists already", remedy="Choose another folder, or edit it")
    made = []
    for name, content in (
        ("city.toml", CITY_TOML),
        ("connectors/README.md", CONNECTORS_README),
        (".gitignore", GITIGNORE),
    ):
        file = root / name
        if file.exists():
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        made.append(file)
    extracts = root / "data" / "extracts"
    extracts.mkdir(parents=True, exist_ok=True)
    return [*made, extracts]
