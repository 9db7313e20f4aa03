"""Reasons and states in the words of the people who must act on them, Chinese and English."""

from __future__ import annotations

from citybrain.reconciliation.rule import Reason, Status

REASON_WORDS: dict[Reason, tuple[str, str]] = {
    Reason.LIVES_OUTSIDE: ("不在本地户籍登记、居住登记或市场主体登记中", "neither registered nor resident here"),
    Reason.WRONG_TOWNSHIP: ("对方记在别的乡镇", "the other side has it in another township"),
    Reason.DUPLICATE: ("同一记录重复填报", "the same record was filed twice"),
    Reason.DATE_SHIFT: ("对方记在别的日期", "the other side has it on another day"),
    Reason.LATE: ("超过时限才收到", "received late"),
    Reason.DEFINITION: ("对方知道但不计入（口径不同）", "the other side knows it and does not count it"),
    Reason.SENT_NOT_RECEIVED: ("已发出，对方没有收到", "sent, and not received"),
    Reason.RECEIVED_NOT_SENT: ("有接收记录，对方没有发出", "received, and never sent"),
    Reason.AMOUNT_DIFFERS: ("双方都有，数量不同", "both sides have it, with different amounts"),
    Reason.PENDING: ("尚未到期，可能还会收到", "not due yet, it may still come"),
    Reason.IDENTIFIER_FAULT: (
        "证件号码或信用代码有误，经比对确认为同一对象",
        "the identifier is wrong; linkage found who is meant",
    ),
    Reason.UNKNOWN: ("原因不明", "unknown"),
}
STATUS_WORDS: dict[Status, tuple[str, str]] = {
    Status.AGREES: ("一致", "agrees"),
    Status.WITHIN_TOLERANCE: ("在允许误差内", "within tolerance"),
    Status.DIFFERS: ("不一致", "differs"),
    Status.LEFT_MISSING: ("左方无数据", "left side missing"),
    Status.RIGHT_MISSING: ("右方无数据", "right side missing"),
}


def reason_words(reason: str, language: str) -> str:
    """The reason in words; an unknown one as it is."""
    return REASON_WORDS[Reason(reason)][0 if language == "zh" else 1] if reason in list(Reason) else reason
