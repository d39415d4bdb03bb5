"""Near: the name that was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """ "Did you mean x?" for the nearest of the names, or nothing."""
    by_fold = {name.casefold(): name for name in names}
    near = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return f"Did you mean {by_fold[near[0]]}?" if near else ""
