"""Models and surveys go through JSON, and through a printed file, and come back the same."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.defining.definition import ScheduleSpec
from core.defining.differences import differences
from core.defining.plain import from_plain, survey_from_plain, survey_to_plain, to_plain
from core.defining.printing import print_file
from core.defining.reading import read_file
from core.domain.calendars import Calendar
from core.domain.limits import Limits
from core.domain.models import CLASS_METRICS, GATES, REGRESSION_METRICS, TASKS, Model
from core.domain.schedules import Options, Rule
from core.domain.sources import Schema, SourceSpec, Survey
from core.domain.spans import ELAPSED, Span
from core.domain.triggers import Persist, Trigger
from tests.model_kit import BIKES

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
whole = st.integers(1, 300)
finite = st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | finite | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
ZONES = ("UTC", "America/New_York", "Europe/Lisbon", "Pacific/Apia")


def spans(*units: str, most: int = 90) -> st.SearchStrategy[Span]:
    return st.builds(Span, st.integers(1, most), st.sampled_from(units))


def triggers(has_limit: bool) -> st.SearchStrategy[tuple[Trigger, ...]]:
    """Any that a file can say, each kind once."""
    rest = st.none() | spans(*ELAPSED)
    persist = st.integers(1, 9).flatmap(lambda of: st.builds(Persist, st.integers(1, of), st.just(of)))
    whens = ("drift", "performance") if has_limit else ("drift",)
    one = (
        st.builds(Trigger, st.sampled_from(whens), persist, cool_down=rest)
        | st.builds(Trigger, st.just("new_data"), rows=whole, cool_down=rest)
        | st.builds(Trigger, st.just("age"), after=spans(*ELAPSED), cool_down=rest)
    )
    return st.lists(one, max_size=3, unique_by=lambda trigger: trigger.when).map(tuple)


def files() -> st.SearchStrategy[SourceSpec]:
    return st.builds(
        SourceSpec,
        path=texts.filter(lambda path: "://" not in path),
        delimiter=st.none() | st.just(";"),
        decimal=st.none() | st.just(","),
        encoding=st.none() | st.sampled_from(("latin-1", "utf-8")),
        time_format=st.none() | texts,
        time_unit=st.none() | st.sampled_from(("s", "ms", "us", "ns")),
    )


def databases() -> st.SearchStrategy[SourceSpec]:
    """Without a password, which is not printed."""
    return st.builds(
        SourceSpec,
        url=st.sampled_from(("sqlite:///r.db", "postgresql://me:${PASSWORD}@h/n?x=1", "${ROWS}")),
        query=texts,
        time_format=st.none() | texts,
        time_unit=st.none() | st.just("s"),
    )


@st.composite
def models(draw, folder: str = "/models") -> Model:
    """Any model that a file can say."""
    columns = iter(draw(st.lists(texts, min_size=12, max_size=12, unique=True)))
    task = draw(st.sampled_from(TASKS))

    def maybe(strategy):
        return draw(st.none() | strategy)

    def some() -> tuple[str, ...]:
        return tuple(next(columns) for _ in range(draw(st.integers(0, 2))))

    named = draw(st.booleans())
    features = (*some(), next(columns)) if named else None
    binary = task == "binary"
    delayed = draw(st.booleans())
    limit = maybe(finite)
    return Model(
        name=draw(st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)),
        task=task,
        target=next(columns),
        time=next(columns),
        window=draw(spans("hours", "days", "weeks", "months", "rows", most=12)),
        source=draw(files() | databases()),
        folder=folder,
        id=maybe(st.just(next(columns))),
        label_time=None if delayed else maybe(st.just(next(columns))),
        label_delay=draw(spans(*ELAPSED)) if delayed else None,
        prediction=maybe(st.just(next(columns))),
        score=maybe(st.just(next(columns))) if binary else None,
        positive=maybe(texts | st.booleans() | st.integers(-9, 9) | finite) if binary else None,
        threshold=draw(st.floats(0, 1)) if binary else 0.5,
        features=features,
        exclude=() if named else some(),
        categorical=features[:1] if features else (),
        metric=draw(st.sampled_from(REGRESSION_METRICS if task == "regression" else CLASS_METRICS)),
        limit=limit,
        triggers=draw(triggers(limit is not None)),
        origin=maybe(st.dates().map(date.isoformat)),
        initial=draw(whole),
        history=maybe(spans("windows", "days", "weeks", "months", "rows")),
        recipe_parameters=draw(st.dictionaries(st.sampled_from(("max_iter", "l2_regularization")), plain)),
        gate=draw(st.sampled_from(GATES)),
        refit=draw(st.booleans()),
        judge_at_least=draw(whole),
        keep=draw(st.none() | whole),
        as_of=draw(st.sampled_from(("clock", "data"))),
        zone=draw(st.sampled_from(ZONES)),
        seed=draw(st.integers(0, 2**32 - 1)),
    )


def specs(zone: str) -> st.SearchStrategy[tuple[ScheduleSpec, ...]]:
    rules = st.builds(Rule, every=spans(*ELAPSED), zone=st.just(zone)) | st.builds(
        Rule,
        cron=st.sampled_from(("0 3 * * 1", "*/20 * * * *")),
        zone=st.just(zone),
        start=st.none() | st.just("2011-01-01"),
        end=st.none() | st.just("2999-12-24T10:00:00"),
    )
    rules |= st.builds(
        Rule,
        calendar=st.sampled_from(
            (
                Calendar(2, "weeks", ("monday", "friday"), ("03:00", "15:00:30")),
                Calendar(1, "months", (1, "first monday", "last"), ("03:00",)),
                Calendar(3, "days", (), ("03:00",)),
            )
        ),
        zone=st.just(zone) | st.just("Asia/Kathmandu"),
    )
    options = st.builds(
        Options,
        catch_up=st.sampled_from(("once", "skip", "all")),
        cap=st.sampled_from((10, 20)),
        overlap=st.sampled_from(("skip", "queue")),
        grace=st.none() | spans(*ELAPSED),
        limits=st.builds(
            Limits,
            st.none() | spans(*ELAPSED),
            st.integers(0, 3),
            spans(*ELAPSED),
            st.sampled_from((1.0, 2.0)),
        ),
    )
    spec = st.builds(
        ScheduleSpec,
        st.none() | st.from_regex(r"[a-z]{3,8}", fullmatch=True),
        rules,
        options,
    )
    return st.lists(
        spec, max_size=3, unique_by=(lambda spec: spec.content, lambda spec: spec.name or spec)
    ).map(tuple)


@given(models())
def test_a_model_comes_back_from_json_the_same(model):
    again = from_plain(json.loads(json.dumps(to_plain(model), allow_nan=False)))
    assert again == model
    assert differences(model, again) == ()
    assert type(again.positive) is type(model.positive)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.data())
def test_a_printed_file_reads_back_to_the_same_model_and_schedules(tmp_path, data):
    model = data.draw(models(str(tmp_path)))
    schedules = data.draw(specs(model.zone))
    path: Path = tmp_path / "model.toml"
    path.write_text(print_file(model, schedules), encoding="utf-8", newline="")
    again = read_file(path)
    assert differences(model, again.model) == ()
    assert (again.model, again.schedules) == (model, schedules)


LEAST = replace(BIKES, task="binary", metric="accuracy")


def test_a_printed_file_holds_what_differs_from_the_defaults_in_the_contracts_order():
    assert print_file(LEAST, [ScheduleSpec(None, Rule(every=Span(7, "days")))]) == (
        'name = "bikes"\ntask = "binary"\ntarget = "cnt"\ntime = "at"\nwindow = "14 days"\n\n'
        '[source]\npath = "bikes.csv"\n\n[[schedules]]\nevery = "7 days"\n'
    )


@pytest.mark.parametrize(
    "label",
    [
        date(2011, 1, 1),
        datetime(2011, 1, 1, 7, tzinfo=UTC),
        time(7, 30),
        Decimal("1.10"),
        b"\x00yes",
        "yes",
        1,
        1.0,
        True,
    ],
)
def test_a_label_of_any_kind_comes_back_as_that_kind(label):
    survey = Survey(Schema({"at": "int64", "cnt": "string"}), 10, -5, None, 1, (label, "other"))
    again = survey_from_plain(json.loads(json.dumps(survey_to_plain(survey))))
    assert again == survey
    assert type(again.distinct_labels[0]) is type(label)


def test_a_key_that_an_older_home_does_not_have_gets_its_default():
    plain = to_plain(LEAST)
    for key in ("judge_at_least", "history", "features", "exclude", "recipe_parameters"):
        del plain[key]
    assert from_plain(plain) == LEAST
