"""Health out: what the tables of the page of health are made of, one row each."""

from collections.abc import Mapping, Sequence

from core.domain.views.health import HealthPage
from core.entrypoints.settings import Told
from pages._parts.health_signs import Sign
from pages._parts.taking_out import Row


def sign_rows(signs: Sequence[Sign]) -> list[Row]:
    return [{"what": one.what, "state": one.state.word, "words": one.words} for one in signs]


def late_rows(page: HealthPage) -> list[Row]:
    return [
        *({"model": name, "due": due, "why": "a run was due"} for name, due in page.overdue.items()),
        *(
            {"model": name, "due": None, "why": why}
            for name, all_why in page.waits.items()
            for why in all_why
        ),
    ]


def disk_rows(sizes: Mapping[str, int]) -> list[Row]:
    return [{"folder": name, "bytes": size} for name, size in sizes.items()]


def setting_rows(settings: Sequence[Told]) -> list[Row]:
    return [
        {"setting": one.name, "value": one.value, "from": one.source, "meaning": one.about}
        for one in settings
    ]
