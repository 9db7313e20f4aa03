"""The quality pages show what became of every number that breaks a rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from citybrain.operations import Found
from tests.conftest import SmallCity
from tests.reporting.report_city import CHENGGUAN, HEKOU
from tests.reporting.validated_city import DAY, RULE, ValidatedCity


def test_the_quality_page_shows_what_became_of_each(tmp_path: Path, served: Callable[[Path], Any]) -> None:
    told = ValidatedCity(SmallCity(tmp_path))
    told.report(50)
    told.act("tell", "--person", "李四")
    client = served(tmp_path / "data" / "snapshots")

    def page(address: str) -> str:
        return client.get(address).text

    [row] = [r for r in page("/quality?lang=en").split("<tr>") if f"<small>{RULE}</small>" in r]
    cells = [c.split("</td>")[0] for c in row.split('<td class="number">')[1:]]
    # holds, broken, missing; open, reopened, told, assigned, explained, closed, gone
    assert cells == ["1", "2", "–", "1", "–", "1", "–", "–", "–", "–"]
    assert "城关镇" in page(f"/quality/validation/{RULE}?lang=en&state=told")
    assert "山前乡" not in page(f"/quality/validation/{RULE}?lang=en&state=told").split("<tbody>")[1]
    one = page(f"/quality/validation/{RULE}/{CHENGGUAN}/{DAY}?lang=en")
    assert "李四" in one and "by hand" in one and "<td>found for the first time</td>" in one
    assert "not a rule" in page("/quality/validation/fevers?lang=en")

    days = [dt.date(2015, 1, 1) + dt.timedelta(days=n) for n in range(1234)]
    told.ledger.settle("former", [Found(RULE, HEKOU, day, 1.0, 0.0, "township") for day in days], set())
    last = page(f"/quality/validation/{RULE}?lang=en&from=1200")
    assert last.count('<th scope="row">') == 36 and "1,201–1,236" in last, "nothing is cut off"
