"""The record types that feeds deliver: what a row means, and what it does not mean."""

from __future__ import annotations

from citybrain.schema.columns import RecordType
from citybrain.schema.records.communities import Checkpoint, Grid, GridWorker, Observation, Premises
from citybrain.schema.records.economy import (
    Enterprise,
    PowerUse,
    Production,
    ResumptionReport,
    SupplyMovement,
    SupplyStock,
    SurveyedEnterprise,
    TaxPayment,
)
from citybrain.schema.records.governance import Appeal, Incident, Order, Plan
from citybrain.schema.records.health import (
    Admission,
    Case,
    CaseReceipt,
    Consultation,
    Contact,
    ExposureSite,
    Facility,
    FollowUp,
    Screening,
    TestResult,
    TestSample,
)
from citybrain.schema.records.people import (
    Assistance,
    Cadre,
    Departure,
    Employment,
    Lodging,
    Pairing,
    ResidencePermit,
    Resident,
)

RECORD_TYPES: dict[str, type[RecordType]] = {
    r.name: r
    for r in (
        Resident, ResidencePermit, Lodging, Assistance, Employment, Departure, Cadre, Pairing,
        Enterprise, SurveyedEnterprise, PowerUse, TaxPayment, ResumptionReport, Production, SupplyMovement, SupplyStock,
        Screening, FollowUp, Consultation, Case, CaseReceipt, Contact, ExposureSite, TestSample, TestResult, Admission, Facility,
        Observation, Grid, GridWorker, Premises, Checkpoint,
        Appeal, Incident, Plan, Order,
    )
}  # fmt: skip
"""Every record type by the word contracts use."""

__all__ = ["RECORD_TYPES", "Observation", "Screening"]
