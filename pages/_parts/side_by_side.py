"""Side by side: two versions, line by line, and how each can be rebuilt."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape

import streamlit as st

from core.domain.models import Model
from core.domain.read_models import VersionsPage
from core.domain.versions import Version
from core.domain.wording import METRIC_WORDS, capital, minus, score
from pages._parts.version_table import difference
from pages._parts.words import TRIGGERS, day, duration, named


def side_by_side(page: VersionsPage, a: Version, b: Version, zone: str) -> None:
    """`a` is the newer one."""
    st.caption(
        "Scores on the same rows: " + _where(a, b)
        if _judged(a, b)
        else "Not judged against each other: each score is of its own rows."
    )
    champion = page.standing.champion.number if page.standing.champion else None
    heads = [f"v{version.number}{' (serves)' if version.number == champion else ''}" for version in (a, b)]
    lines = [*_scores(page.standing.model, a, b), *_facts(a, b, zone)]
    _table(("", *heads, "Difference"), lines)
    st.caption(_rebuilt(a, b))


def _table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    top = "".join(f"<th scope='col'>{escape(head)}</th>" for head in heads)
    body = "".join(
        f"<tr><th scope='row'>{escape(line[0])}</th>"
        + "".join(f"<td>{escape(cell).replace('_', '_<wbr>')}</td>" for cell in line[1:])
        + "</tr>"
        for line in lines
    )
    st.html(f'<table class="em-table"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>')


def _scores(model: Model, a: Version, b: Version) -> list[tuple[str, str, str, str]]:
    """On the same rows, where one was judged against the other; else each its own, and no difference."""
    names = [model.metric, *(name for name in model.metrics if name != model.metric)][:3]
    lines = []
    for name in names:
        new, old = a.scores.get(name), (a.champion_scores if _judged(a, b) else b.scores).get(name)
        if new is None and old is None:
            continue
        gap = difference(name, new, old) if _judged(a, b) and new is not None and old is not None else "–"
        lines.append((capital(METRIC_WORDS[name]), score(name, new, old), score(name, old, new), gap))
    return lines or [(capital(METRIC_WORDS[model.metric]), "not judged", "not judged", "–")]


def _judged(a: Version, b: Version) -> bool:
    """Whether `a` was judged against `b`, on the same rows."""
    return a.parent == b.number and bool(a.champion_scores)


def _where(a: Version, b: Version) -> str:
    rows = a.judged.get("rows")
    count = f"{rows:,} that" if isinstance(rows, int) else "those that"
    return f"{count} neither v{a.number} nor v{b.number} had learnt when it was judged."


def _facts(a: Version, b: Version, zone: str) -> list[tuple[str, str, str, str]]:
    rows = a.rows - b.rows
    return [
        (
            "Trained on",
            f"until {day(a.train_to, zone)}",
            f"until {day(b.train_to, zone)}",
            _apart(a.train_to, b.train_to),
        ),
        (
            "Rows",
            f"{a.rows:,}",
            f"{b.rows:,}",
            f"{abs(rows):,} {'more' if rows > 0 else 'fewer'}" if rows else "same",
        ),
        ("Columns", str(len(a.features)), str(len(b.features)), _same(a.features, b.features)),
        ("Recipe", a.recipe, b.recipe, _same((a.recipe, a.code), (b.recipe, b.code))),
        ("Settings", _settings(a), _settings(b), _same(a.parameters, b.parameters)),
        ("Trained in", duration(timedelta(seconds=a.seconds)), duration(timedelta(seconds=b.seconds)), ""),
        ("Why", _why(a), _why(b), ""),
        ("What happened", _reason(a), _reason(b), ""),
    ]


def _why(version: Version) -> str:
    return TRIGGERS.get(version.trigger, capital(version.trigger))


def _reason(version: Version) -> str:
    return capital(named(version.reason or "–"))


def _settings(version: Version) -> str:
    said = [f"{key} {value}" for key, value in version.parameters.items()]
    return minus(", ".join(said[:3])) + (" …" if len(said) > 3 else "") if said else "defaults"


def _apart(a: datetime, b: datetime) -> str:
    days = round((a - b) / timedelta(days=1))
    if not days:
        return "same"
    amount = f"{abs(days) // 7} weeks" if abs(days) >= 14 and days % 7 == 0 else f"{abs(days)} d"
    return f"{amount} {'more' if days > 0 else 'less'}"


def _same(a: object, b: object) -> str:
    return "same" if a == b else "differs"


def _rebuilt(a: Version, b: Version) -> str:
    """What each could be trained again from."""
    learn = a.environment.get("scikit-learn")
    with_ = f", scikit-learn {learn}" if learn and learn == b.environment.get("scikit-learn") else ""
    seed = f"seed {a.seed}" if a.seed == b.seed else f"seeds {a.seed} and {b.seed}"
    return (
        f":material/verified: What each was trained from is kept: rows {_short(a.snapshot)} and "
        f"{_short(b.snapshot)}"
        f"{with_}, {seed}."
    )


def _short(digest: str) -> str:
    return digest if len(digest) <= 9 else f"{digest[:4]}…{digest[-4:]}"
