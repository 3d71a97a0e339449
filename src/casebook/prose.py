"""Find sentences in the chapters that state an outside fact and cite nothing for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from casebook.study import Study

CLAIM = re.compile(r"\{(?:ev|stmt|src|rec)\}`[^`]+`")
_QUANTITY = re.compile(r"\{n\}`[^`]+`")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
# Verbs with which a text reports what somebody outside said, did or counted.
_REPORTS = re.compile(
    r"\b(?:reported|reports|said|says|found|finds|wrote|writes|published|publishes|counted|counts|gave|gives|"
    r"announced|launched|adopted|credited|ruled|claimed|claims|estimated|estimates|concluded|concludes|showed|shows|"
    r"recommended|recommends|called|calls|judged|stated|states|warned|warns|identified|helped|trained|told)\b"
)
# What this edition says of itself, its data and its pages is not an outside fact.
_OWN = re.compile(
    r"\b(?:this edition|this book|this chapter|this page|this annex|the figure|figures?|the table|the row|rows?|the example|codings?|the abstract|"
    r"the text|the method|the site|the build|the data package|here)\b|\{fig\}|\{theme\}",
    re.IGNORECASE,
)
_SKIP = re.compile(r"\A---\n.*?\n---\n|```.*?```|^:::[^\n]*$|^#[^\n]*$|^>[^\n]*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Sentence:
    """A sentence that states a fact without a claim: where it stands and what it says."""

    file: str
    line: int
    text: str


def named_bodies(study: Study) -> list[str]:
    """Return the names under which the text speaks of bodies outside: publishers, institutions, bodies that advise."""
    names = {*study["actors"]["acronym"], *study["actors"]["name"], *study["endorsements"]["body"]}
    names |= {re.split(r"[;,(]", publisher)[0].strip() for publisher in study["sources"]["publisher"]}
    return sorted(name for name in names if len(name) > 2 and name[0].isupper())


def unclaimed_sentences(root: Path, study: Study) -> Iterator[Sentence]:
    """Yield every sentence of ``index.md`` and ``chapters/`` that states an outside fact and cites nothing.

    A sentence states an outside fact if it names a year or a body known to the data and reports what was said,
    done or counted. One sentence stands on a line; the opening of a chapter sums up what its body cites and is
    left out, and so is what the edition says of itself.
    """
    bodies = re.compile(r"\b(?:" + "|".join(map(re.escape, named_bodies(study))) + r")\b")
    for path in [root / "index.md", *sorted((root / "chapters").rglob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        blank = _SKIP.sub(
            lambda m: "\n" * m[0].count("\n"),
            re.sub(r":::\{lead\}.*?\n:::", lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL),
        )
        for line, sentence in enumerate(blank.splitlines(), 1):
            plain = re.sub(r"\]\([^)]*\)", "]", _QUANTITY.sub("", sentence))
            if not plain.strip() or CLAIM.search(plain) or _OWN.search(plain):
                continue
            if (_YEAR.search(plain) or bodies.search(plain)) and _REPORTS.search(plain):
                yield Sentence(path.relative_to(root).as_posix(), line, sentence.strip())
