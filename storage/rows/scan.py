"""Scan: one look through a source's files by time, passing over what cannot hold a row of the range."""

from collections.abc import Iterator, Sequence

from core.domain.models import Model
from storage.rows.extents import NOTHING, Extent, Key, key_of, recall, remember, within
from storage.rows.faults import readable_file, refuse_shrunk
from storage.rows.listing import DataFile
from storage.rows.reader import Batch, Found, Piece, Reader, Types
from storage.rows.times import Read, TimeReader


class Scan:
    """`times` keeps in mind across files what the time column's values are (zoned or not, their unit)."""

    def __init__(self, model: Model, reader: Reader, files: Sequence[DataFile]):
        self._model, self._reader, self._files = model, reader, files
        self.times = TimeReader(model.time, model.tz, model.source)
        self.left_out = 0
        self._known: dict[Key, list[Extent | None]] = {}  # of this scan, whatever is forgotten meanwhile

    def found(self, types: Types, start: int | None, end: int | None) -> Iterator[Found]:
        """Batches with a row in start <= time < end, of the columns of `types`, among them the time."""
        for file in self._files:
            extents = self._extents(file)
            skipped = [extent for extent in extents if extent is not None and extent.misses(start, end)]
            self.left_out += sum(extent.unreadable for extent in skipped)
            pieces = [
                i for i, extent in enumerate(extents) if extent is None or not extent.misses(start, end)
            ]
            for batch, read in self._batches(file, pieces, extents, types):
                self.left_out += len(read.us) - int(read.readable.sum())
                if (chosen := within(read, start, end)).any():
                    yield Found(file.name, batch, read, chosen)
                del batch  # let go before the next one is read

    def whole(self) -> Extent:
        """The extent of all files, from what was seen of them."""
        extents = [extent for file in self._files for extent in self._extents(file) if extent is not None]
        return sum(extents, NOTHING)

    def newest(self, types: Types, not_after: int) -> int | None:
        """The newest time that is not after a moment; reads only what may hold a newer one than is known."""
        newest: int | None = None
        for file in self._files:
            extents = self._extents(file)
            lasts = [e.last for e in extents if e is not None and e.last is not None and e.last <= not_after]
            newest = max([*lasts, *([] if newest is None else [newest])], default=None)
        after = None if newest is None else newest + 1
        for found in self.found(types, after, not_after + 1):
            last = int(found.read.us[found.chosen].max())
            newest = last if newest is None else max(newest, last)
        return newest

    def _batches(
        self, file: DataFile, pieces: list[int], extents: list[Extent | None], types: Types
    ) -> Iterator[tuple[Batch, Read]]:
        if not pieces:
            return
        seen = dict.fromkeys(pieces, NOTHING)
        with readable_file(file.name):
            for batch in self._reader.batches(file, pieces, types):
                read = self.times.read(batch.columns[self._model.time], file.name)
                seen[batch.piece] += Extent.of(read)
                yield batch, read
                del batch
            refuse_shrunk(file)
        self._keep(file, [seen.get(i, extent) for i, extent in enumerate(extents)])

    def _extents(self, file: DataFile) -> list[Extent | None]:
        key = self._key(file)
        if (known := self._known.get(key) or recall(key)) is not None:
            return known
        with readable_file(file.name):
            pieces = self._reader.pieces(file, self._model.time)
        extents = [self._told(piece, file) for piece in pieces]
        self._keep(file, extents)
        return extents

    def _keep(self, file: DataFile, extents: list[Extent | None]) -> None:
        self._known[self._key(file)] = extents
        remember(self._key(file), extents)

    def _told(self, piece: Piece, file: DataFile) -> Extent | None:
        """What a piece tells of its times without being read."""
        if piece.bounds is None or piece.rows is None:
            return None
        read = self.times.read(piece.bounds, file.name)
        if not read.readable.all():
            return None
        return Extent(piece.rows, int(read.us[0]), int(read.us[1]), piece.nulls)

    def _key(self, file: DataFile) -> Key:
        return key_of(file, self._model.time, self._model.zone, self._model.source)
