"""Side by side: versions in columns of their own, line by line, and what each could be rebuilt from."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from core.domain.models import Model
from core.domain.versions import Version
from core.domain.views.versions import VersionsPage
from core.domain.wording import METRIC_WORDS, capital, score
from pages._parts.lines import lines_table
from pages._parts.rows_out import compared_rows
from pages._parts.taking_out import csv_button
from pages._parts.title_line import title_line
from pages._parts.verdict_words import range_words
from pages._parts.version_table import difference
from pages._parts.version_words import (
    UNKNOWN,
    learnt_until,
    reason_of,
    rows_of,
    settings_of,
    short,
    strategy_of,
    trained_in,
    why_made,
)

Line = tuple[str, ...]


def side_by_side(page: VersionsPage, versions: Sequence[Version], zone: str) -> None:
    """Two or more, the newest first; the difference of two has a column of its own."""
    model, champion = page.standing.model, page.standing.champion
    serves = champion.number if champion else None
    heads = [f"v{one.number}{' (serves)' if one.number == serves else ''}" for one in versions]
    if len(versions) == 2:
        a, b = versions
        st.caption(
            f"Scores on the same rows: {_where(a, b)}"
            if judged(a, b)
            else "Not judged against each other: each score is of its own rows."
        )
        lines_table([*_scores(model, a, b), *_facts(a, b, zone)], ("", *heads, "Difference"), "em-pair")
    else:
        st.caption("Each score is of the rows that judged that version; beside it, the champion of its day.")
        lines_table(_lines(page, versions, zone), ("", *heads), "em-many")
    with title_line("comparedfoot"):
        st.caption(_rebuilt(versions))
        names = "-beside-".join(f"v{one.number}" for one in versions)
        csv_button(lambda: compared_rows(model, versions), f"{model.name}-{names}")


def judged(a: Version, b: Version) -> bool:
    """Whether `a` was judged against `b`, on the same rows."""
    return a.parent == b.number and bool(a.champion_scores)


def _scores(model: Model, a: Version, b: Version) -> list[Line]:
    """On the same rows, where one was judged against the other; else each its own, and no difference."""
    lines: list[Line] = []
    for name in _metrics(model)[:3]:
        new, old = a.scores.get(name), (a.champion_scores if judged(a, b) else b.scores).get(name)
        if new is None and old is None:
            continue
        gap = difference(name, new, old) if judged(a, b) and new is not None and old is not None else "–"
        if judged(a, b) and name == a.verdict.get("metric"):
            gap = range_words(a) or gap
        lines.append((capital(METRIC_WORDS[name]), score(name, new, old), score(name, old, new), gap))
    return lines or [(capital(METRIC_WORDS[model.metric]), "not judged", "not judged", "–")]


def _metrics(model: Model) -> list[str]:
    return [model.metric, *(name for name in model.metrics if name != model.metric)]


def _where(a: Version, b: Version) -> str:
    rows = a.judged.get("rows")
    count = f"{rows:,} that" if isinstance(rows, int) else "those that"
    return f"{count} neither v{a.number} nor v{b.number} had learnt when it was judged."


def _facts(a: Version, b: Version, zone: str) -> list[Line]:
    told = not (a.adopted or b.adopted)
    learnt = _apart(a.train_to, b.train_to) if told else "–"
    return [
        ("Trained on", learnt_until(a, zone), learnt_until(b, zone), learnt),
        ("Rows", rows_of(a), rows_of(b), _more_rows(a.rows - b.rows) if told else "–"),
        ("Columns", str(len(a.features)), str(len(b.features)), _same(a.features, b.features)),
        ("Recipe", a.recipe, b.recipe, _same((a.recipe, a.code), (b.recipe, b.code))),
        ("Strategy", strategy_of(a), strategy_of(b), _same(a.strategy, b.strategy)),
        ("Settings", settings_of(a), settings_of(b), _settings_apart(a, b) if told else "–"),
        ("Trained in", trained_in(a), trained_in(b), ""),
        ("Why", why_made(a), why_made(b), ""),
        ("What happened", reason_of(a), reason_of(b), ""),
    ]


def _lines(page: VersionsPage, versions: Sequence[Version], zone: str) -> list[Line]:
    """Of more than two: what is said of each."""
    metrics = [
        name for name in _metrics(page.standing.model) if any(one.scores.get(name) for one in versions)
    ]
    notes = [page.notes.get(one.number) for one in versions]
    said: list[Line] = [
        (capital(METRIC_WORDS[name]), *(_beside(one, name) for one in versions)) for name in metrics
    ]
    said += [
        ("Difference", *(range_words(one) or "–" for one in versions)),
        ("Trained on", *(learnt_until(one, zone) for one in versions)),
        ("Rows", *(rows_of(one) for one in versions)),
        ("Columns", *(str(len(one.features)) for one in versions)),
        ("Recipe", *(one.recipe for one in versions)),
        ("Strategy", *(strategy_of(one) for one in versions)),
        *_parameters(versions),
        ("Trained in", *(trained_in(one) for one in versions)),
        ("Why", *(why_made(one) for one in versions)),
        ("What happened", *(reason_of(one) for one in versions)),
    ]
    if any(notes):
        said.append(("Note", *((note.text or ", ".join(note.tags)) if note else "–" for note in notes)))
    return said


def _beside(one: Version, metric: str) -> str:
    new, old = one.scores.get(metric), one.champion_scores.get(metric)
    return score(metric, new, old) + (
        f" (v{one.parent}: {score(metric, old, new)})" if old is not None else ""
    )


def _parameters(versions: Sequence[Version]) -> list[Line]:
    """Those that are not the same in all."""
    names = apart(versions)
    if not names:
        return [("Settings", *(settings_of(one) for one in versions))]
    return [
        (name, *(UNKNOWN if one.adopted else str(one.parameters.get(name, "default")) for one in versions))
        for name in names
    ]


def _more_rows(rows: int) -> str:
    return f"{abs(rows):,} {'more' if rows > 0 else 'fewer'}" if rows else "same"


def apart(versions: Sequence[Version]) -> list[str]:
    """The parameters that differ among versions."""
    names = dict.fromkeys(name for one in versions for name in one.parameters)
    return [
        name
        for name in names
        if any(one.parameters.get(name) != versions[0].parameters.get(name) for one in versions)
    ]


def _settings_apart(a: Version, b: Version) -> str:
    return ", ".join(apart([a, b])[:4]) or "same"


def _apart(a: datetime, b: datetime) -> str:
    days = round((a - b) / timedelta(days=1))
    if not days:
        return "same"
    amount = f"{abs(days) // 7} weeks" if abs(days) >= 14 and days % 7 == 0 else f"{abs(days)} d"
    return f"{amount} {'more' if days > 0 else 'less'}"


def _same(a: object, b: object) -> str:
    return "same" if a == b else "differs"


def _rebuilt(versions: Sequence[Version]) -> str:
    """What each could be trained again from."""
    own = [one for one in versions if not one.adopted]
    adopted = [
        f" v{one.number} was adopted: what it was trained on is not known." for one in versions if one.adopted
    ]
    if not own:
        return f":material/info:{''.join(adopted)}"
    learn = {one.environment.get("scikit-learn") for one in own}
    seeds = dict.fromkeys(str(one.seed) for one in own)
    with_ = f", scikit-learn {learn.pop()}" if len(learn) == 1 and learn != {None} else ""
    seed = f"seed{'' if len(seeds) == 1 else 's'} {', '.join(seeds)}"
    rows = ", ".join(short(one.snapshot) for one in own if one.snapshot) or "of none"
    whose = "each" if len(own) == len(versions) else ", ".join(f"v{one.number}" for one in own)
    kept = f"What {whose} was trained from is kept: rows {rows}{with_}, {seed}."
    return f":material/verified: {kept}{''.join(adopted)}"
