"""Shared tables that answer a question across departments; each is made by the model of the same name."""

from __future__ import annotations

from citybrain.schema.columns import SharedTable, TableColumn
from citybrain.schema.served import BATCH, LINE
from citybrain.schema.shared.delivered import AREA_CODE

PERSON = TableColumn("BIGINT", "Keyed pseudonym of the person; empty where nobody could be told.")
CREDIT_CODE = TableColumn("VARCHAR", "Unified social credit code in the register.")


class Tests(SharedTable):
    """Which sample got which result, and how long did it take? One row a sample or a result without a sample."""

    __test__ = False
    name = table = "tests"
    key = ("sample_no",)
    sample_no = TableColumn("VARCHAR", "Number on the tube.")
    person_key = PERSON
    area_code = TableColumn("VARCHAR", "Where the person lives; empty for a result without a sample.")
    sampled_on = TableColumn("DATE", "Local day of the sample.")
    resulted_on = TableColumn("DATE", "Local day of the result; empty while there is none.")
    result = TableColumn("VARCHAR", "negative, positive or invalid; empty while there is none.")
    hours_to_result = TableColumn("DOUBLE", "From the sample to the result.", "hours")
    batch = BATCH
    source_line = LINE


class CaseWays(SharedTable):
    """When did each step of each case happen, from the first symptom to the township's answer? One row a case.

    Instants are UTC; a step that has not happened yet, or that nobody wrote down, is empty.
    """

    name = table = "case_ways"
    key = ("case_no",)
    case_no = TableColumn("VARCHAR", "Number of the report card.")
    person_key = PERSON
    area_code = AREA_CODE
    facility = TableColumn("VARCHAR", "Institution that reports.")
    onset_on = TableColumn("DATE", "Day of first symptoms.")
    visited_on = TableColumn("DATE", "Day of the first visit to any clinic.")
    confirmed_on = TableColumn("DATE", "Day of confirmation.")
    confirmed_at = TableColumn("TIMESTAMP", "Laboratory confirmation.")
    reported_at = TableColumn("TIMESTAMP", "Report card filed.")
    pushed_at = TableColumn("TIMESTAMP", "Pushed to the township.")
    received_at = TableColumn("TIMESTAMP", "Township heard of it.")
    contacted_at = TableColumn("TIMESTAMP", "Somebody reached the person.")
    feedback_at = TableColumn("TIMESTAMP", "Township answered.")
    reported_on = TableColumn("DATE", "Local day of the report.")
    hours_to_report = TableColumn("DOUBLE", "From confirmation to the report: the legal clock.", "hours")
    hours_to_receipt = TableColumn("DOUBLE", "From the push to the township's receipt.", "hours")
    batch = BATCH
    source_line = LINE


class CaseHouseholds(SharedTable):
    """Which household and which workplace does each case belong to? One row a case."""

    name = table = "case_households"
    key = ("case_no",)
    case_no = TableColumn("VARCHAR", "Number of the report card.")
    person_key = PERSON
    area_code = AREA_CODE
    confirmed_on = TableColumn("DATE", "Day of confirmation.")
    household_key = TableColumn(
        "BIGINT", "Keyed pseudonym of the registered household; empty for people from elsewhere."
    )
    household_cases = TableColumn("BIGINT", "Cases of the same household, this one included.", "cases")
    household_members = TableColumn("BIGINT", "Registered members of the household.", "persons")
    credit_code = CREDIT_CODE
    workplace_cases = TableColumn("BIGINT", "Cases of the same employer, this one included.", "cases")
    batch = BATCH
    source_line = LINE


class FeverVisits(SharedTable):
    """Where do fever patients live, by the registry and by their own word? One row a feverish clinic visit."""

    name = table = "fever_visits"
    person_key = PERSON
    area_code = TableColumn("VARCHAR", "Where the person lives now, as stated at the clinic.")
    registered_area_code = TableColumn("VARCHAR", "Where the registry has the person; empty for people from elsewhere.")
    screened_on = TableColumn("DATE", "Local day of the visit.")
    facility = TableColumn("VARCHAR", "Clinic.")
    is_followed_up = TableColumn(
        "BOOLEAN", "Whether a township has the person on its list for that day or the two after."
    )
    batch = BATCH
    source_line = LINE


