"""What asides add up to, and how it is said."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from core.domain.asides import Aside, Bought
from core.domain.models import Model
from core.domain.shadows import Shadow
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from core.domain.versions import Promotion
from core.domain.windows import Window
from core.monitoring import crossing
from core.monitoring.aftermath import A_WHILE
from core.monitoring.buying import Points, beside, bought, present
from core.monitoring.buying_words import beside_words, bought_words, proposal
from core.monitoring.health import Signs, judge

START = datetime(2026, 5, 3, tzinfo=UTC)
MODEL = Model("m", "regression", "y", "t", Span(7, "days"), SourceSpec("rows.parquet"), ".")


def week(k: int) -> datetime:
    return START + timedelta(weeks=k)


def window(k: int, version: int, labelled: int = 70) -> Window:
    return Window(k, week(k), week(k + 1), 70, labelled, True, True, version, True, {"rmse": 9.0})


def aside(k: int, lead: float, number: int = 12, served: int = 13, labelled: int = 70) -> Aside:
    """The lead differs from part to part by one, the same way in each window."""
    blocks = [(labelled // 7, lead + step) for step in (0.0, -0.5, -1.0, 1.0, -1.0, 0.5, 1.0)]
    return Aside(number, k, served, labelled, "rmse", {}, {}, lead, blocks, "")


def points(leads: Sequence[float], **said: object) -> Points:
    """v13 took over from v12 at week 0; `leads` of v12 on the weeks since then."""
    promotions = [Promotion(1, 12, week(-9), week(-9), "gate", "", None)]
    promotions.append(Promotion(1, 13, week(0), week(0), "ann", "", 12))
    windows = [window(k, 13) for k in range(len(leads))]
    asides = [aside(k, lead) for k, lead in enumerate(leads)]
    return replace(Points(MODEL, promotions, windows, asides), **said)  # type: ignore[arg-type]


def only(given: Points) -> Bought:
    (found,) = bought(given)
    assert present(given) == found
    return found


def test_difference_is_the_mean_over_windows_by_rows_and_positive_where_the_new_one_is_better() -> None:
    found = only(points([-4.0, -2.0, -3.0]))
    assert (found.version, found.previous, found.since, found.until) == (13, 12, week(0), None)
    assert (found.windows, found.rows, found.difference, found.answer) == (3, 210, 3.0, "better")
    assert found.low is not None
    assert 0 < found.low < 3.0
    assert not found.proposes_rollback
    assert bought_words(found, MODEL, "UTC") == "+3.0 ± 0.6 since 3 May 2026"
    assert proposal(MODEL, found) is None


def test_worse_one_is_told_with_what_it_cost_and_a_rollback_is_proposed() -> None:
    found = only(points([4.0, 4.4, 3.9]))
    assert (found.answer, found.proposes_rollback) == ("worse", True)
    words = "cost 4.1 ± 0.4 since 3 May 2026: a rollback to v12 is proposed"
    assert bought_words(found, MODEL, "UTC") == words
    why = "v13 does worse than v12 would have: RMSE +4.1 ± 0.4 over 3 weeks. Roll back to v12?"
    assert proposal(MODEL, found) == why
    crossed = crossing.promotion(MODEL, found)
    assert crossed is not None
    assert (crossed.why, crossed.since_windows) == (why, 3)
    health = judge(Signs(MODEL, 13, [window(2, 13)], bought=found))
    assert (health.word, health.why) == ("watch", why)


def test_rollback_is_proposed_where_the_model_fails_as_well() -> None:
    found = only(points([4.0, 4.4, 3.9]))
    limited = replace(MODEL, limit=8.0)
    health = judge(Signs(limited, 13, [window(2, 13)], bought=found))
    assert (health.word, health.why.startswith("Error over its limit of 8")) == ("failing", True)
    assert health.why.endswith(f" {proposal(limited, found)}")


def test_share_that_falls_is_told_as_such() -> None:
    model = replace(MODEL, task="binary", metric="accuracy")
    found = replace(only(points([4.0] * 3)), difference=-0.021, low=-0.032, high=-0.010)
    assert "accuracy −0.021 ± 0.011 over 3 weeks" in (proposal(model, found) or "")


def test_difference_that_chance_explains_is_no_difference() -> None:
    found = only(points([0.2, -0.1, 0.1]))
    assert (found.answer, found.proposes_rollback) == ("tie", False)
    assert bought_words(found, MODEL, "UTC") == "no difference that these rows could show yet"


def test_what_each_window_alone_might_show_by_chance_proposes_nothing_yet() -> None:
    """It is looked at after every window: one look in twenty would be beyond a plain interval."""
    found = only(points([0.5, 0.5, 0.5]))
    assert (found.answer, found.proposes_rollback) == ("worse", False)
    assert bought_words(found, MODEL, "UTC").startswith("cost 0.5 ± 0.4")


def test_before_labels_and_with_few_rows_nothing_is_claimed() -> None:
    bare = points([4.0])
    none = only(replace(bare, windows=[window(0, 13, labelled=0)], asides=[aside(0, 4.0, labelled=0)]))
    assert (none.answer, none.difference) == ("none", None)
    assert bought_words(none, MODEL, "UTC") == "no labelled window yet"
    few = only(replace(bare, asides=[replace(aside(0, 4.0), blocks=[(70, 4.0)])]))
    assert (few.answer, few.difference, few.low) == ("tie", -4.0, None)
    assert bought_words(few, MODEL, "UTC") == "too few labelled rows to tell yet"


def test_labels_that_were_not_known_then_tell_nothing_then() -> None:
    then = [window(0, 13), window(1, 13), window(2, 13, labelled=40)]
    assert only(points([4.0, 4.4, 3.9], windows=then)).windows == 2


def test_aside_of_another_metric_or_another_server_tells_nothing() -> None:
    mixed = [aside(0, 4.0), replace(aside(1, 4.0), metric="mae"), aside(2, 4.0, served=11)]
    assert only(points([4.0] * 3, asides=mixed)).windows == 1


def test_only_a_while_counts_though_it_goes_on_as_a_challenger() -> None:
    assert only(points([4.0] * (A_WHILE + 3))).windows == A_WHILE


def test_once_another_took_over_the_words_say_what_it_was_and_nothing_is_proposed() -> None:
    given = points([4.0, 4.4, 3.9])
    rolled = Promotion(1, 12, week(3), week(3), "ann", "", 13, rollback=True)
    first, second = bought(replace(given, promotions=[*given.promotions, rolled]))
    assert (first.until, first.proposes_rollback) == (week(3), False)
    assert bought_words(first, MODEL, "UTC") == "cost 4.1 ± 0.4 over 3 weeks"
    assert (second.version, second.previous, second.answer, second.rollback) == (12, 13, "none", True)


def test_rollback_that_was_worse_is_answered_by_promoting_again() -> None:
    found = replace(only(points([4.0, 4.4, 3.9])), rollback=True)
    assert (proposal(MODEL, found) or "").endswith("Promote v12 again?")


def test_one_whose_files_are_gone_is_not_proposed() -> None:
    found = only(points([4.0, 4.4, 3.9], gone={12}))
    assert (found.answer, found.proposes_rollback) == ("worse", False)


@pytest.mark.parametrize(("until", "when"), [(None, "since 17 May 2026"), (week(4), "over 2 weeks")])
def test_challenger_beside_what_served_in_its_time(until: datetime | None, when: str) -> None:
    shadow = Shadow(1, 12, week(2), week(2), "ann", "", "retired", until)
    given = points([4.0] * (6 if until else 4))
    found = beside(given, [shadow])[12]
    assert (found.windows, found.difference, found.answer) == (2, 4.0, "better")
    assert beside_words(found, MODEL, "UTC") == f"4.0 ± 0.5 better than what served, {when}"


def test_promotion_that_changed_nothing_is_seldom_proposed_to_be_undone() -> None:
    """Looked at after each of its windows, as a monitoring does: at most one promotion in twenty."""
    random, proposed, trials = np.random.default_rng(0), 0, 300
    for _ in range(trials):
        parts = random.normal(size=(A_WHILE, 7))
        asides = [
            replace(aside(k, float(part.mean())), blocks=[(10, float(one)) for one in part])
            for k, part in enumerate(parts)
        ]
        looks = [points([0.0] * (k + 1), asides=asides[: k + 1]) for k in range(A_WHILE)]
        proposed += any(only(look).proposes_rollback for look in looks)
    assert proposed <= trials / 20
