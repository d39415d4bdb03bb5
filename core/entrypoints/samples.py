"""Samples: looks at sources that are to become models, remembered while the sources stay as they are."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from core.defining.sample import Sample
from core.defining.source_guesses import Settled, settle
from core.domain.errors import BadInput
from core.domain.models import Model
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from storage.rows.opening import open_source

MOST = 3

_looks: OrderedDict[tuple[SourceSpec, str, str, str], Sample] = OrderedDict()
_lock = threading.Lock()


def look_at(source: Mapping[str, Any], folder: str, zone: str, anew: bool = False) -> Settled:
    """A sample of what a model file's [source] names, with how it was read. BadInput where it cannot be.

    `anew`: what is remembered does not count; a database is looked at again only then.
    """
    if not source.get("path") and not source.get("url"):
        raise BadInput("No source is named.", "Name a file, a folder, a glob or a database.", key="source")
    return settle(SourceSpec(**source), lambda spec: _sample(spec, folder, zone, anew))


def _sample(spec: SourceSpec, folder: str, zone: str, anew: bool) -> Sample:
    model = Model("sample", "regression", "", "", Span(1, "days"), spec, folder, zone=zone)
    stamp = repr(open_source(model).stamp()) if spec.url is None else ""
    key = (spec, folder, zone, stamp)
    with _lock:
        if key in _looks and not anew:
            _looks.move_to_end(key)
            return _looks[key]
    from storage.rows.sampling import sample_source

    try:
        sample = sample_source(model)
    except UnicodeError as error:
        raise BadInput(
            f"It is not {spec.encoding or 'utf-8'} text.",
            'Say under [source] what it is, such as encoding = "latin-1".',
            file=spec.place,
            key="source.encoding",
        ) from error
    with _lock:
        _looks[key] = sample
        while len(_looks) > MOST:
            _looks.popitem(last=False)
    return sample
