"""Adding draft: what was chosen so far for a model to be added, kept while other pages are looked at."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import streamlit as st

DRAFT = "adding"


def seeded(field: str, default: Any, options: Sequence[Any] | None = None, scope: str = "") -> str:
    """The key of a widget that shows what was chosen before, else the default.

    `scope`: what the default follows from; with another one the choice is made anew.
    """
    key = f"add-{field}-{_short(scope)}" if scope else f"add-{field}"
    value = _draft().get(key, default)
    if options is not None and value not in options:
        value = default
    if key not in st.session_state or (options is not None and st.session_state[key] not in options):
        st.session_state[key] = value
    return key


def seeded_many(field: str, default: Sequence[str], options: Sequence[str], scope: str) -> str:
    """As `seeded`, for a choice of several."""
    key = f"add-{field}-{_short(scope)}"
    if key not in st.session_state:
        st.session_state[key] = [one for one in _draft().get(key, default) if one in options]
    return key


def keep() -> None:
    """Remember every choice, at the end of a run of the page: Streamlit forgets fields that are not drawn."""
    _draft().update({str(key): value for key, value in st.session_state.items() if _mine(key)})


def forget() -> None:
    """Nothing is chosen any more."""
    for key in list(filter(_mine, st.session_state)):
        del st.session_state[key]
    st.session_state.pop(DRAFT, None)


def remembered(name: str) -> Any:
    return _draft().get(name)


def remember(name: str, value: Any) -> None:
    _draft()[name] = value


def _mine(key: object) -> bool:
    return str(key).startswith("add-")


def _draft() -> dict[str, Any]:
    draft: dict[str, Any] = st.session_state.setdefault(DRAFT, {})
    return draft


def _short(scope: str) -> str:
    return sha256(scope.encode()).hexdigest()[:10]
