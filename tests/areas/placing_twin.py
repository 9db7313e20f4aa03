"""A slow, obvious placing of addresses, one text at a time, after the rule in `citybrain.areas.addresses`."""

from __future__ import annotations

import re

from citybrain.areas import AreaTree
from citybrain.areas.addresses import NAMED_AFTER
from citybrain.areas.names import fold, forms_of


class Twin:
    def __init__(self, tree: AreaTree) -> None:
        self.areas = {row["area_code"]: row for row in tree.areas.iter_rows(named=True)}
        self.root = tree.root
        self.deepest = max(area["depth"] for area in self.areas.values())
        self.forms = {code: forms_of(a["area_name"], tuple(a["aliases"])) for code, a in self.areas.items()}

    def ancestors(self, code: str) -> list[str]:
        found = []
        while code is not None:
            found.append(code)
            code = self.areas[code]["parent_code"]
        return found

    def place(self, text: str) -> tuple[str | None, str | None]:
        text = fold(text)
        mentions = self.mentions(text)
        node = self.root
        for depth in range(1, self.deepest + 1):
            named = self.named(text, [m for m in mentions if m["depth"] == depth], node)
            codes = {m["code"] for m in named}
            if len(codes) == 1:
                node = codes.pop()
            elif len(codes) > 1 and not (depth == self.deepest and node != self.root):
                one_text = len({(m["start"], m["form"]) for m in named}) == 1
                return None, "area.ambiguous_name" if one_text else "area.several_places_in_address"
        return (None, "area.no_place_in_address") if node == self.root else (node, None)

    def mentions(self, text: str) -> list[dict]:
        found = []
        for code, forms in self.forms.items():
            for form in forms:
                for start in (m.start() for m in re.finditer(f"(?={re.escape(form.text)})", text)):
                    found.append(
                        {
                            "code": code,
                            "depth": self.areas[code]["depth"],
                            "form": form.text,
                            "rank": form.rank,
                            "strong": form.is_strong,
                            "start": start,
                            "end": start + len(form.text),
                        }
                    )
        return [m for m in found if not any(contains(other, m) for other in found)]

    def named(self, text: str, mentions: list[dict], node: str) -> list[dict]:
        kept = []
        for mention in mentions:
            is_child = self.areas[mention["code"]]["parent_code"] == node
            if mention["depth"] == self.deepest and not is_child:
                continue
            if node not in self.ancestors(mention["code"])[1:]:
                continue
            is_road = re.match(NAMED_AFTER, text[mention["end"] :])
            is_own = mention["form"] in {form.text for form in self.forms[node]}
            if not mention["strong"] and (not is_child or is_road or is_own):
                continue
            mention["tier"] = 2 if not mention["strong"] else min(mention["rank"], 1)
            kept.append(mention)
        best = min((m["tier"] for m in kept), default=None)
        kept = [m for m in kept if m["tier"] == best]
        return [
            m
            for m in kept
            if m["rank"] == min(o["rank"] for o in kept if (o["start"], o["form"]) == (m["start"], m["form"]))
        ]


def contains(longer: dict, mention: dict) -> bool:
    return (
        longer["start"] <= mention["start"]
        and longer["end"] >= mention["end"]
        and longer["end"] - longer["start"] > mention["end"] - mention["start"]
        and longer["depth"] <= mention["depth"]
    )
