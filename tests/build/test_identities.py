"""Names, ID numbers and phones stay out of the served snapshot; only a stated purpose opens the vault, and leaves a trace."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from citybrain.contracts import load_contracts
from citybrain.errors import AccessError, BuildError
from citybrain.ingest import contract_of
from citybrain.project import load_project
from citybrain.warehouse import opened_vault, vault_file

HEADER = "证件号,姓名,时间,住址,体温\n"


@pytest.fixture
def city(small_city, make_resident_id):  # type: ignore[no-untyped-def]
    small_city.screening()
    rows = [f"{make_resident_id(n)},保密{chr(0x4E00 + n)},2020-02-03 09:00,城关镇某路{n}号,36.5\n" for n in range(50)]
    small_city.deliver("clinic_1.csv", HEADER + "".join(rows))
    small_city.build()
    return small_city


def test_no_direct_identifier_is_in_the_served_file(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    content = (city.root / "data/snapshots/current").resolve().read_bytes()
    assert make_resident_id(7).encode() not in content
    assert "保密".encode() not in content
    con = duckdb.connect(str((city.root / "data/snapshots/current").resolve()), read_only=True)
    for schema, table, column in con.execute(
        "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal AND data_type = 'VARCHAR'"
    ).fetchall():
        texts = {r[0] for r in con.execute(f'SELECT DISTINCT "{column}" FROM {schema}."{table}"').fetchall()}
        assert not any(t and ("保密" in t or make_resident_id(7)[:17] in t) for t in texts), (
            f"{schema}.{table}.{column}"
        )


def test_a_person_has_one_pseudonym_in_every_build_and_another_under_another_key(city) -> None:  # type: ignore[no-untyped-def]
    before = set(city.rows("SELECT person_key FROM shared.screenings"))
    assert len(before) == 50
    (city.root / "data/snapshots/current").unlink()
    city.build()
    assert set(city.rows("SELECT person_key FROM shared.screenings")) == before
    (city.root / "data/keys/pseudonym.key").unlink()
    (city.root / "data/snapshots/current").unlink()
    city.build()
    assert before.isdisjoint(city.rows("SELECT person_key FROM shared.screenings"))


def test_zones_with_identifiers_are_readable_by_the_owner_only(city) -> None:  # type: ignore[no-untyped-def]
    data = city.root / "data"
    for folder in ("accepted", "quarantine", "archive", "vault", "keys", "work"):
        assert (data / folder).stat().st_mode & 0o077 == 0, folder
    for file in [*data.glob("accepted/*/*/*.parquet"), *data.glob("keys/*"), *data.glob("vault/*.vault")]:
        assert file.stat().st_mode & 0o077 == 0, file


def opened(city, purpose: str):  # type: ignore[no-untyped-def]
    project = load_project(city.root)
    return opened_vault(
        project.paths, contract_of(load_contracts(project), "health.clinic"), user="investigator", purpose=purpose
    )


def test_the_vault_opens_for_a_named_purpose_and_writes_it_down(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    (key,) = city.rows("SELECT person_key FROM shared.screenings WHERE source_line = 9")
    with opened(city, "epidemic_control") as con:
        (found,) = con.execute(
            "SELECT resident_id, person_name FROM identities WHERE person_key = ?", [key[0]]
        ).fetchall()
    assert found == (make_resident_id(7), "保密" + chr(0x4E07))
    audit = (city.root / "data/vault/audit.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["purpose"] for line in audit] == ["epidemic_control"]
    assert not list((city.root / "data/work").glob("opened-*")), "nothing stays open behind"


@pytest.mark.parametrize("purpose", ["", "curiosity"])
def test_the_vault_stays_shut_for_any_other_purpose(city, purpose: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(AccessError, match="epidemic_control"), opened(city, purpose):
        pass


@pytest.mark.parametrize("place", [10, 100, -1])
def test_a_changed_vault_is_noticed(city, place: int) -> None:  # type: ignore[no-untyped-def]
    file = vault_file(load_project(city.root).paths, "health.clinic")
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    Path(file).write_bytes(content)
    with pytest.raises(BuildError, match="vault"), opened(city, "epidemic_control"):
        pass


def test_a_shortened_vault_is_noticed(city) -> None:  # type: ignore[no-untyped-def]
    file = vault_file(load_project(city.root).paths, "health.clinic")
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(BuildError, match="vault"), opened(city, "epidemic_control"):
        pass
