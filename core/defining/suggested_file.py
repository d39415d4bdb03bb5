"""Suggested file: a proposal as a model file, its reasons as comments."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import tomli_w

from core.defining.guessing import WEEKLY, Proposal

ORDER = (
    "task",
    "target",
    "time",
    "id",
    "label_time",
    "positive",
    "exclude",
    "categorical",
    "metric",
    "window",
    "initial",
    "as_of",
)


def plain_of(proposal: Proposal, name: str, source: Mapping[str, Any], zone: str = "UTC") -> dict[str, Any]:
    """The proposal as a model file's tables."""
    keys: dict[str, Any] = {"name": name}
    for key in ORDER:
        value = list(proposal.excluded) if key == "exclude" else proposal.value(key)
        if value is not None and value != []:
            keys[key] = value
    keys |= {"zone": zone} if zone != "UTC" else {}
    return {**keys, "source": dict(source), "schedules": [{"cron": WEEKLY}]}


def write(
    proposal: Proposal,
    name: str,
    source: Mapping[str, Any],
    zone: str = "UTC",
    notes: Mapping[str, str] | None = None,
) -> str:
    """TOML that reads back to `plain_of`. `notes`: reasons of the source's own keys."""
    plain = plain_of(proposal, name, source, zone)
    lines = [f"# Guessed from {proposal.sample.taken:,} of {proposal.sample.rows:,} rows: look it through."]
    lines += [f"name = {_said(name)}"]
    for key in (key for key in plain if key not in ("name", "source", "schedules")):
        lines += _key(proposal, key, plain[key])
    lines += _doubts(proposal)
    lines += ["", "[source]"]
    lines += [_line(key, value, (notes or {}).get(key, "")) for key, value in plain["source"].items()]
    lines += ["", "[[schedules]]", _line("cron", WEEKLY, 'Mondays at 03:00; or every = "7 days".')]
    return "\n".join(lines) + "\n"


def _key(proposal: Proposal, key: str, value: Any) -> Iterable[str]:
    if key == "exclude":
        return _list(key, value, [(leak.column, leak.why) for leak in (*proposal.leaks, *proposal.useless)])
    reason = proposal.keys[key].reason if key in proposal.keys else ""
    lines = [_line(key, value, reason)]
    others = {"time": proposal.times, "target": proposal.targets[:4], "label_time": proposal.label_times}
    also = [name for name in others.get(key, ()) if name != value]
    return [*lines, *([f"#   or: {', '.join(map(_said, also))}"] if also else [])]


def _doubts(proposal: Proposal) -> Iterable[str]:
    if "label_time" not in proposal.keys and proposal.label_times:
        yield f"# label_time = {_said(proposal.label_times[0])}  # if it says when the label was known."
    for leak in proposal.leaks:
        if not leak.sure:
            yield f"# Look at {leak.column}: {leak.why}"


def _list(key: str, names: Sequence[str], reasons: Sequence[tuple[str, str]]) -> list[str]:
    why = dict(reversed(reasons))
    return [f"{key} = [", *(f"    {_said(name)},  # {why.get(name, '')}".rstrip(" #") for name in names), "]"]


def _line(key: str, value: Any, reason: str) -> str:
    return f"{key} = {_said(value)}" + (f"  # {_one_line(reason)}" if reason else "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _said(value: Any) -> str:
    """A value as TOML writes it, in one line."""
    if isinstance(value, list):
        return f"[{', '.join(map(_said, value))}]"
    return tomli_w.dumps({"a": value}).removeprefix("a = ").rstrip("\n")
