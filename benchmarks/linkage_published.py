"""Public data sets with known truth: Splink by its tutorial, and the product's order (sure rules first, then the scales).

fake_1000 comes with Splink; FEBRL 1 to 3 are after Christen and Churches (2002), Febrl: freely extensible biomedical
record linkage.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from benchmarks.child import Facts
from benchmarks.measuring import ROOT

if TYPE_CHECKING:
    from splink import Linker

DATA_SETS = ("fake_1000", "febrl_dataset1", "febrl_dataset2", "febrl_dataset3")
SEED = 1


@dataclass(frozen=True)
class Way:
    """One way to find the duplicates of a table."""

    comparisons: Sequence[Any]
    blocking: Sequence[tuple[str, ...]]
    sure: Sequence[str]
    """SQL over l and r: pairs that are taken without weighing."""
    deterministic: Sequence[str]
    """For Splink's estimate of how many pairs match."""
    training: Sequence[tuple[str, ...]]
    threshold: float


def data_folder() -> Path | None:
    """The folder of the data sets, or None."""
    folder = Path(os.environ.get("CITYBRAIN_REAL_DATA", ROOT.parent / "shared" / "data")) / "linkage"
    return folder if folder.is_dir() else None


def compare(name: str, folder: Path) -> Facts:
    """F1 over pairs of records by the tutorial (`tutorial`) and by ours (`ours`), in one run on the same table."""
    table = _read(name, folder)
    tutorial, ours = _ways(name)
    return {"tutorial": _f1(table, _clusters(table, tutorial)), "ours": _f1(table, _clusters(table, ours))}


def _read(name: str, folder: Path) -> pl.DataFrame:
    """Text columns, unique_id, and the truth in `cluster`."""
    table = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
    table = table.rename({c: c.strip() for c in table.columns})
    table = table.with_columns(pl.all().str.strip_chars().replace("", None))
    if name.startswith("febrl"):
        table = table.with_columns(unique_id="rec_id", cluster=pl.col("rec_id").str.extract(r"rec-(\d+)-"))
        born = pl.col("date_of_birth")
        iso = pl.concat_str(born.str.slice(0, 4), born.str.slice(4, 2), born.str.slice(6, 2), separator="-")
        table = table.with_columns(date_of_birth=iso)
    return table


def _ways(name: str) -> tuple[Way, Way]:
    return _fake_1000() if name == "fake_1000" else _febrl()


def _fake_1000() -> tuple[Way, Way]:
    import splink.comparison_library as cl

    tutorial = Way(
        comparisons=[
            cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("dob", 1),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        blocking=[("first_name", "city"), ("surname",), ("dob",)],
        sure=[],
        deterministic=["l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1",
                       "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1",
                       "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2", "l.email = r.email"],
        training=[("first_name", "surname"), ("dob",)],
        threshold=0.95,
    )  # fmt: skip
    ours = Way(
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="full_name"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True), cl.EmailComparison("email"),
        ],
        blocking=[("first_name", "city"), ("surname",), ("dob",), ("email",), ("full_name",)],
        sure=["l.email = r.email and (l.dob = r.dob or l.surname = r.surname or l.first_name = r.first_name)",
              "l.first_name = r.surname and l.surname = r.first_name and l.dob = r.dob",
              "l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob"],
        deterministic=tutorial.deterministic,
        training=[("dob",), ("email",)],
        threshold=0.9,
    )  # fmt: skip
    return tutorial, ours


def _febrl() -> tuple[Way, Way]:
    import splink.comparison_library as cl

    comparisons = [
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True, invalid_dates_as_null=True),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
    ]
    deterministic = [
        "l.soc_sec_id = r.soc_sec_id",
        "l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth",
    ]
    blocking = [("soc_sec_id",), ("given_name",), ("surname",), ("date_of_birth",), ("postcode",)]
    training = [("date_of_birth",), ("postcode",)]
    tutorial = Way(comparisons, blocking, [], deterministic, training, 0.95)
    sure = [
        "l.soc_sec_id = r.soc_sec_id and (l.given_name = r.given_name or l.surname = r.surname"
        " or l.date_of_birth = r.date_of_birth)",
        "l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth",
    ]
    return tutorial, Way(comparisons, blocking, sure, deterministic, training, 0.9)


def _clusters(table: pl.DataFrame, way: Way) -> pl.DataFrame:
    """unique_id, found: the cluster that sure and accepted pairs join it to."""
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink.clustering import cluster_pairwise_predictions_at_threshold

    con = duckdb.connect()
    if "first_name" in table.columns:
        table = table.with_columns(full_name=pl.concat_str("first_name", "surname", separator=" "))
    con.register("given", table.drop("cluster").to_arrow())
    con.execute("CREATE TABLE records AS FROM given")
    api = DuckDBAPI(con)
    settings = SettingsCreator(
        link_type="dedupe_only", comparisons=list(way.comparisons),
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in way.blocking],
    )  # fmt: skip
    linker: Linker = Linker(api.register("records"), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(list(way.deterministic), recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
    for columns in way.training:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    scored = linker.inference.predict()
    con.execute(f"CREATE TABLE edges AS SELECT unique_id_l, unique_id_r, match_probability FROM {scored.physical_name}")
    for condition in way.sure:
        con.execute(
            f"""INSERT INTO edges SELECT l.unique_id, r.unique_id, 1.0 FROM records AS l, records AS r
            WHERE l.unique_id < r.unique_id AND ({condition})"""
        )
    clustered = cluster_pairwise_predictions_at_threshold(
        api.register("records", table_name="nodes"), api.register("edges", table_name="pairs"),
        node_id_column_name="unique_id", edge_id_column_name_left="unique_id_l", edge_id_column_name_right="unique_id_r",
        db_api=api, threshold_match_probability=way.threshold,
    )  # fmt: skip
    return con.sql(f"SELECT unique_id, cluster_id AS found FROM {clustered.physical_name}").pl()


def _f1(table: pl.DataFrame, clusters: pl.DataFrame) -> float:
    """The harmonic mean of pairwise precision and recall."""
    joined = table.select("unique_id", "cluster").join(clusters, on="unique_id", how="left")

    def pairs(*by: str) -> int:
        sizes = joined.group_by(by).len()["len"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    right, put, belonging = pairs("cluster", "found"), pairs("found"), pairs("cluster")
    return 2 * right / (put + belonging)
