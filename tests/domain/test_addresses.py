"""Addresses never tell a password, and take from the environment what they name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from core.domain.addresses import by_reference, expanded, passwords, without_password
from core.domain.errors import SourceFault


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sqlite:///rows.db", "sqlite:///rows.db"),
        ("postgresql://host/name", "postgresql://host/name"),
        ("postgresql://me@host/name", "postgresql://me@host/name"),
        ("postgresql://me:word@host:5432/name", "postgresql://me:***@host:5432/name"),
        ("postgresql://:word@host/name", "postgresql://:***@host/name"),
        ("postgresql://me:a@b/c:d@host/name", "postgresql://me:***@host/name"),
        ("mysql://host/name?user=me&password=word&x=1", "mysql://host/name?user=me&password=***&x=1"),
        ("sqlite:////folder:1/rows@2.db", "sqlite:////folder:1/rows@2.db"),
        ("${ROWS}", "${ROWS}"),
    ],
)
def test_an_address_is_said_without_its_password(address, said):
    assert without_password(address) == said


def test_a_password_is_replaced_by_a_variable_unless_it_is_one():
    assert by_reference("db://me:word@host/n", "WORD") == "db://me:${WORD}@host/n"
    assert by_reference("db://me:${MINE}@host/n", "WORD") == "db://me:${MINE}@host/n"
    assert by_reference("db://host/n", "WORD") == "db://host/n"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_a_variable_may_hold_any_password(word):
    url = make_url(expanded("postgresql://me:${WORD}@host:5432/name", {"WORD": word}))
    assert (url.username, url.password, url.host, url.port, url.database) == (
        "me",
        word,
        "host",
        5432,
        "name",
    )


def test_a_variable_may_hold_the_whole_address_or_a_part_of_it():
    assert expanded("${ROWS}", {"ROWS": "db://me:w@h:1/n"}) == "db://me:w@h:1/n"
    assert expanded("db://me@${HOST}/n", {"HOST": "h:1"}) == "db://me@h:1/n"
    assert passwords(expanded("${ROWS}", {"ROWS": "db://me:w@h/n"})) == ("w",)


def test_a_variable_that_is_not_set_is_named():
    with pytest.raises(SourceFault, match=r"source\.url: The variable WORD is not set\."):
        expanded("db://me:${WORD}@h/n", {})
