"""The model of the scales: what agreement and disagreement weigh, learned by Splink from rows whose person is known.

Source: Fellegi and Sunter (1969), A theory for record linkage; term frequencies after Splink's documentation.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from citybrain.warehouse.engine import connect

if TYPE_CHECKING:
    from splink import DuckDBAPI

OPEN, KNOWN = "a_open", "b_known"
"""The two sides; Splink calls the alphabetically first one left."""
ENOUGH_TO_LEARN = 1000
"""Pairs of known persons below which the declared probabilities are taken as they are."""
PAIRS_TO_SAMPLE, SEED = 1e6, 2020
LEAST = {"m_probability": 1e-3, "u_probability": 1e-6}
"""A level that the sample never showed is rare, not impossible."""

Level = tuple[str, str, float, float]
"""Label, SQL, and m and u where nothing could be learned."""

_NO_NAME = ("no name", "name_l IS NULL OR name_r IS NULL", 0, 0)
_LIKE = """length(name_l) = length(name_r) AND left(name_l, 1) = left(name_r, 1) AND (length(name_l) = 2
  OR (substr(name_l, 2, 1) = substr(name_r, 2, 1))::INT + (substr(name_l, 3, 1) = substr(name_r, 3, 1))::INT
   + (substr(name_l, 4, 1) = substr(name_r, 4, 1))::INT >= 2)"""
_SAME_PARTS = """(born_l // 100 = born_r // 100)::INT + (born_l % 10000 = born_r % 10000)::INT
  + (born_l // 10000 = born_r // 10000 AND born_l % 100 = born_r % 100)::INT"""

COMPARISONS: dict[str, tuple[Level, ...]] = {
    "name": (
        _NO_NAME,
        ("same", "name_l = name_r", 0.98, 1e-5),
        ("one character differs", _LIKE, 0.015, 1e-3),
        ("other", "ELSE", 0.005, 0.999),
    ),
    "born": (
        ("not stated", "born_l IS NULL OR born_r IS NULL", 0, 0),
        ("same day", "born_l = born_r", 0.99, 4e-5),
        ("year, month or day differs", f"{_SAME_PARTS} >= 1", 0.007, 0.02),
        ("other day", "ELSE", 0.003, 0.98),
    ),
    "age": (
        ("not stated", "born_l IS NOT NULL OR born_from_l IS NULL OR born_r IS NULL", 0, 0),
        ("fits", "born_r // 10000 BETWEEN born_from_l AND born_until_l", 0.98, 0.04),
        ("does not fit", "ELSE", 0.02, 0.96),
    ),
    "sex": (
        ("not stated", "sex_l IS NULL OR sex_r IS NULL", 0, 0),
        ("same", "sex_l = sex_r", 0.998, 0.5),
        ("other", "ELSE", 0.002, 0.5),
    ),
    "phone": (
        ("not stated", "phone_l IS NULL OR phone_r IS NULL", 0, 0),
        ("same", "phone_l = phone_r", 0.9, 2e-6),
        ("other", "ELSE", 0.1, 1.0),
    ),
    "area": (
        ("not stated", "area_l IS NULL OR area_r IS NULL", 0, 0),
        ("same", "area_l = area_r", 0.8, 0.005),
        ("near", "list_has_any(path_l, path_r)", 0.05, 0.06),
        ("elsewhere", "ELSE", 0.15, 0.935),
    ),
}
"""Learned where enough rows with a right number speak of people who are known elsewhere too."""

NUMBER: dict[str, tuple[Level, ...]] = {
    "number": (
        ("none, or in part", "id_text_l IS NULL OR id_r IS NULL OR strlen(id_text_l) < 17", 0, 0),
        ("one slip", "damerau_levenshtein(id_text_l, id_r) <= 1", 0.93, 1e-5),
        ("two slips", "damerau_levenshtein(id_text_l, id_r) <= 3", 0.05, 1e-4),
        ("other", "ELSE", 0.02, 0.999),
    ),
    "part": (
        ("none, or whole", "id_head_l IS NULL OR strlen(id_head_l) < 6 OR strlen(id_text_l) >= 17", 0, 0),
        ("ten fit", "strlen(id_head_l) + strlen(id_tail_l) >= 10 AND id_r LIKE id_head_l || '%' || id_tail_l", 0.95, 1e-4),
        ("fits", "id_r LIKE id_head_l || '%' || id_tail_l", 0.04, 0.3),
        ("does not fit", "ELSE", 0.01, 0.7),
    ),
}  # fmt: skip
"""Declared, since nobody whose number is right can teach what a wrong one looks like."""


def train(rows: pa.Table, same: pa.Table, others: pa.Table) -> dict[str, Any]:
    """Splink's settings: m learned from pairs of `rows` and `same` that share `person`, u from pairs of `rows` and
    `others`.

    The tables have the columns that COMPARISONS names, unique_id and person; nobody of `rows` is among the `others`,
    for true pairs
    among random ones would make agreement look common. Samples are taken by hash: equal tables give equal settings.
    Too few
    rows to learn from leave the declared probabilities.
    """
    # Loaded only here: most commands, and builds whose rows all have right numbers, need no Splink.
    from splink import Linker

    settings = _settings(COMPARISONS)
    if min(rows.num_rows, same.num_rows, others.num_rows) >= ENOUGH_TO_LEARN:
        with _quiet():
            with _splink(rows, others) as (_, tables):
                linker = Linker(tables, settings, log_level=None)
                linker.training.estimate_u_using_random_sampling(
                    max_pairs=PAIRS_TO_SAMPLE, seed=SEED, min_count_per_level=None, num_chunks=1
                )
                settings = _learned(settings, linker.misc.save_model_to_json(), "u_probability")
            with _splink(rows, same) as (_, tables):
                linker = Linker(tables, settings, log_level=None)
                linker.training.estimate_m_from_label_column("person")
                settings = _learned(settings, linker.misc.save_model_to_json(), "m_probability")
    return settings | {"comparisons": settings["comparisons"] + _settings(NUMBER)["comparisons"]}


def predict(
    settings: dict[str, Any], left: pa.Table, right: pa.Table, pairs: pa.Table, names: pa.Table, prior: float
) -> pa.Table:
    """left_id, right_id, match_weight (log2 of the odds, the prior included) of every pair (left_id, right_id).

    `names` holds name, tf_name: the share of all known persons who bear it.
    """
    from splink import Linker

    chosen = settings | {"probability_two_random_records_match": prior}
    with _quiet(), _splink(left, right) as (api, tables):
        con = api.duckdb_con
        con.register("given_pairs", pairs)
        con.execute(
            f"""CREATE TABLE blocked AS SELECT '0' AS match_key, '{OPEN}-__-' || left_id AS join_key_l, '{KNOWN}-__-'
            || right_id AS join_key_r
            FROM given_pairs"""
        )
        linker = Linker(tables, chosen, log_level=None)
        linker.table_management.register_term_frequency_lookup(_given(api, names, "name_shares"), "name")
        linker.table_management.register_blocked_pairs_for_predict(api.register("blocked", table_name="blocked_pairs"))
        scored = linker.inference.predict(warning_mode="never")
        return con.sql(
            f"SELECT unique_id_l AS left_id, unique_id_r AS right_id, match_weight FROM {scored.physical_name}"
        ).to_arrow_table()


def _settings(comparisons: dict[str, tuple[Level, ...]]) -> dict[str, Any]:
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="link_only",
        comparisons=[_comparison(name, levels) for name, levels in comparisons.items()],
        blocking_rules_to_generate_predictions=[block_on("name")],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    ).create_settings_dict("duckdb")


def _comparison(name: str, levels: tuple[Level, ...]) -> dict[str, Any]:
    written = []
    for label, condition, m, u in levels:
        level: dict[str, Any] = {"sql_condition": condition, "label_for_charts": label}
        if not m:
            level["is_null_level"] = True
        else:
            level |= {"m_probability": m, "u_probability": u}
        if name == "name" and label == "same":
            level |= {"tf_adjustment_column": "name", "tf_adjustment_weight": 1.0}
        written.append(level)
    return {"output_column_name": name, "comparison_levels": written}


def _learned(declared: dict[str, Any], model: dict[str, Any], kind: str) -> dict[str, Any]:
    """The declared settings with what was learned; levels that never occurred get the least probability."""
    comparisons = []
    for before, after in zip(declared["comparisons"], model["comparisons"], strict=True):
        levels = []
        for old, new in zip(before["comparison_levels"], after["comparison_levels"], strict=True):
            value = new.get(kind)
            learned = max(value, LEAST[kind]) if isinstance(value, float) else LEAST[kind]
            levels.append(old | {kind: learned} if kind in old else old)
        comparisons.append(before | {"comparison_levels": levels})
    return declared | {"comparisons": comparisons}


@contextmanager
def _splink(left: pa.Table, right: pa.Table) -> Iterator[tuple[DuckDBAPI, list[Any]]]:
    """Splink in a database of its own in memory: it leaves tables behind, and they hold names."""
    from splink import DuckDBAPI

    class Api(DuckDBAPI):
        """Takes the counts that Splink hands itself as rows through polars: pyarrow would load pandas to look at them,
        which takes longer than all the counting.
        """

        def register(self, table: Any, **named: Any) -> Any:
            return super().register(pl.from_dicts(table).to_arrow() if isinstance(table, list) else table, **named)

    con = connect()
    try:
        api = Api(con)
        yield api, [_given(api, left, OPEN), _given(api, right, KNOWN)]
    finally:
        con.close()


def _given(api: DuckDBAPI, table: pa.Table, name: str) -> Any:
    """The table for Splink, by name: given a table itself it would load pandas, which takes longer than all its work."""
    api.duckdb_con.register(f"given_{name}", table)
    return api.register(f"given_{name}", dataset_display_name=name)


@contextmanager
def _quiet() -> Iterator[None]:
    """Splink logs the SQL it runs; nothing about persons belongs in a log."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
