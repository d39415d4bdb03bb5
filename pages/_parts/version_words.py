"""Version words: how a version was made and of what, in a few words a fact. Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from core.domain.versions import Stint, Version
from core.domain.wording import capital, count, minus
from pages._parts.words import TRIGGERS, day, duration, named

FIRST = ("python", "scikit-learn", "numpy", "pandas", "lightgbm", "xgboost")
"""Packages that are named before others."""
NAMED = 6
UNKNOWN = "not known"
"""What an adopted version learnt, and how it was fitted."""
ASKED = "a person decides"
"""How the reason of a version begins that was made under the gate `hold`."""
SAID_NO = " said no: "
"""What the reason of one has that a person rejected."""
STRATEGIES = {
    "scratch": "from scratch",
    "warm_start": "warm start",
    "ensemble": "ensemble",
    "adopted": "adopted",
}


def why_made(version: Version) -> str:
    return TRIGGERS.get(version.trigger, capital(version.trigger))


def reason_of(version: Version) -> str:
    if version.reason == "tie":
        return "No difference beyond chance"
    reason = version.reason
    if version.state in ("champion", "retired"):  # somebody decided
        reason = reason.removeprefix(ASKED).removeprefix("; ") or "first version"
    return capital(named(reason or "–"))


def rows_of(version: Version) -> str:
    return UNKNOWN if version.adopted else f"{version.rows:,}"


def learnt_until(version: Version, zone: str) -> str:
    return UNKNOWN if version.adopted else f"until {day(version.train_to, zone)}"


def settings_of(version: Version, most: int = 3) -> str:
    if version.adopted:
        return UNKNOWN
    said = [f"{key} {value}" for key, value in version.parameters.items()]
    return minus(", ".join(said[:most])) + (" …" if len(said) > most else "") if said else "defaults"


def strategy_of(version: Version) -> str:
    """ "warm start, continues v11", "ensemble of v9, v10, v12"."""
    said, lineage = STRATEGIES.get(version.strategy, version.strategy), version.lineage
    members = lineage.get("members")
    if isinstance(members, list) and members:
        weights = lineage.get("weights")
        return f"{said} of {_members(members, weights if isinstance(weights, list) else [])}"
    if lineage.get("continues"):
        return f"{said}, continues v{lineage['continues']}"
    return f"{said}, fitted in full" if lineage.get("full") else said


def strategy_told(version: Version) -> str:
    """As `strategy_of`, and why: "warm start, continues v11 on 636 rows that it did not know"."""
    why = named(str(version.lineage.get("why") or ""))
    if not why or version.lineage.get("members"):
        return ": ".join(part for part in (strategy_of(version), why) if part)
    return f"{STRATEGIES.get(version.strategy, version.strategy)}, {why}"


def code_of(version: Version) -> str:
    """What made it: the recipe of this Evermodel, or a person's own files with their commit."""
    code = version.code
    files, git = code.get("files"), code.get("git")
    parts = [str(code.get("script") or code.get("adopted") or version.recipe)]
    if isinstance(files, list):
        parts.append(count(len(files), "file"))
    if isinstance(git, Mapping) and git.get("commit"):
        parts.append(f"commit {str(git['commit'])[:9]}{', changed since' if git.get('dirty') else ''}")
    if code.get("evermodel"):
        parts.append(f"Evermodel {code['evermodel']}")
    if code.get("sha256"):
        parts.append(f"SHA-256 {short(str(code['sha256']))}")
    return ", ".join(parts)


def packages(environment: Mapping[str, str]) -> str:
    names = [name for name in FIRST if name in environment]
    names += [name for name in environment if name not in names]
    said = ", ".join(f"{name} {environment[name]}" for name in names[:NAMED])
    more = len(names) - NAMED
    return f"{said} and {more} more" if more > 0 else said or "not recorded"


def trained_in(version: Version) -> str:
    return UNKNOWN if version.adopted else duration(timedelta(seconds=version.seconds))


def served(lived: Sequence[Stint], number: int, zone: str) -> str:
    """ "since 3 May 2026", "3 May to 9 Jun 2026, twice", "never"."""
    mine = [one for one in lived if one.number == number]
    if not mine:
        return "never"
    last = mine[-1]
    again = "" if len(mine) == 1 else f", for the {_nth(len(mine))} time"
    if last.end is None:
        return f"since {day(last.start, zone)}{again}"
    return f"{day(last.start, zone)} to {day(last.end, zone)}{again}"


def _nth(number: int) -> str:
    """2nd, 3rd, 4th, 11th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{ending}"


def short(digest: str) -> str:
    return digest if len(digest) <= 9 else f"{digest[:4]}…{digest[-4:]}"


def _members(members: Sequence[object], weights: Sequence[object]) -> str:
    if len(set(map(str, weights))) > 1 and len(weights) == len(members):
        pairs = zip(members, weights, strict=True)
        return ", ".join(f"v{number} ({100 * float(str(weight)):.0f} %)" for number, weight in pairs)
    return ", ".join(f"v{number}" for number in members)
