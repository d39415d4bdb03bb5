"""Then: what the windows up to one of them were, as known at its end."""

from collections.abc import Mapping
from dataclasses import replace

from core.domain.models import Kept
from core.domain.sources import Source
from core.domain.windows import Window
from core.monitoring.baselines import Past
from core.monitoring.flow import LiveAt, put_right
from core.monitoring.health import is_labelled
from core.monitoring.known import Known
from core.monitoring.scoring import Scorer


def windows_then(
    kept: Kept,
    source: Source,
    then: Known,
    stored: Mapping[int, Window],
    live_at: LiveAt,
    scorer: Scorer,
    past: Past,
) -> list[Window]:
    """The scored windows as `then` knew them. Those whose labels had all come are as they are stored; only
    the others that could be judged already are scored again.
    """
    found = {}
    for window in then.windows:
        now = stored.get(window.index)
        if now is not None and now.scored:
            labelled = int(then.seen(window).sum())
            found[window.index] = replace(now, closed=then.as_of >= window.end, labelled=labelled)
    again = {
        index
        for index, window in found.items()
        if window.labelled != stored[index].labelled and is_labelled(window)
    }
    if again:
        anew = put_right(kept, source, then, live_at, scorer, {}, again, past)
        found |= {window.index: replace(window, complete=True) for window in anew}
    return [found[index] for index in sorted(found)]
