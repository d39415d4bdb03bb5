"""Probes: what versions said of some rows of their snapshots, a Parquet file beside each artifact.

Format 1: as storage.predictions, with one more column, `position` (int64) in the snapshot. No row is kept.
"""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.domain.errors import ArtifactFault
from core.domain.proof import Probe
from storage.files import write_durably
from storage.predictions import predictions_of, table_of

SUFFIX, POSITION = ".probe", "position"


def probe_file(artifact: str) -> str:
    """The file's name, by that of the artifact beside which it lies."""
    return Path(artifact).with_suffix(SUFFIX).name


@dataclass(frozen=True)
class ProbeFiles:
    """Implements core.domain.proof.Probes in the `folder` of the artifacts."""

    folder: Path

    def save(self, artifact: str, probe: Probe) -> str:
        import pyarrow as pa
        import pyarrow.parquet as pq

        buffer = io.BytesIO()
        table = table_of(probe.said).append_column(POSITION, pa.array(probe.positions))
        pq.write_table(table, buffer, compression="zstd")
        write_durably(self.folder / probe_file(artifact), buffer.getbuffer())
        return hashlib.sha256(buffer.getbuffer()).hexdigest()

    def load(self, artifact: str, sha256: str) -> Probe:
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(self.content(artifact, sha256)))
        return Probe(np.array(table.column(POSITION).to_numpy()), predictions_of(table))

    def verify(self, artifact: str, sha256: str) -> None:
        """ArtifactFault if it is gone or altered."""
        self.content(artifact, sha256)

    def content(self, artifact: str, sha256: str) -> bytes:
        """The file's bytes; ArtifactFault if it is gone or altered."""
        file, again = probe_file(artifact), "Restore it from a backup; the version itself is not touched."
        try:
            content = (self.folder / file).read_bytes()
        except OSError as error:
            raise ArtifactFault(f"Probe {file} cannot be read: {error.strerror}.", again) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ArtifactFault(f"Probe {file} was altered since it was saved.", again)
        return content
