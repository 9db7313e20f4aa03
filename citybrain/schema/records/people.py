"""Record types of people and of what departments know about their lives."""

from __future__ import annotations

from citybrain.schema.columns import Column, RecordType
from citybrain.schema.records.usual import (
    ADDRESS,
    AREA,
    BIRTH_ON,
    CREDIT_CODE,
    DIRECT,
    ENTERPRISE_NAME,
    HOME_AREA,
    ID_WRITTEN,
    NAME,
    OPTIONAL_AREA,
    PERSONAL,
    PHONE,
    RESIDENT_ID,
    SEX,
)  # fmt: skip


class Resident(RecordType):
    """One person in the household registry (户籍) on the day of the extract.

    Does not mean: that the person lives there now. Migrants without local registration are absent and
    registered people who left are present.
    """

    name, table, key = "resident", "residents", ("resident_id",)

    resident_id = Column("resident_id", "Citizen identification number.", True, DIRECT, pseudonym="person_key")
    person_name = NAME
    sex = SEX
    birth_on = BIRTH_ON
    area = AREA
    address = Column("text", "Registered address as written.", sensitivity=DIRECT)
    household = Column("text", "Household number of the registry.", sensitivity=DIRECT, pseudonym="household_key")
    phone = PHONE
    registered_on = Column("date", "Day the registration began.")


class ResidencePermit(RecordType):
    """One residence permit of a person whose household is registered elsewhere (流动人口居住登记).

    Does not mean: that the person is still here after the last day, nor that every migrant holds one.
    """

    name, table, key, date = "residence_permit", "residence_permits", ("permit_no",), "issued_on"

    permit_no = Column("text", "Number of the permit.", required=True)
    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    sex = SEX
    birth_on = BIRTH_ON
    phone = PHONE
    area = HOME_AREA
    address = ADDRESS
    origin = Column("text", "Province or city of the household registration.", sensitivity=PERSONAL)
    workplace = Column("text", "Employer as stated.", sensitivity=PERSONAL)
    issued_on = Column("date", "First day of the permit.", required=True)
    valid_until = Column("date", "Last day of the permit.")


class Lodging(RecordType):
    """One stay of one guest in a hotel or guesthouse (旅馆住宿登记).

    Does not mean: a distinct person, nor a visitor from outside: residents stay in hotels too.
    """

    name, table, key, date = "lodging", "lodgings", ("id_written", "person_name", "checked_in_at"), "checked_in_at"

    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    sex = SEX
    facility = Column("text", "Name of the hotel.", required=True)
    area = Column("area", "Where the hotel is.", required=True)
    origin = Column("text", "Where the guest comes from, as stated.", sensitivity=PERSONAL)
    checked_in_at = Column("instant", "Arrival.", required=True)
    checked_out_at = Column("instant", "Departure; empty while the guest stays.")


class Assistance(RecordType):
    """One person on one list of people who need help (低保、独居老人、残疾人、留守儿童 …), by kind of need.

    Does not mean: a distinct person (one may be on several lists), nor that help was given.
    """

    name, table, key = "assistance", "assistance", ("id_written", "person_name", "area", "need")

    need = Column(
        "code", "Why the person is on the list.", required=True,
        codes=(
            ("low_income", ("低保", "最低生活保障", "城市低保", "农村低保", "特困")),
            ("elderly_alone", ("独居老人", "空巢老人", "孤寡老人")),
            ("disabled", ("残疾人", "残疾", "重度残疾人")),
            ("left_behind_child", ("留守儿童",)),
            ("orphan", ("孤儿", "困境儿童")),
            ("chronic_patient", ("慢病患者", "重病患者", "透析患者")),
        ),
    )  # fmt: skip
    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    sex = SEX
    birth_on = BIRTH_ON
    phone = PHONE
    area = HOME_AREA
    address = ADDRESS
    grade = Column("text", "Grade of the need, as written.", sensitivity=PERSONAL)
    visitor = Column("person_name", "Who looks after the person; empty: nobody is named.", sensitivity=DIRECT)
    has_visitor = Column("boolean", "Whether the list says that somebody is named.")
    visited_on = Column("date", "Last visit.")
    since_on = Column("date", "First day on the list.")


class Employment(RecordType):
    """One job of one person as insured or reported to the labour office.

    Does not mean: that the person works now or lives here; informal work is absent.
    """

    name, table, key, date = (
        "employment",
        "employments",
        ("id_written", "person_name", "employer", "started_on"),
        "started_on",
    )

    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    credit_code = CREDIT_CODE
    employer = ENTERPRISE_NAME
    area = Column("area", "Where the workplace is.")
    occupation = Column("text", "Occupation as written.")
    started_on = Column("date", "First day.", required=True)
    ended_on = Column("date", "Last day; empty: still employed.")


class Departure(RecordType):
    """One registered resident who works away (外出务工), and the way back where it is known.

    Does not mean: that nobody else left. An empty return is "not known to be back", not "still away".
    """

    name, table, key, date = "departure", "departures", ("id_written", "person_name", "area", "left_on"), "left_on"

    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    sex = SEX
    phone = PHONE
    area = Column("area", "Home: where the person comes from.", required=True)
    destination = Column("text", "Where the person works: province, city.", required=True)
    trade = Column("text", "Kind of work, as written.")
    left_on = Column("date", "Day of leaving.", required=True)
    returned_on = Column("date", "Day of return.")
    returned_by = Column("text", "Train, bus or plate number class, as written.", sensitivity=PERSONAL)


class Cadre(RecordType):
    """One cadre of the county's own staff, with what he or she can be deployed for.

    Does not mean: that the person is free to be deployed, or is deployed.
    """

    name, table, key = "cadre", "cadres", ("cadre_no",)

    cadre_no = Column("text", "Staff number.", required=True)
    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    sex = SEX
    birth_on = BIRTH_ON
    phone = PHONE
    unit = Column("text", "Department or township of service.", required=True)
    position = Column("text", "Position, as written.")
    profession = Column(
        "code", "What the person is trained for.",
        codes=(
            ("medical", ("医疗卫生", "医学", "临床", "护理", "公共卫生")),
            ("public_security", ("公安", "政法", "退役军人")),
            ("education", ("教育", "教师")),
            ("engineering", ("工程", "水利", "建筑", "信息技术")),
            ("agriculture", ("农业", "林业", "畜牧")),
            ("administration", ("行政管理", "综合管理", "财会", "经济", "其他")),
        ),
    )  # fmt: skip
    area = Column("area", "Where the person serves.")
    deployed_area = Column("area", "Where the person is deployed now; empty: not deployed.")


class Pairing(RecordType):
    """One cadre who answers for one enterprise (包联企业).

    Does not mean: that the enterprise was visited.
    """

    name, table, key = "pairing", "pairings", ("code_written", "cadre_no")

    cadre_no = Column("text", "Staff number of the cadre.", required=True)
    person_name = NAME
    unit = Column("text", "Department of the cadre.")
    credit_code = CREDIT_CODE
    code_written = Column("text", "The credit code as it was written down.", required=True, written_of="credit_code")
    enterprise_name = ENTERPRISE_NAME
    area = OPTIONAL_AREA
    paired_on = Column("date", "Since when.")
    visited_on = Column("date", "Last visit.")
    demands = Column("integer", "Requests of the enterprise taken down.", unit="requests")
    demands_solved = Column("integer", "Those solved.", unit="requests")
