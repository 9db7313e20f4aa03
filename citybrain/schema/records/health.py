"""Record types of clinics, hospitals, laboratories and the disease under watch."""

from __future__ import annotations

from citybrain.schema.columns import Column, RecordType
from citybrain.schema.records.usual import (
    ADDRESS,
    AREA,
    DIRECT,
    FACILITY,
    HOME_AREA,
    ID_WRITTEN,
    NAME,
    PERSONAL,
    PHONE,
    RESIDENT_ID,
    SEX,
)  # fmt: skip

CASE_NO = Column("text", "Number of the report card.", required=True)


class Screening(RecordType):
    """One visit of one person to a fever clinic.

    Does not mean: a distinct person (people come again), nor a fever: the temperature says that.
    """

    name, table, key, date = "screening", "screenings", ("id_written", "person_name", "screened_at"), "screened_at"

    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    sex = SEX
    phone = PHONE
    screened_at = Column("instant", "When the person was seen.", required=True)
    facility = Column("text", "Name of the clinic.")
    area = Column("area", "Where the person lives now, not where the clinic is.", required=True)
    address = ADDRESS
    temperature_c = Column("decimal", "Body temperature.", sensitivity=PERSONAL, unit="°C")
    outcome = Column("text", "What the clinic decided, as written.", sensitivity=PERSONAL)


class FollowUp(RecordType):
    """One person with fever whom a clinic handed over and a township took on its list (发热人员追踪台账).

    Does not mean: every fever of the clinic; what was not handed over is not here.
    """

    name, table, key, date = (
        "follow_up",
        "follow_ups",
        ("id_written", "person_name", "screened_on", "area"),
        "screened_on",
    )

    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    phone = PHONE
    area = Column("area", "Village or township that follows the person up.", required=True)
    facility = Column("text", "Clinic that handed the person over, as written.")
    screened_on = Column("date", "Day of the clinic visit as the township wrote it down.", required=True)
    received_at = Column("instant", "When the township heard of the person.")
    visited_at = Column("instant", "When somebody first went to see the person.")
    outcome = Column("text", "What was found, as written.", sensitivity=PERSONAL)


class Consultation(RecordType):
    """One visit of one person to a village clinic or township hospital, whatever the complaint.

    Does not mean: an infection. The complaint is what the person says, not a diagnosis.
    """

    name, table, key, date = "consultation", "consultations", ("visit_no", "facility"), "visited_at"

    visit_no = Column("text", "Number of the visit within the facility.", required=True)
    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    sex = SEX
    age = Column("integer", "Age at the visit.", sensitivity=PERSONAL, unit="years")
    facility = FACILITY
    area = HOME_AREA
    visited_at = Column("instant", "When the person was seen.", required=True)
    complaint = Column("text", "Main complaint as written.", sensitivity=PERSONAL)
    has_fever = Column("boolean", "Whether a fever was found.", sensitivity=PERSONAL)
    referred = Column("boolean", "Whether the person was sent on to a fever clinic.")


class Case(RecordType):
    """One reported case of the disease under watch, with the instants of its way through the health side.

    Does not mean: a distinct person over time (relapse is a new case), nor an infection in that area.
    """

    name, table, key, date = "case", "cases", ("case_no",), "confirmed_on"

    case_no = CASE_NO
    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    sex = SEX
    age = Column("integer", "Age at report.", sensitivity=PERSONAL, unit="years")
    phone = PHONE
    area = HOME_AREA
    address = ADDRESS
    workplace = Column("text", "Employer or school as stated.", sensitivity=PERSONAL)
    facility = Column("text", "Institution that reports.")
    onset_on = Column("date", "Day of first symptoms.", sensitivity=PERSONAL)
    visited_on = Column("date", "Day of the first visit to any clinic.", sensitivity=PERSONAL)
    confirmed_on = Column("date", "Day of laboratory confirmation; empty while suspected.")
    confirmed_at = Column("instant", "When the laboratory confirmed it: the legal clock of the report starts here.")
    reported_at = Column("instant", "When the report card was filed.")
    pushed_at = Column("instant", "When the card was pushed to the township.")


class CaseReceipt(RecordType):
    """One case as the township took it over: when it heard of it, reached the person and answered.

    Does not mean: that the township was told in time, nor that the case is confirmed.
    """

    name, table, key, date = "case_receipt", "case_receipts", ("case_no", "area"), "received_at"

    case_no = CASE_NO
    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    area = AREA
    received_at = Column("instant", "When the township heard of the case.", required=True)
    contacted_at = Column("instant", "When somebody first reached the person or the household.")
    feedback_at = Column("instant", "When the township answered the health side.")


