"""What a version can be made of again comes back as it was kept."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import ArtifactFault
from core.domain.learning import Predictions
from core.domain.making import Making
from core.domain.proof import Probe, Proof
from core.domain.sources import Schema, Survey
from storage.database import Home
from storage.makings import making_of, plain_making
from storage.probes import ProbeFiles
from tests.defining.test_plain import models, texts
from tests.home_kit import NOW, add_model, add_version

labels = st.one_of(
    texts,
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.dates(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.binary(max_size=4),
)
surveys = st.builds(
    Survey,
    st.builds(Schema, st.dictionaries(texts, st.sampled_from(("double", "string", "timestamp[us]")))),
    st.integers(0),
    st.none() | st.integers(),
    st.none() | st.integers(),
    st.integers(0),
    st.lists(labels, max_size=3).map(tuple),
)
makings = st.builds(
    Making,
    models(),
    surveys,
    st.integers(-(2**53), 2**53),
    st.integers(0, 2**32),
    st.none() | st.integers(1, 64),
    st.text("0123456789abcdef", min_size=64, max_size=64),
)


@settings(max_examples=60, deadline=None)
@given(makings)
def test_a_making_comes_back_from_json_the_same(making: Making) -> None:
    again = making_of(json.loads(json.dumps(plain_making(making), allow_nan=False)))
    assert again == making
    before, after = making.survey.distinct_labels, again.survey.distinct_labels
    assert list(map(type, after)) == list(map(type, before))


def test_a_making_is_kept_with_its_version(tmp_path) -> None:
    home = Home(tmp_path)
    with home.transaction() as t:
        kept = add_model(t)
        version = add_version(t, kept)
        making = Making.of(kept, 1, "ab")
        t.makings.add(kept.id, version.number, making)
    with home.reading() as stores:
        assert stores.makings.get(kept.id, version.number) == making
        assert stores.makings.get(kept.id, 99) is None
    home.close()


def test_the_newest_proof_of_each_version_is_told(tmp_path) -> None:
    home = Home(tmp_path)
    with home.transaction() as t:
        kept = add_model(t)
        version = add_version(t, kept)
        run = version.run_id
        proof = Proof(version.number, run, NOW, False, None, ("chunk ab: gone",))
        t.reproductions.add(kept.id, proof)
    with home.reading() as stores:
        assert stores.reproductions.of(kept.id, version.number) == [proof]
        assert stores.reproductions.newest(kept.id) == {version.number: proof}
    home.close()


SAID = (
    Predictions(np.arange(3, dtype=np.uint64), np.array([0.1, -0.0, np.nan])),
    Predictions(
        np.arange(3, dtype=np.uint64),
        np.array(["no", "yes", "no"], object),
        np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]]),
        ("no", "yes"),
    ),
)


@pytest.mark.parametrize("said", SAID, ids=["numbers", "classes"])
def test_a_probe_comes_back_to_the_bit_and_an_altered_one_is_refused(tmp_path, said: Predictions) -> None:
    files = ProbeFiles(tmp_path)
    digest = files.save("1-2-3.skops", Probe(np.array([0, 5, 9]), said))
    again = files.load("1-2-3.skops", digest)
    assert again.positions.tolist() == [0, 5, 9]
    assert again.said.prediction.tobytes() == said.prediction.tobytes() or said.classes
    assert again.said.prediction.tolist()[:2] == said.prediction.tolist()[:2]
    assert again.said.classes == said.classes
    assert (said.scores is None) == (again.said.scores is None)
    assert said.scores is None or again.said.scores.tobytes() == said.scores.tobytes()
    path = tmp_path / "1-2-3.probe"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ArtifactFault, match="was altered"):
        files.load("1-2-3.skops", digest)
    path.unlink()
    with pytest.raises(ArtifactFault, match="cannot be read"):
        files.verify("1-2-3.skops", digest)
