"""The shared tables and marts of a snapshot; each is made by the model of the same name."""

from __future__ import annotations

from citybrain.schema.columns import SharedTable, TableColumn

BATCH = TableColumn("INTEGER", "Batch the row came with; see shared.batches.")
LINE = TableColumn("BIGINT", "Line (CSV) or row (sheet) of the source file.")
AREA_CODE = TableColumn("VARCHAR", "Area the row is placed in, at the deepest level known.")
PERSON = TableColumn("BIGINT", "Keyed pseudonym of the person; empty where the source has no valid ID.")


class Residents(SharedTable):
    """One registered person."""

    name = table = "residents"
    key = ("person_key",)
    person_key = PERSON
    household_key = TableColumn("BIGINT", "Keyed pseudonym of the household.")
    area_code = AREA_CODE
    sex = TableColumn("VARCHAR", "1 male, 2 female, 0 unknown, 9 not stated (GB/T 2261.1).")
    birth_year = TableColumn("INTEGER", "Year of birth.")
    batch = BATCH
    source_line = LINE


class Enterprises(SharedTable):
    """One registered market entity."""

    name = table = "enterprises"
    key = ("credit_code",)
    credit_code = TableColumn("VARCHAR", "Unified social credit code.")
    enterprise_name = TableColumn("VARCHAR", "Registered name.")
    area_code = AREA_CODE
    industry = TableColumn("VARCHAR", "Industry as delivered.")
    registered_on = TableColumn("DATE", "Day of registration.")
    capital_yuan = TableColumn("DOUBLE", "Registered capital.", "yuan")
    staff = TableColumn("BIGINT", "People employed.", "persons")
    batch = BATCH
    source_line = LINE


class Screenings(SharedTable):
    """One visit to a fever clinic, placed at the residence of the visitor."""

    name = table = "screenings"
    person_key = PERSON
    area_code = AREA_CODE
    screened_on = TableColumn("DATE", "Local day of the visit.")
    facility = TableColumn("VARCHAR", "Clinic.")
    temperature_c = TableColumn("DOUBLE", "Body temperature.", "°C")
    is_fever = TableColumn("BOOLEAN", "Temperature of at least 37.3 °C; empty where none was taken.")
    batch = BATCH
    source_line = LINE


class Cases(SharedTable):
    """One reported case, placed at the residence."""

    name = table = "cases"
    key = ("case_no",)
    case_no = TableColumn("VARCHAR", "Number of the report card.")
    person_key = PERSON
    area_code = AREA_CODE
    onset_on = TableColumn("DATE", "Day of first symptoms.")
    confirmed_on = TableColumn("DATE", "Day of confirmation; empty while suspected.")
    reported_on = TableColumn("DATE", "Local day of the report.")
    batch = BATCH
    source_line = LINE


class Observations(SharedTable):
    """One value a department counted itself."""

    name = table = "observations"
    key = ("area_code", "measure", "period_on")
    area_code = AREA_CODE
    measure = TableColumn("VARCHAR", "What was counted.")
    period_on = TableColumn("DATE", "First day of the period.")
    value = TableColumn("DOUBLE", "The value; cumulative series are already turned into new ones.")
    batch = BATCH
    source_line = LINE


SHARED_TABLES: dict[str, type[SharedTable]] = {
    t.table: t for t in (Residents, Enterprises, Screenings, Cases, Observations)
}
"""Every modelled shared table by name."""