class Contact(RecordType):
    """One close contact of one case.

    Does not mean: a distinct person (one may be the contact of several cases), nor an infection.
    """

    name, table, key, date = "contact", "contacts", ("case_no", "id_written", "person_name"), "met_on"

    case_no = CASE_NO
    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    phone = PHONE
    area = HOME_AREA
    relation = Column("text", "How the two met: family, colleague, fellow passenger.", sensitivity=PERSONAL)
    met_on = Column("date", "Last day of contact.", required=True)
    quarantined_on = Column("date", "First day of quarantine; empty: not reached.")
    released_on = Column("date", "Last day of quarantine.")


class ExposureSite(RecordType):
    """One place where one case was while infectious.

    Does not mean: that anybody was infected there.
    """

    name, table, key, date = "exposure_site", "exposure_sites", ("case_no", "site", "from_at"), "from_at"

    case_no = CASE_NO
    site = Column("text", "Name of the place.", required=True)
    kind = Column("text", "Kind of place: market, bus, home, clinic.")
    area = AREA
    from_at = Column("instant", "Arrival.", required=True)
    until_at = Column("instant", "Departure.")
    disinfected_on = Column("date", "Day of disinfection; empty: not done.")


class TestSample(RecordType):
    """One sample taken for a nucleic-acid test.

    Does not mean: a result; samples get lost.
    """

    __test__ = False
    name, table, key, date = "test_sample", "test_samples", ("sample_no",), "sampled_at"

    sample_no = Column("text", "Number on the tube.", required=True)
    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    phone = PHONE
    area = HOME_AREA
    sampled_at = Column("instant", "When it was taken.", required=True)
    site = Column("text", "Where it was taken.")


class TestResult(RecordType):
    """One result of one sample, as the laboratory says it.

    Does not mean: a case; a positive result is confirmed on a report card.
    """

    __test__ = False
    name, table, key, date = "test_result", "test_results", ("sample_no",), "resulted_at"

    sample_no = Column("text", "Number on the tube.", required=True)
    received_at = Column("instant", "When the laboratory got the sample.")
    resulted_at = Column("instant", "When the result was there.", required=True)
    laboratory = Column("text", "Name of the laboratory.")
    result = Column(
        "code", "What the laboratory found.", required=True,
        codes=(
            ("negative", ("阴性", "阴", "-", "未检出")),
            ("positive", ("阳性", "阳", "+", "检出")),
            ("invalid", ("无效", "需复检", "样本不合格")),
        ),
    )  # fmt: skip


class Admission(RecordType):
    """One stay of one patient in a bed of a hospital.

    Does not mean: a patient of the disease under watch; every ward counts.
    """

    name, table, key, date = "admission", "admissions", ("admission_no", "facility"), "admitted_at"

    admission_no = Column("text", "Number of the stay within the hospital.", required=True)
    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    facility = FACILITY
    area = Column("area", "Where the hospital is.", required=True)
    ward = Column("text", "Ward as written.")
    admitted_at = Column("instant", "When the bed was taken.", required=True)
    discharged_at = Column("instant", "When it was left; empty: still occupied.")


class Facility(RecordType):
    """One place with a public task: hospital, clinic, laboratory, storehouse, shelter, fire station.

    Does not mean: that it is open today.
    """

    name, table, key = "facility", "facilities", ("facility_code",)

    facility_code = Column("text", "Code in the list of its department.", required=True)
    facility_name = Column("text", "Full name.", required=True)
    kind = Column(
        "code", "What it is for.", required=True,
        codes=(
            ("county_hospital", ("县级医院", "综合医院", "中医院", "妇幼保健院")),
            ("township_hospital", ("乡镇卫生院", "卫生院", "社区卫生服务中心")),
            ("village_clinic", ("村卫生室", "诊所")),
            ("laboratory", ("检测机构", "实验室", "疾控中心")),
            ("storehouse", ("储备库", "物资仓库", "仓库")),
            ("shelter", ("避难场所", "应急避难场所", "安置点")),
            ("fire_station", ("消防站", "消防救援站")),
            ("quarantine_site", ("隔离点", "集中隔离点")),
        ),
    )  # fmt: skip
    area = AREA
    address = Column("text", "Address of the facility; not served, its area and coordinates are.", sensitivity=DIRECT)
    beds = Column("integer", "Beds or places.", unit="beds")
    doctors = Column("integer", "Doctors.", unit="persons")
    nurses = Column("integer", "Nurses.", unit="persons")
    has_fever_clinic = Column("boolean", "Whether it runs a fever clinic.")
    longitude = Column("longitude", "Place, east.", unit="°")
    latitude = Column("latitude", "Place, north.", unit="°")
    phone = Column("phone", "Duty phone of the facility; people answer it, so it is not served.", sensitivity=DIRECT)
