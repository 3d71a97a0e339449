"""A data package small enough to work out by hand; its descriptor is the book's own.

Evidence, by theme and agreed stance (sr = self-reported source):

    F1  supports E1 (sr), E2          qualifies E3
    C1  supports E2                   challenges E3
    R1  supports E1 (sr)

E4 is coded to C1 as not relevant and counts nowhere.

Scores and worths (0 worst, 1 best) of the two actions:

    criterion  basis     scale         R1.1 score, worth      R1.2 score, worth
    direct     computed  0–2, more     1 (C1)   0.5           0        0
    lead       computed  0–1, more     1        1             0        0
    rights     judged    0–4, more     1        0.25          4        1
    effort     judged    1–3, less     3        0             1        1

With equal weights R1.1 has 100 × (0.5 + 1 + 0.25 + 0) ÷ 4 = 43.75 points and R1.2 has 100 × 2 ÷ 4 = 50.
"""

import csv
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

TABLES: dict[str, list[dict[str, str]]] = {
    "statements": [
        {
            "statement_id": "A1",
            "section": "findings",
            "title": "Findings",
            "text": "It works, with a difficulty.",
        },
        {"statement_id": "A2", "section": "recommendations", "title": "Advice", "text": "Collect data."},
    ],
    "themes": [
        {
            "theme_id": t,
            "kind": k,
            "title": n,
            "short_title": n,
            "statement_id": s,
            "definition": "d",
            "supporting": "s",
            "qualifying": "q",
            "challenging": "c",
            "boundary": "b",
        }
        for t, k, n, s in (
            ("F1", "success factor", "Teamwork", "A1"),
            ("C1", "challenge", "Data", "A1"),
            ("B1", "best practice", "Feedback", "A1"),
            ("R1", "recommendation", "Collection", "A2"),
        )
    ],
    "sources": [
        {
            "source_id": s,
            "type": "report",
            "author": "An author",
            "title": f"Title of {s}",
            "year": "2020",
            "publisher": p,
            "url": f"https://example.org/{s}",
            "independence": i,
            "archived_url": a,
            "read": "excerpt",
            "seen_on": "2026-11-23",
        }
        for s, p, i, a in (
            ("maker", "Maker", "self-reported", ""),
            ("court", "Court", "official", "https://example.org/copies/court_1"),
            ("lab", "Lab", "peer-reviewed", ""),
        )
    ],
    "evidence": [
        {
            "evidence_id": e,
            "source_id": s,
            "claim": c,
            "evidence_type": t,
            "basis": "stated",
            "year": y,
            "place": "Nowhere",
            "value": v,
            "unit": "cases" if v else "",
            "verified": "exact",
            "verified_on": "2026-11-23",
        }
        for e, s, c, t, y, v in (
            ("EV1", "maker", "The maker counts 1234 cases.", "self-report", "2019", "1234"),
            ("EV2", "court", "A court found it useful.", "audit", "2021", ""),
            ("EV3", "lab", "A study found a limit.", "peer-reviewed study", "2020", "0.25"),
            ("EV4", "lab", "A study of something else.", "peer-reviewed study", "", ""),
        )
    ],
    "excluded": [{"evidence_id": "EV9", "source_id": "gone", "reason": "weak", "detail": "no origin"}],
    "codings": [
        {"evidence_id": e, "theme_id": t, "coder": c, "stance": s}
        for e, t, s in (
            ("EV1", "F1", "supports"),
            ("EV2", "F1", "supports"),
            ("EV3", "F1", "qualifies"),
            ("EV2", "C1", "supports"),
            ("EV3", "C1", "challenges"),
            ("EV4", "C1", "not relevant"),
            ("EV1", "R1", "supports"),
            ("EV2", "B1", "supports"),
        )
        for c in ("first", "second", "agreed")
    ],
    "recommendations": [
        {
            "recommendation_id": r,
            "theme_id": "R1",
            "scope": "general",
            "title": f"Do {r}",
            "action": "Someone does it.",
            "measure": "It is done",
            "origin": o,
            "horizon": "within 1 year",
            "horizon_basis": "judged",
            "legal_state": "none needed",
        }
        for r, o in (("R1.1", "published"), ("R1.2", "edition"))
    ],
    "endorsements": [
        {"recommendation_id": "R1.1", "source_id": "court", "body": "Court", "year": "2021", "says": "Do it."}
    ],
    "addresses": [
        {
            "recommendation_id": "R1.1",
            "theme_id": "C1",
            "directness": "direct",
            "why": "because",
            "evidence_id": "",
        },
        {
            "recommendation_id": "R1.2",
            "theme_id": "C1",
            "directness": "partial",
            "why": "because",
            "evidence_id": "EV3",
        },
        {
            "recommendation_id": "R1.2",
            "theme_id": "B1",
            "directness": "enabling",
            "why": "because",
            "evidence_id": "EV2",
        },
    ],
    "actors": [
        {
            "actor_id": a,
            "name": n,
            "acronym": n,
            "kind": "ministry",
            "country": "Nowhere",
            "member": "shown",
            "role": "Does things.",
        }
        for a, n in (("A01", "Ministry"), ("A02", "Police"))
    ],
    "responsibilities": [
        {
            "recommendation_id": "R1.1",
            "actor_id": "A01",
            "role": "leads",
            "basis": "proposed",
            "why": "mandate",
        },
        {
            "recommendation_id": "R1.1",
            "actor_id": "A02",
            "role": "supports",
            "basis": "proposed",
            "why": "mandate",
        },
        {
            "recommendation_id": "R1.2",
            "actor_id": "A02",
            "role": "consulted",
            "basis": "proposed",
            "why": "mandate",
        },
    ],
    "criteria": [
        {
            "criterion_id": k,
            "title": k.capitalize(),
            "short_title": k,
            "question": "How much?",
            "basis": "computed" if m else "judged",
            "measure": m,
            "direction": f"{d} is better",
            "low": low,
            "high": high,
            "steps": ";".join(f"{i}=step {i}" for i in range(int(low), int(high) + 1)),
            "weight": "5",
            "note": "Not more.",
        }
        for k, m, d, low, high in (
            ("direct", "direct findings", "more", "0", "2"),
            ("lead", "leader", "more", "0", "1"),
            ("rights", "", "more", "0", "4"),
            ("effort", "", "less", "1", "3"),
        )
    ],
    "scores": [
        {
            "recommendation_id": r,
            "criterion_id": c,
            "score": s,
            "rationale": f"Because of {c}",
            "evidence_id": e,
        }
        for r, c, s, e in (
            ("R1.1", "rights", "1", "EV3"),
            ("R1.1", "effort", "3", ""),
            ("R1.2", "rights", "4", ""),
            ("R1.2", "effort", "1", "EV2"),
        )
    ],
    "panel_scores": [],
    "indicators": [
        {
            "indicator_id": "cases",
            "label": "Cases",
            "short_label": "Cases",
            "unit": "cases",
            "definition": "d",
            "topic": "country",
            "measure": "count",
            "origin": "official",
            "decimals": "0",
        },
    ],
    "series": [
        {
            "indicator_id": "cases",
            "year": y,
            "place": "Nowhere",
            "value": v,
            "qualifier": q,
            "period": "calendar year",
            "basis": "published",
            "source_id": "court",
        }
        for y, v, q in (("2018", "10", "exact"), ("2019", "30", "exact"), ("2021", "5", "fewer than"))
    ],
    "breaks": [
        {
            "indicator_id": "cases",
            "year": "2020",
            "kind": "definition",
            "label": "attempts count too",
            "what": "From 2020 an attempt counts as a case.",
            "basis": "stated",
            "evidence_id": "EV2",
            "source_id": "court",
        }
    ],
    "confidence": [
        {"theme_id": "F1", "confidence": "low", "confidence_why": "because"}
        | {
            k: v
            for part in ("limitations", "coherence", "adequacy", "relevance")
            for k, v in ((part, "minor"), (f"{part}_why", "because"))
        }
    ],
    "conflicts": [
        {"conflict_id": "K01", "title": "Cases", "kind": "span", "why": "not known", "use": "both"}
    ],
    "conflict_values": [
        {"conflict_id": "K01", "label": who, "value": value, "unit": "cases", "source_id": source}
        for who, value, source in (("the maker", "1234", "maker"), ("the court", "617", "court"))
    ],
    "readings": [
        {
            "reading_id": "R1",
            "kind": "whole",
            "chosen": "both rows",
            "drawn": "2",
            "exact": "2",
            "claim_exact": "2",
        }
        | {"loose": "0", "contradicted": "0", "not_retrieved": "0"}
    ],
    "untraced": [
        {"untraced_id": "U01", "saying": "nine in ten", "where_met": "talks", "note": "nothing found"}
    ],
    "panels": [
        {
            "panel_id": "country-cases",
            "topic": "country",
            "title": "Cases",
            "form": "lines",
            "scale": "linear",
            "note": "",
        }
    ],
    "panel_lines": [
        {
            "panel_id": "country-cases",
            "indicator_id": "cases",
            "place": "Nowhere",
            "line_label": "Cases in Nowhere",
        }
    ],
}


def write_small(folder: Path, **changes: list[dict[str, str]]) -> Path:
    """Write the small package into ``folder``, with the tables named in ``changes`` replaced, and return it."""
    import json

    folder.mkdir(parents=True, exist_ok=True)
    descriptor = ROOT / "data" / "datapackage.json"
    shutil.copyfile(descriptor, folder / "datapackage.json")
    for resource in json.loads(descriptor.read_text(encoding="utf-8"))["resources"]:
        columns = [field["name"] for field in resource["schema"]["fields"]]
        with (folder / resource["path"]).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows({**TABLES, **changes}[resource["name"]])
    return folder


def edited(table: str, row: int, **cells: str) -> list[dict[str, str]]:
    """Return a table of the small package with cells of one row (counted from 0) changed."""
    rows = [dict(r) for r in TABLES[table]]
    rows[row].update(cells)
    return rows
