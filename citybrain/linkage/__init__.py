"""Entity resolution: which person, enterprise or place a row speaks of when its identifier does not say so."""

from citybrain.linkage.conflicts import ENTERPRISE, PERSON, Subject, find_conflicts, load_authority
from citybrain.linkage.decisions import Decision, read_decisions, record_decision
from citybrain.linkage.enterprises import EnterpriseReport, link_enterprises
from citybrain.linkage.mentions import sql_enterprise_mentions, sql_person_mentions
from citybrain.linkage.people import Linkage, LinkReport, link_people
from citybrain.linkage.places import link_names
from citybrain.linkage.probabilistic import Band

__all__ = [
    "ENTERPRISE",
    "PERSON",
    "Band",
    "Decision",
    "EnterpriseReport",
    "LinkReport",
    "Linkage",
    "Subject",
    "find_conflicts",
    "link_enterprises",
    "link_names",
    "link_people",
    "load_authority",
    "read_decisions",
    "record_decision",
    "sql_enterprise_mentions",
    "sql_person_mentions",
]