class Resumptions(SharedTable):
    """Which enterprises say that they work, and does their electricity agree? One row an enterprise and week.

    Source: the usual cross-check of the resumption of work in February 2020: electricity against reports.
    """

    name = table = "resumptions"
    key = ("credit_code", "week_on")
    credit_code = CREDIT_CODE
    area_code = AREA_CODE
    week_on = TableColumn("DATE", "First day of the week.")
    says_resumed = TableColumn(
        "BOOLEAN", "Whether its last report of the week says that it works; empty without a report."
    )
    staff_present = TableColumn("BIGINT", "People at work by that report.", "persons")
    used_kwh = TableColumn("DOUBLE", "Electricity of the week.", "kWh")
    usual_kwh = TableColumn("DOUBLE", "Most it is known to have used in a week.", "kWh")
    uses_power = TableColumn(
        "BOOLEAN", "Whether it used anything, and at least three tenths of that; empty without a meter."
    )
    batch = BATCH
    source_line = LINE


class UnvisitedVulnerable(SharedTable):
    """Who needs help, lives where premises are closed, and has nobody named to look in? One row a person and need.

    A visitor named on any list of the person counts.
    """

    name = table = "unvisited_vulnerable"
    person_key = PERSON
    area_code = AREA_CODE
    need = TableColumn("VARCHAR", "Why the person is on a list.")
    controlled_from_on = TableColumn("DATE", "First day of the closed management in the community.")
    controlled_until_on = TableColumn("DATE", "Last day; empty: goes on.")
    batch = BATCH
    source_line = LINE


class GridLoads(SharedTable):
    """How many people does each grid worker look after? One row a grid."""

    name = table = "grid_loads"
    key = ("grid_code",)
    grid_code = TableColumn("VARCHAR", "The grid.")
    area_code = AREA_CODE
    residents = TableColumn("BIGINT", "People counted in the grid.", "persons")
    households = TableColumn("BIGINT", "Households counted.", "households")
    workers = TableColumn("BIGINT", "Grid workers.", "persons")
    full_time_workers = TableColumn("BIGINT", "Of these full-time.", "persons")
    batch = BATCH
    source_line = LINE


class CasePremises(SharedTable):
    """Where did cases occur in communities whose premises have no management or no gate? One row a such premises."""

    name = table = "case_premises"
    key = ("premises_code",)
    premises_code = TableColumn("VARCHAR", "The premises.")
    premises_name = TableColumn("VARCHAR", "Its name.")
    area_code = AREA_CODE
    has_property_company = TableColumn("BOOLEAN", "Whether a property company is named.")
    has_access_control = TableColumn("BOOLEAN", "Whether the entrance is controlled.")
    households = TableColumn("BIGINT", "Households.", "households")
    community_cases = TableColumn("BIGINT", "Confirmed cases who live in the same village or community.", "cases")
    batch = BATCH
    source_line = LINE


class SupplyCover(SharedTable):
    """For how many days will each good last in each facility? One row a facility, good and day."""

    name = table = "supply_cover"
    key = ("facility", "item", "stock_on")
    facility = TableColumn("VARCHAR", "Who holds it.")
    area_code = AREA_CODE
    item = TableColumn("VARCHAR", "What it is.")
    stock_on = TableColumn("DATE", "Day.")
    quantity = TableColumn("DOUBLE", "In stock at the end of the day.", "pieces or litres")
    used_7d = TableColumn("DOUBLE", "Mean daily use of the last seven days stated.", "pieces or litres a day")
    cover_days = TableColumn("DOUBLE", "Stock over use; empty where nothing is used.", "days")
    batch = BATCH
    source_line = LINE


class Returnees(SharedTable):
    """Who came back from where, and is the person known to a clinic or on a list? One row a return of a worker."""

    name = table = "returnees"
    person_key = PERSON
    area_code = TableColumn("VARCHAR", "Home.")
    destination = TableColumn("VARCHAR", "Where the person worked.")
    returned_on = TableColumn("DATE", "Day of return.")
    had_fever = TableColumn("BOOLEAN", "Feverish at a clinic within fourteen days of the return.")
    became_case = TableColumn("BOOLEAN", "Confirmed within fourteen days of the return.")
    batch = BATCH
    source_line = LINE


class StateChanges(SharedTable):
    """When did something begin or end to be in a state? One row a change; the running total is what is in the state.

    States: `order_open`, `order_overdue`, `appeal_open`, `bed_taken`, `in_quarantine`, `checkpoint_open`,
    `worker_away`, `premises_controlled`.
    """

    name = table = "state_changes"
    state = TableColumn("VARCHAR", "The state.")
    area_code = AREA_CODE
    changed_on = TableColumn("DATE", "First day in the state, or the first day no more in it.")
    change = TableColumn("INTEGER", "1 into the state, -1 out of it.")
    batch = BATCH
    source_line = LINE


JOINED: dict[str, type[SharedTable]] = {
    t.table: t
    for t in (
        Tests, CaseWays, CaseHouseholds, FeverVisits, Resumptions, UnvisitedVulnerable, GridLoads, CasePremises,
        SupplyCover, Returnees, StateChanges,
    )
}  # fmt: skip
"""Every table that joins departments, by its name."""
