"""What linkage leaves to people: pairs to decide, and attributes that departments state differently."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from citybrain.errors import AccessError, nearest
from citybrain.query.access import AccessContext
from citybrain.query.snapshot import OpenSnapshot, ServedSnapshot


@dataclass(frozen=True)
class ReviewPair:
    """A statement and a person who may be meant by it. Keys are pseudonyms; no value of either side is here."""

    mention_key: int
    person_key: int
    score: float
    """Probability, 0 to 1."""
    reasons: tuple[str, ...]
    table_name: str
    feed: str
    file_name: str
    batch: int
    source_line: int
    rows: int
    """How many rows state the same."""


@dataclass(frozen=True)
class AttributeAgreement:
    """How often two departments that both state an attribute state the same."""

    kind: str
    """person or enterprise."""
    attribute: str
    left_department: str
    right_department: str
    pairs: int
    """Persons or enterprises of whom both state it."""
    agreeing: int
    agreement_pct: float


@dataclass(frozen=True)
class AttributeConflicts:
    """Persons or enterprises of whom some departments state different values, by whose word counts."""

    kind: str
    attribute: str
    departments: tuple[str, ...]
    winner: str
    decided_by: str
    """authority or recency."""
    conflicts: int


class LinkageQuestions:
    """All questions to schema `linkage` of the served snapshot.

    Raises AccessError for an asker who may see a part of the areas only: the rows of a pair may lie anywhere; and BuildError
    where no snapshot is published.
    """

    def __init__(self, snapshots: Path) -> None:
        self._served = ServedSnapshot(snapshots)

    def review(self, access: AccessContext, limit: int | None = None) -> list[ReviewPair]:
        """Pairs that a person should decide, the likeliest first; of a statement in many rows its first row."""
        rows = self._open(access).rows(
            "SELECT r.mention_key, r.person_key, r.score, r.reasons, r.table_name, b.feed, b.file_name, r.batch,\n"
            "  r.source_line, r.rows FROM linkage.review AS r LEFT JOIN shared.batches AS b ON b.batch = r.batch\n"
            "ORDER BY r.score DESC, r.mention_key, r.person_key LIMIT ?",
            [limit if limit is not None else 2**62],
        )
        return [ReviewPair(**(row | {"reasons": tuple(row["reasons"] or ())})) for row in rows]

    def pair(self, access: AccessContext, mention_key: int, person_key: int) -> ReviewPair | None:
        """One pair of the review; None where it is not (or no longer) there."""
        return next(
            (p for p in self.review(access) if (p.mention_key, p.person_key) == (mention_key, person_key)), None
        )

    def agreement(self, access: AccessContext, attribute: str = "") -> list[AttributeAgreement]:
        """Agreement of every two departments, by attribute; the worst first."""
        snapshot = self._open(access)
        self._check(snapshot, attribute)
        rows = snapshot.rows(
            "SELECT * FROM linkage.attribute_agreement WHERE ? IN ('', attribute)\n"
            "ORDER BY kind, attribute, agreement_pct, left_department, right_department",
            [attribute],
        )
        return [AttributeAgreement(**row) for row in rows]

    def conflicts(self, access: AccessContext, attribute: str = "") -> list[AttributeConflicts]:
        """Conflicts counted by attribute and departments; the most frequent first."""
        snapshot = self._open(access)
        self._check(snapshot, attribute)
        rows = snapshot.rows(
            "SELECT kind, attribute, departments, winner, decided_by, count(*) AS conflicts\n"
            "FROM linkage.attribute_conflicts WHERE ? IN ('', attribute)\n"
            "GROUP BY ALL ORDER BY kind, attribute, conflicts DESC, departments, winner",
            [attribute],
        )
        return [AttributeConflicts(**(row | {"departments": tuple(row["departments"])})) for row in rows]

    def _open(self, access: AccessContext) -> OpenSnapshot:
        if access.area_root is not None:
            raise AccessError(
                "linkage", "the review speaks of persons of all areas", found=f"the area {access.area_root} only",
                remedy="Ask whoever may see the whole city",
            )  # fmt: skip
        return self._served.open()

    def _check(self, snapshot: OpenSnapshot, attribute: str) -> None:
        if not attribute:
            return
        known = [r["attribute"] for r in snapshot.rows("SELECT DISTINCT attribute FROM linkage.attribute_agreement")]
        if attribute not in known:
            raise AccessError(
                attribute, "no two departments state this attribute", expected=", ".join(sorted(known)),
                remedy=nearest(attribute, known),
            )  # fmt: skip
