"""The table of profiles: compressed, each window's counts apart from the scales of its reference.

A body is zlib of one line of JSON, then the arrays that it names, in its order: counts as int64, edges as
float64, both little-endian.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.domain.profiles import REFERENCE, ColumnProfile, Profile, Reference, Scale, Usual
from storage.sqlite import Database

LEVEL = 3


@dataclass(frozen=True)
class ProfileTable:
    """Implements core.domain.profiles.Profiles."""

    database: Database

    def reference(self, model_id: int, number: int) -> Reference | None:
        body = self._body(model_id, number, REFERENCE)
        return None if body is None else unpack_reference(body)

    def save_reference(self, model_id: int, reference: Reference) -> None:
        self._save(model_id, reference.number, {REFERENCE: pack_reference(reference)})

    def window(self, model_id: int, number: int, index: int) -> Profile | None:
        body = self._body(model_id, number, index)
        return None if body is None else unpack(body)

    def save_windows(self, model_id: int, number: int, profiles: Mapping[int, Profile]) -> None:
        # A window has one reference at a time: its profile on an earlier one's scales is of no use.
        for index in profiles:
            self.database.execute(
                'delete from profiles where model_id = ? and "index" = ?', [model_id, index]
            )
        self._save(model_id, number, {index: pack(profile) for index, profile in profiles.items()})

    def drop_from(self, model_id: int, index: int) -> None:
        self.database.execute(
            'delete from profiles where model_id = ? and "index" >= ? and "index" != ?',
            [model_id, index, REFERENCE],
        )

    def _body(self, model_id: int, number: int, index: int) -> bytes | None:
        found = self.database.query(
            'select body from profiles where model_id = ? and reference = ? and "index" = ?',
            [model_id, number, index],
        )
        return next((row["body"] for row in found), None)

    def _save(self, model_id: int, number: int, bodies: Mapping[int, bytes]) -> None:
        self.database.table("profiles").insert_all(
            (
                {"model_id": model_id, "reference": number, "index": index, "body": body}
                for index, body in bodies.items()
            ),
            pk=("model_id", "reference", "index"),
            replace=True,
        )


def pack(profile: Profile) -> bytes:
    """A window's profile as the table keeps it."""
    fresh = {name: dict(column.fresh) for name, column in profile.items() if column.fresh}
    head = {"columns": _columns(profile), "fresh": fresh}
    return _packed(head, [column.counts for column in profile.values()])


def unpack(body: bytes) -> Profile:
    """A window's profile again."""
    head, arrays = _unpacked(body)
    found = _profile(head["columns"], arrays)[0]
    fresh = head.get("fresh", {})  # not in those of before names were kept
    return {name: replace(column, fresh=fresh.get(name, {})) for name, column in found.items()}


def pack_reference(reference: Reference) -> bytes:
    """A reference as the table keeps it."""
    scales = {
        name: {
            "edges": None if scale.edges is None else len(scale.edges),
            "labels": scale.labels,
            "others": sorted(scale.others),
            "many": scale.many,
        }
        for name, scale in reference.scales.items()
    }
    head = {
        "number": reference.number,
        "columns": _columns(reference.profile),
        "scales": scales,
        "blocks": reference.blocks,
        "alarms": reference.alarms,
        "usual": {name: [usual.furthest, usual.rows] for name, usual in reference.usual.items()},
        "left_out": dict(reference.left_out),
    }
    edges = [scale.edges for scale in reference.scales.values() if scale.edges is not None]
    return _packed(head, [*(column.counts for column in reference.profile.values()), *edges])


def unpack_reference(body: bytes) -> Reference:
    """A reference again."""
    head, arrays = _unpacked(body)
    profile, rest = _profile(head["columns"], arrays)
    scales = {}
    for name, kept in head["scales"].items():
        edges = None
        if kept["edges"] is not None:
            edges, rest = np.frombuffer(rest[: 8 * kept["edges"]], "<f8"), rest[8 * kept["edges"] :]
        scales[name] = Scale(edges, tuple(kept["labels"]), frozenset(kept["others"]), kept["many"])
    usual = {name: Usual(*values) for name, values in head["usual"].items()}
    return Reference(head["number"], scales, profile, head["blocks"], head["alarms"], usual, head["left_out"])


def _columns(profile: Profile) -> dict[str, list[object]]:
    return {
        name: [
            len(one.counts),
            one.missing,
            *((one.low, one.high) if one.low <= one.high else (None, None)),
            one.total,
            one.squares,
        ]
        for name, one in profile.items()
    }


def _profile(columns: Mapping[str, Sequence[Any]], arrays: bytes) -> tuple[Profile, bytes]:
    """The profile, and the arrays after its own."""
    found = {}
    for name, (bins, missing, low, high, total, squares) in columns.items():
        counts, arrays = np.frombuffer(arrays[: 8 * bins], "<i8"), arrays[8 * bins :]
        low, high = (np.inf, -np.inf) if low is None else (low, high)
        found[name] = ColumnProfile(counts, missing, low, high, total, squares)
    return found, arrays


def _packed(head: Mapping[str, object], arrays: Sequence[np.ndarray]) -> bytes:
    line = json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return zlib.compress(line + b"\n" + b"".join(array.tobytes() for array in arrays), LEVEL)


def _unpacked(body: bytes) -> tuple[Any, bytes]:
    line, _, arrays = zlib.decompress(body).partition(b"\n")
    return json.loads(line.decode("utf-8", "surrogatepass")), arrays
