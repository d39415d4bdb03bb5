"""Unchanged: whether the rows of an earlier snapshot are sure to be in the source as they were.

They are where every file that it was read from is still there with its size and times of change, is read in
the same way, and no file that came since added a row to what was learnable then; the last is counted by who
asks. A row of a model with an id is no row of one file alone, since its label may be put right from another.
"""

import hashlib
import json
from collections.abc import Sized

from core.domain.learning import Snapshot, SourceState
from core.domain.models import Kept


def unchanged(last: Snapshot, state: SourceState, as_of: int, cuts: Sized, format: int) -> bool:
    """Whether each file of the last snapshot is as it was, and was read and cut as it is now.

    `last` has all history. `cuts`: those up to its as of that there are now.
    """
    before = last.state
    if last.format != format:
        return False  # its chunks have other names
    if before is None or before.learnable != last.rows or last.as_of > as_of:
        return False
    if before.reading != state.reading or before.cuts != len(cuts):
        return False
    return all(list(state.files.get(name, ())) == list(stamp) for name, stamp in before.files.items())


def reading_of(kept: Kept) -> str:
    """A hash of what a model reads from its files, and of where these are."""
    says = {**kept.reading, "source": repr(kept.model.source), "folder": kept.model.folder}
    return hashlib.blake2b(json.dumps(says, sort_keys=True).encode(), digest_size=20).hexdigest()
