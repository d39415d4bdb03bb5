"""Words: what a rule and its options say in plain language."""

from datetime import datetime

from cronsim import CronSim

from core.domain.schedules import CAP, Options, Rule
from core.scheduling.calendar_words import calendar_in_words
from core.scheduling.cron_times import five_fields

CATCH_UP = {"once": "", "skip": "missed ones do not run", "all": "missed ones all run"}


def in_words(rule: Rule) -> str:
    """ "every 7 days", "at 03:00 on Monday, Europe/Berlin", with start and end if it has them."""
    if rule.every is not None:
        parts = [f"every {rule.every}" if rule.every.amount != 1 else f"every {rule.every.unit[:-1]}"]
    elif rule.calendar is not None:
        parts = [calendar_in_words(rule.calendar), rule.zone]
    else:
        parts = [cron_in_words(rule.cron or ""), rule.zone]
    if rule.start is not None:
        parts.append(f"from {rule.start}")
    if rule.end is not None:
        parts.append(f"until {rule.end}")
    return ", ".join(parts)


def options_in_words(options: Options) -> str:
    """What differs from the defaults: "missed ones all run, at most 20, 3 retries"; else nothing."""
    limits = options.limits
    parts = (
        CATCH_UP[options.catch_up],
        f"at most {options.cap:,}" if options.cap != CAP else "",
        "one may wait behind a running one" if options.overlap == "queue" else "",
        f"none later than {options.grace}" if options.grace else "",
        _retries(options),
        f"stopped after {limits.time_out}" if limits.time_out else "",
    )
    return ", ".join(part for part in parts if part)


def cron_in_words(line: str) -> str:
    """cronsim's explanation, to stand inside a sentence."""
    said = CronSim(five_fields(line), datetime(2000, 1, 1)).explain()
    return said[:1].lower() + said[1:]


def _retries(options: Options) -> str:
    limits = options.limits
    differs = {key for key in limits.plain() if key != "time_out"}
    if not differs:
        return ""
    count = {0: "no retry", 1: "1 retry"}.get(limits.retries, f"{limits.retries} retries")
    backoff = f", each wait {limits.backoff:g} times longer" if "backoff" in differs else ""
    return f"{count} after {limits.retry_delay}{backoff}"
