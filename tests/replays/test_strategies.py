"""Strategies on real data, in one table, beside the refusal of what does not continue."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.defining.reading import read_text
from core.domain.errors import BadInput
from tests.replays.living import Lived, live_here
from tests.replays.test_protocol import BIKE, BOOSTING, CENSUS, HOTEL

FILES = {"bike": BIKE, "hotel": HOTEL, "census": CENSUS}
EVERY = {"bike": 1, "hotel": 4, "census": 4}
"""After how many windows boosting is retrained; SGD after each."""
HALF_LIFE = {"bike": "56 days", "hotel": "112 days", "census": "168 days"}
WARM = 'recipe = "sgd"\nstrategy = "warm_start"\nwarm = {{ epochs = {} }}'
JOINED = 'strategy = "ensemble"\nensemble = {{ size = 5, weights = "{}" }}'

SMALL = "\n[recipe_parameters]\nmax_iter = 12\nearly_stopping = false"
"""Of boosting, where a few trees are enough."""

Policy = tuple[str, str, str]
"""What it is called, its keys, its history."""
BOOSTED: tuple[Policy, ...] = (
    ("scratch, all history", "", "all"),
    ("scratch, last 8", "", "8 windows"),
    ("scratch, last 16", "", "16 windows"),
    ("half-life", 'half_life = "{half_life}"', "all"),
    ("ensemble of 5, equal, each all history", JOINED.format("equal"), "all"),
    ("ensemble of 5, recent, each all history", JOINED.format("recent"), "all"),
    ("ensemble of 5, equal, each last 8", JOINED.format("equal"), "8 windows"),
    ("ensemble of 5, recent, each last 8", JOINED.format("recent"), "8 windows"),
)
STEPPED: tuple[Policy, ...] = (
    ("SGD cold, all history", 'recipe = "sgd"', "all"),
    ("SGD cold, last 8", 'recipe = "sgd"', "8 windows"),
    ("SGD warm, 1 epoch", WARM.format(1), "all"),
    ("SGD warm, 5 epochs", WARM.format(5), "all"),
)

Run = Callable[..., Lived]


@pytest.fixture
def run(tmp_path: Path, data: Path) -> Run:
    """Live by a policy through one of the data sets, `upto` so many windows."""

    def one(name: str, policy: Policy, every: int, upto: int | None = None) -> Lived:
        label, keys, history = policy
        folder = tmp_path / f"{name} {label} {every}".replace(",", "").replace(" ", "-")
        folder.mkdir()
        return live_here(folder, text_of(name, keys, history, data), every, upto)

    return one


def text_of(name: str, keys: str, history: str, data: Path) -> str:
    keys = keys.format(half_life=HALF_LIFE[name]) if "{" not in keys.replace("{half_life}", "") else keys
    parameters = keys if "sgd" in keys or SMALL in keys else keys + BOOSTING
    if name != "bike":
        parameters = f'history = "{history}"\n{parameters}'
    return FILES[name].format(history=history, gate="always", parameters=parameters, data=data)


def plan_of(name: str) -> list[tuple[Policy, int]]:
    """Each policy of a data set's table, and after how many windows it retrains."""
    more = [(policy, 1) for policy in BOOSTED if policy[2] == "8 windows"]
    if name == "bike":
        spans = ("28 days", "112 days")
        more = [((f"half-life {span}", f'half_life = "{span}"', "all"), 1) for span in spans]
    return [(policy, EVERY[name]) for policy in BOOSTED] + more + [(policy, 1) for policy in STEPPED]


def shown(policy: Policy, every: int, lived: Lived) -> str:
    names = [name for name in ("rmse", "mae", "accuracy", "roc_auc") if name in lived.metrics]
    cells = " | ".join(f"{lived.metrics[name]:.4f}" for name in names)
    label = f"{policy[0]}, every {every}"
    return f"| {label} | {cells} | {lived.retrainings} | {lived.seconds:.2f} |"


def test_sgd_that_continues_learns_each_row_once_and_is_as_good_as_one_from_scratch(run: Run) -> None:
    cold, warm = (run("bike", policy, 1, 15) for policy in (STEPPED[0], STEPPED[3]))
    assert cold.windows == warm.windows == 3
    assert warm.metrics["rmse"] < 1.03 * cold.metrics["rmse"]
    assert [why.startswith("continues") for why in warm.why] == [False] + [True] * 2
    assert all(rows < 400 for rows in warm.rows[1:])
    assert list(cold.rows) == sorted(cold.rows)
    assert min(cold.rows) > 3000


def test_ensemble_that_trusts_the_recent_is_nearer_to_the_newest_fit(run: Run) -> None:
    scratch, equal, recent = (
        run("bike", (label, keys + SMALL, history), 1, 15)
        for label, keys, history in (BOOSTED[place] for place in (1, 6, 7))
    )
    assert scratch.windows == 3
    assert scratch.metrics["rmse"] != recent.metrics["rmse"] < equal.metrics["rmse"]
    assert recent.why[-1].startswith("3 fits as one, weighed by 336 new rows")


def test_boosting_whose_warm_start_did_worse_than_never_retraining_is_refused(data: Path) -> None:
    with pytest.raises(BadInput, match="was worse than never retraining, on five of six data sets"):
        read_text(text_of("bike", 'strategy = "warm_start"', "all", data), Path("/"))


@pytest.mark.trial
@pytest.mark.parametrize("name", FILES)
def test_strategies_in_one_table(run: Run, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, Lived] = {}
    for policy, every in plan_of(name):
        found.setdefault(policy[0], lived := run(name, policy, every))
        with capsys.disabled():
            print(f"{name} {shown(policy, every, lived)}", flush=True)
    metric, worst = ("rmse", 1.01) if name == "bike" else ("accuracy", 0.995)
    got = {label: lived.metrics[metric] for label, lived in found.items()}
    better = (lambda a, b: a < b) if name == "bike" else (lambda a, b: a > b)
    for history in ("all history", "last 8"):
        equal, recent = (got[f"ensemble of 5, {weights}, each {history}"] for weights in ("equal", "recent"))
        assert better(recent, equal * worst)
    assert better(got["SGD warm, 5 epochs"], got["SGD cold, all history"] * worst)
    warm, cold = found["SGD warm, 5 epochs"], found["SGD cold, all history"]
    assert warm.seconds < cold.seconds
