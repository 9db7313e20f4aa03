"""Record types of enterprises: what they are, whether they work, and what they make."""

from __future__ import annotations

from citybrain.schema.columns import Column, RecordType
from citybrain.schema.records.usual import (
    AREA,
    CODE_WRITTEN,
    CREDIT_CODE,
    DIRECT,
    ENTERPRISE_NAME,
    ITEM,
    OPTIONAL_AREA,
)  # fmt: skip


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


class SurveyedEnterprise(RecordType):
    """One enterprise above the size of the statistical survey (四上企业) in one year, with its staff by origin.

    Does not mean: that smaller enterprises do not exist, nor that the staff is present.
    """

    name, table, key, date = (
        "surveyed_enterprise",
        "surveyed_enterprises",
        ("code_written", "enterprise_name", "year_on"),
        "year_on",
    )

    year_on = Column("date", "First day of the year surveyed.", required=True)
    credit_code = CREDIT_CODE
    code_written = CODE_WRITTEN
    enterprise_name = ENTERPRISE_NAME
    area = AREA
    category = Column(
        "code", "Which of the surveys.",
        codes=(
            ("industry", ("规模以上工业", "规上工业", "工业")),
            ("construction", ("资质等级建筑业", "建筑业")),
            ("trade", ("限额以上批零住餐", "限上批零住餐", "批发零售", "住宿餐饮")),
            ("services", ("规模以上服务业", "规上服务业", "服务业")),
            ("property", ("房地产开发经营", "房地产")),
        ),
    )  # fmt: skip
    staff = Column("integer", "Staff at the end of the year.", unit="persons")
    staff_county = Column("integer", "Of these from the county.", unit="persons")
    staff_province = Column("integer", "Of these from elsewhere in the province.", unit="persons")
    staff_outside = Column("integer", "Of these from other provinces.", unit="persons")
    revenue_yuan = Column("decimal", "Revenue of the year.", unit="yuan")


class PowerUse(RecordType):
    """The electricity of one meter of one enterprise in one period.

    Does not mean: production; a cold store uses power while it is closed.
    """

    name, table, key, date = "power_use", "power_use", ("meter_no", "period_on"), "period_on"

    meter_no = Column("text", "Number of the meter.", required=True)
    credit_code = CREDIT_CODE
    code_written = CODE_WRITTEN
    enterprise_name = ENTERPRISE_NAME
    area = OPTIONAL_AREA
    period_on = Column("date", "First day of the period.", required=True)
    period_days = Column("integer", "Days of the period.", unit="days")
    used_kwh = Column("decimal", "Electricity used.", required=True, unit="kWh")


class TaxPayment(RecordType):
    """The tax that one enterprise paid for one month.

    Does not mean: sales of that month; a zero return is a row with zero.
    """

    name, table, key, date = "tax_payment", "tax_payments", ("code_written", "enterprise_name", "month_on"), "month_on"

    credit_code = CREDIT_CODE
    code_written = CODE_WRITTEN
    enterprise_name = ENTERPRISE_NAME
    area = OPTIONAL_AREA
    month_on = Column("date", "First day of the month.", required=True)
    sales_yuan = Column("decimal", "Taxable sales declared.", unit="yuan")
    tax_yuan = Column("decimal", "Tax paid.", required=True, unit="yuan")


class ResumptionReport(RecordType):
    """One enterprise's own word on one day that it works again (复工复产), and with how many people.

    Does not mean: that it does; power and tax tell.
    """

    name, table, key, date = (
        "resumption_report",
        "resumption_reports",
        ("code_written", "enterprise_name", "reported_on"),
        "reported_on",
    )

    credit_code = CREDIT_CODE
    code_written = CODE_WRITTEN
    enterprise_name = ENTERPRISE_NAME
    area = AREA
    reported_on = Column("date", "Day of the report.", required=True)
    resumed_on = Column("date", "Day since which it works; empty: it does not.")
    staff_present = Column("integer", "People at work.", unit="persons")
    staff = Column("integer", "People employed.", unit="persons")


class Production(RecordType):
    """What one enterprise made of one emergency good on one day.

    Does not mean: that it was delivered.
    """

    name, table, key, date = (
        "production",
        "production",
        ("code_written", "enterprise_name", "item", "produced_on"),
        "produced_on",
    )

    credit_code = CREDIT_CODE
    code_written = CODE_WRITTEN
    enterprise_name = ENTERPRISE_NAME
    area = AREA
    item = ITEM
    produced_on = Column("date", "Day of production.", required=True)
    quantity = Column("decimal", "Made on the day.", required=True, unit="pieces or litres")
    capacity = Column("decimal", "Most that can be made on a day.", unit="pieces or litres")


class SupplyMovement(RecordType):
    """One issue or one receipt of one good on one document: the same document appears on both sides.

    Does not mean: that what one side issued was received; that is a question of reconciliation.
    """

    name, table, key, date = "supply_movement", "supply_movements", ("document_no", "direction", "item"), "moved_on"

    document_no = Column("text", "Number of the delivery note.", required=True)
    direction = Column(
        "code", "Which side speaks.", required=True,
        codes=(("issued", ("发放", "出库", "调拨")), ("received", ("接收", "入库", "签收"))),
    )  # fmt: skip
    item = ITEM
    quantity = Column("decimal", "How much.", required=True, unit="pieces or litres")
    moved_on = Column("date", "Day of the issue or receipt.", required=True)
    facility = Column("text", "Who receives.", required=True)
    area = Column("area", "Where the receiver is.", required=True)


class SupplyStock(RecordType):
    """What one facility has of one good at the end of one day, and what it used on it.

    Does not mean: that the stock is at hand in the ward, nor that a facility without a row has none.
    """

    name, table, key, date = "supply_stock", "supply_stocks", ("facility", "item", "stock_on"), "stock_on"

    facility = Column("text", "Who holds it.", required=True)
    area = AREA
    item = ITEM
    stock_on = Column("date", "Day.", required=True)
    quantity = Column("decimal", "In stock at the end of the day.", required=True, unit="pieces or litres")
    used = Column("decimal", "Used on the day.", unit="pieces or litres")
