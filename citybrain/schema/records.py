"""The record types that feeds deliver: what a row means, and what it does not mean."""

from __future__ import annotations

from citybrain.schema.columns import Column, RecordType, Sensitivity

DIRECT, PERSONAL = Sensitivity.DIRECT, Sensitivity.PERSONAL

AREA = Column("area", "Area in the tree of the project, at the deepest level the source allows.", required=True)
OPTIONAL_AREA = Column("area", "Area in the tree; empty where the source does not say.")


class Resident(RecordType):
    """One person in the household registry (户籍) on the day of the extract.

    Does not mean: that the person lives there now. Migrants without local registration are absent and
    registered people who left are present.
    """

    name, table, key = "resident", "residents", ("resident_id",)

    resident_id = Column("resident_id", "Citizen identification number.", True, DIRECT, pseudonym="person_key")
    person_name = Column("person_name", "Full name.", sensitivity=DIRECT)
    sex = Column("sex", "Sex by GB/T 2261.1.", sensitivity=PERSONAL)
    birth_on = Column("date", "Birth date.", sensitivity=PERSONAL)
    area = AREA
    address = Column("text", "Registered address as written.", sensitivity=DIRECT)
    household = Column("text", "Household number of the registry.", sensitivity=DIRECT, pseudonym="household_key")
    phone = Column("phone", "Phone number.", sensitivity=DIRECT)
    registered_on = Column("date", "Day the registration began.")


class Enterprise(RecordType):
    """One market entity (enterprise or individual business) in the register on the day of the extract.

    Does not mean: that it operates, or that it operates at its registered address.
    """

    name, table, key = "enterprise", "enterprises", ("credit_code",)

    credit_code = Column("credit_code", "Unified social credit code (GB 32100-2015).", True)
    enterprise_name = Column("text", "Registered name.", required=True)
    area = AREA
    address = Column("text", "Registered address as written: often a home.", sensitivity=DIRECT)
    enterprise_type = Column("text", "Legal form as written by the register.")
    industry = Column("text", "Industry as delivered (GB/T 4754-2017 code where the register has one).")
    registered_on = Column("date", "Day of registration.")
    capital_yuan = Column("decimal", "Registered capital.", unit="yuan")
    legal_representative = Column("person_name", "Legal representative.", sensitivity=DIRECT)
    staff = Column("integer", "People employed.", unit="persons")


class Screening(RecordType):
    """One visit of one person to a fever clinic.

    Does not mean: a distinct person (people come again), nor a fever: the temperature says that.
    """

    name, table, key, date = "screening", "screenings", ("resident_id", "screened_at"), "screened_at"

    resident_id = Column("resident_id", "Citizen identification number.", True, DIRECT, pseudonym="person_key")
    person_name = Column("person_name", "Full name.", sensitivity=DIRECT)
    sex = Column("sex", "Sex by GB/T 2261.1.", sensitivity=PERSONAL)
    phone = Column("phone", "Phone number.", sensitivity=DIRECT)
    screened_at = Column("instant", "When the person was seen.", required=True)
    facility = Column("text", "Name of the clinic.")
    area = Column("area", "Where the person lives now, not where the clinic is.", required=True)
    address = Column("text", "Present address as written.", sensitivity=DIRECT)
    temperature_c = Column("decimal", "Body temperature.", sensitivity=PERSONAL, unit="°C")
    outcome = Column("text", "What the clinic decided, as written.", sensitivity=PERSONAL)


class Case(RecordType):
    """One reported case of the disease under watch, with the instants of its way.

    Does not mean: a distinct person over time (relapse is a new case), nor an infection in that area.
    """

    name, table, key, date = "case", "cases", ("case_no",), "confirmed_on"

    case_no = Column("text", "Number of the report card.", required=True)
    resident_id = Column("resident_id", "Citizen identification number.", False, DIRECT, pseudonym="person_key")
    person_name = Column("person_name", "Full name.", sensitivity=DIRECT)
    sex = Column("sex", "Sex by GB/T 2261.1.", sensitivity=PERSONAL)
    age = Column("integer", "Age at report.", sensitivity=PERSONAL, unit="years")
    phone = Column("phone", "Phone number.", sensitivity=DIRECT)
    area = Column("area", "Where the person lives now.", required=True)
    address = Column("text", "Present address as written.", sensitivity=DIRECT)
    onset_on = Column("date", "Day of first symptoms.", sensitivity=PERSONAL)
    confirmed_on = Column("date", "Day of laboratory confirmation; empty while suspected.")
    reported_at = Column("instant", "When the report card was filed.")


class Observation(RecordType):
    """One value of one measure for one area and period, as a department counted it.

    Does not mean: something CityBrain counted. Zero is a stated zero; a missing report has no row.
    """

    name, table, key, date = "observation", "observations", ("area", "measure", "period_on"), "period_on"

    area = AREA
    measure = Column("text", "What was counted; named by the contract, not by the source.", required=True)
    period_on = Column("date", "First day of the period that the value speaks of.", required=True)
    value = Column("decimal", "The value.", required=True)


RECORD_TYPES: dict[str, type[RecordType]] = {r.name: r for r in (Resident, Enterprise, Screening, Case, Observation)}
"""Every record type by the word contracts use."""
