"""Record types of townships, communities and grids."""

from __future__ import annotations

from citybrain.schema.columns import Column, RecordType
from citybrain.schema.records.usual import AREA, DIRECT, ID_WRITTEN, NAME, PHONE, RESIDENT_ID


class Observation(RecordType):
    """One value of one measure for one area and period, as a department counted it.

    Does not mean: something CityBrain counted. Zero is a stated zero; a missing report has no row.
    """

    name, table, key, date = "observation", "observations", ("area", "measure", "period_on"), "period_on"

    area = AREA
    measure = Column("text", "What was counted; named by the contract, not by the source.", required=True)
    period_on = Column("date", "First day of the period that the value speaks of.", required=True)
    value = Column("decimal", "The value.", required=True)
    filed_at = Column("instant", "When the area filed its report, where the source says so.")


class Grid(RecordType):
    """One grid (网格) of a village or community, as its workers counted it.

    Does not mean: registered residents; whoever lives there counts.
    """

    name, table, key = "grid", "grids", ("grid_code",)

    grid_code = Column("text", "Code of the village and a serial number.", required=True)
    grid_name = Column("text", "Name.")
    area = Column("area", "Village or community.", required=True)
    buildings = Column("integer", "Buildings (a building is a cell).", unit="buildings")
    households = Column("integer", "Households counted.", unit="households")
    residents = Column("integer", "People counted.", unit="persons")
    migrants = Column("integer", "Of these, registered elsewhere.", unit="persons")
    counted_on = Column("date", "Day of the count.")


class GridWorker(RecordType):
    """One grid worker in one grid.

    Does not mean: a distinct person (one may look after several grids).
    """

    name, table, key = "grid_worker", "grid_workers", ("grid_code", "id_written", "person_name")

    grid_code = Column("text", "The grid.", required=True)
    resident_id = RESIDENT_ID
    id_written = ID_WRITTEN
    person_name = NAME
    phone = PHONE
    area = AREA
    is_full_time = Column("boolean", "Whether it is the person's only job.")


class Premises(RecordType):
    """One residential compound, building or market with its equipment (雪亮工程) and control measures.

    Does not mean: that cameras work or that the gate is staffed.
    """

    name, table, key = "premises", "premises", ("premises_code",)

    premises_code = Column("text", "Code in the community's list.", required=True)
    premises_name = Column("text", "Name.", required=True)
    area = AREA
    address = Column("text", "Address of the compound; not served, its area is.", sensitivity=DIRECT)
    buildings = Column("integer", "Buildings.", unit="buildings")
    households = Column("integer", "Households.", unit="households")
    property_company = Column("text", "Property management; empty: none.")
    has_access_control = Column("boolean", "Whether the entrance is controlled.")
    cameras = Column("integer", "Cameras connected.", unit="cameras")
    sites_5g = Column("integer", "5G base stations.", unit="sites")
    controlled_from_on = Column("date", "First day under closed management; empty: never.")
    controlled_until_on = Column("date", "Last day under closed management.")


class Checkpoint(RecordType):
    """One health checkpoint on a road, at a station or a village entrance.

    Does not mean: that everybody passing was checked.
    """

    name, table, key = "checkpoint", "checkpoints", ("checkpoint_code",)

    checkpoint_code = Column("text", "Code.", required=True)
    checkpoint_name = Column("text", "Name.", required=True)
    area = AREA
    kind = Column("text", "Road, station, village entrance.")
    opened_on = Column("date", "First day.", required=True)
    closed_on = Column("date", "Last day; empty: still open.")
    staff = Column("integer", "People on duty a day.", unit="persons")
    longitude = Column("longitude", "Place, east.", unit="°")
    latitude = Column("latitude", "Place, north.", unit="°")
