"""Record types of what citizens ask, what happens, and what leaders order."""

from __future__ import annotations

from citybrain.schema.columns import Column, RecordType
from citybrain.schema.records.usual import AREA, NAME, OPTIONAL_AREA, PERSONAL, PHONE


class Appeal(RecordType):
    """One call or message of a citizen to the hotline (12345), and what became of it.

    Does not mean: a justified complaint, nor a distinct matter: ten people may call about one pothole.
    """

    name, table, key, date = "appeal", "appeals", ("appeal_no",), "received_at"

    appeal_no = Column("text", "Number of the ticket.", required=True)
    received_at = Column("instant", "When the citizen called.", required=True)
    person_name = NAME
    phone = PHONE
    area = Column("area", "Where the matter is.", required=True)
    category = Column("text", "Kind of matter as filed.")
    is_epidemic = Column("boolean", "Whether it is about the epidemic.")
    handler = Column("text", "Department or township that must answer.")
    due_at = Column("instant", "When an answer is due.")
    answered_at = Column("instant", "When it was answered; empty: still open.")
    satisfaction = Column(
        "code", "What the citizen said of the answer.", sensitivity=PERSONAL,
        codes=(
            ("satisfied", ("满意", "非常满意", "基本满意")),
            ("dissatisfied", ("不满意", "非常不满意")),
            ("not_asked", ("未回访", "未评价", "无法接通")),
        ),
    )  # fmt: skip


class Incident(RecordType):
    """One emergency of one of the four classes.

    Does not mean: that it is over, nor that losses are final.
    """

    name, table, key, date = "incident", "incidents", ("incident_no",), "happened_at"

    incident_no = Column("text", "Number.", required=True)
    category = Column(
        "code", "Class of the Emergency Response Law.", required=True,
        codes=(
            ("natural_disaster", ("自然灾害",)),
            ("accident", ("事故灾难", "事故灾害")),
            ("public_health", ("公共卫生", "公共卫生事件")),
            ("social_security", ("社会安全", "社会安全事件")),
        ),
    )  # fmt: skip
    grade = Column(
        "code", "Level of gravity.",
        codes=(
            ("1", ("I级", "特别重大", "Ⅰ级")), ("2", ("II级", "重大", "Ⅱ级")), ("3", ("III级", "较大", "Ⅲ级")),
            ("4", ("IV级", "一般", "Ⅳ级")),
        ),
    )  # fmt: skip
    area = AREA
    happened_at = Column("instant", "When it began.", required=True)
    reported_at = Column("instant", "When the county heard of it.")
    closed_at = Column("instant", "When it was over.")
    affected = Column("integer", "People affected.", unit="persons")
    injured = Column("integer", "People injured.", unit="persons")
    dead = Column("integer", "People dead.", unit="persons")
    loss_yuan = Column("decimal", "Direct loss.", unit="yuan")


class Plan(RecordType):
    """One emergency plan of one department or township, with its drills.

    Does not mean: that it would work.
    """

    name, table, key = "plan", "plans", ("plan_no",)

    plan_no = Column("text", "Number.", required=True)
    title = Column("text", "Title.", required=True)
    category = Column("text", "Class of emergency as written.")
    owner = Column("text", "Who answers for it.")
    area = OPTIONAL_AREA
    revised_on = Column("date", "Last revision.")
    drilled_on = Column("date", "Last drill; empty: never.")
    drill_people = Column("integer", "People in the last drill.", unit="persons")


class Order(RecordType):
    """One order under supervision (督办): who must do what until when, and what was answered.

    Does not mean: done. Feedback is a claim; `verified_at` says when somebody checked.
    """

    name, table, key, date = "order", "orders", ("order_no",), "issued_at"

    order_no = Column("text", "Number.", required=True)
    title = Column("text", "What is ordered.", required=True)
    topic = Column("text", "Field: epidemic control, resumption, safety.")
    issuer = Column("text", "Who ordered.")
    handler = Column("text", "Who must do it.")
    area = Column("area", "Where it is to be done.", required=True)
    issued_at = Column("instant", "When it was issued.", required=True)
    due_at = Column("instant", "When it must be done.", required=True)
    accepted_at = Column("instant", "When the handler accepted it.")
    feedback_at = Column("instant", "When the handler said it was done.")
    verified_at = Column("instant", "When somebody checked that it was done.")
