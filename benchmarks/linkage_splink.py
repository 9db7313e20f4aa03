"""Splink alone on the mentions, as its documentation says: no rule of ours, its own training, its own blocking."""

from __future__ import annotations

from typing import Any

import duckdb

from citybrain.warehouse.secrets import sql_pseudonym

U_PAIRS = 1e6
ACCEPT = 0.99


def link_all(con: duckdb.DuckDBPyConnection) -> None:
    """Writes `splink_links` (table_name, batch, source_line, person_key) of the mentions without a valid number.

    The number as written is one comparison among others (one and two slips apart), names have term frequencies.
    """
    from splink import DuckDBAPI, Linker, block_on

    columns = """person_name AS name, sex, coalesce(birth_on::VARCHAR,
      CASE WHEN resident_id IS NOT NULL THEN substr(resident_id, 7, 4) || '-' || substr(resident_id, 11, 2) || '-'
        || substr(resident_id, 13, 2) END) AS born, phone, area, coalesce(resident_id, id_written) AS number,
      left(coalesce(resident_id, id_written), 9) AS number_head, right(coalesce(resident_id, id_written), 9) AS number_tail"""
    rows = f"""SELECT row_number() OVER (ORDER BY table_name, source_line) AS unique_id, table_name, batch, source_line,
      resident_id, {columns}"""
    con.execute(f"CREATE TABLE open AS {rows} FROM mentions WHERE resident_id IS NULL")
    con.execute(
        f"""CREATE TABLE known AS {rows} FROM mentions WHERE resident_id IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY resident_id ORDER BY seen_on) = 1"""
    )
    api = DuckDBAPI(con)
    linker = Linker(
        [api.register(name, dataset_display_name=f"{name}_rows") for name in ("open", "known")],
        _settings(),
        log_level=None,
    )
    linker.training.estimate_probability_two_random_records_match(
        [block_on("name", "phone"), block_on("name", "born")], recall=0.8
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=U_PAIRS, seed=1)
    for rule in (block_on("name", "area"), block_on("phone")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    scored = linker.inference.predict(threshold_match_probability=ACCEPT)
    con.execute(
        f"""CREATE TABLE splink_links AS
        SELECT o.table_name, o.batch, o.source_line, {sql_pseudonym("k.resident_id", "person")} AS person_key
        FROM {scored.physical_name} AS s
          JOIN open AS o ON o.unique_id = CASE WHEN source_dataset_l = 'open_rows' THEN unique_id_l ELSE unique_id_r END
          JOIN known AS k ON k.unique_id = CASE WHEN source_dataset_l = 'open_rows' THEN unique_id_r ELSE unique_id_l END
        QUALIFY row_number() OVER (PARTITION BY o.unique_id ORDER BY match_weight DESC, k.resident_id) = 1"""
    )


def _settings() -> Any:
    """What is compared and how it is blocked."""
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    number = cl.CustomComparison(
        output_column_name="number",
        comparison_levels=[
            cll.NullLevel("number"),
            # Too rare among random pairs for a sample to show them.
            _declared(cll.DamerauLevenshteinLevel("number", 1), 0.90, 1e-6),
            _declared(cll.DamerauLevenshteinLevel("number", 3), 0.05, 1e-5),
            _declared(cll.ElseLevel(), 0.05, 0.99999),
        ],
    )  # fmt: skip
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            number, cl.DamerauLevenshteinAtThresholds("name", [1]).configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("born", input_is_string=True), cl.ExactMatch("sex"),
            cl.ExactMatch("phone"), cl.ExactMatch("area"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("number_head", "name"), block_on("number_tail"), block_on("name", "born"), block_on("name", "phone"),
            block_on("name", "area"), block_on("phone", "born"),
        ],
    )  # fmt: skip


def _declared(level: Any, m: float, u: float) -> Any:
    return level.configure(m_probability=m, u_probability=u, fix_m_probability=True, fix_u_probability=True)
