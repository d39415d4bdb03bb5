"""Starting: what a server says of its scheduler until that has ticked for the first time."""

import time

PATIENCE = 30.0
"""Seconds after which a scheduler that has not ticked is late, as one that has fallen silent."""


class Starting:
    """Begins when it is made. The server answers meanwhile: it stands by, and fires nothing."""

    def __init__(self, begun: float | None = None):
        """`begun`: of `time.monotonic`; now, where none is given."""
        self._begun = time.monotonic() if begun is None else begun

    @property
    def late(self) -> bool:
        return time.monotonic() - self._begun > PATIENCE

    def health(self) -> dict[str, object]:
        """As `/healthz` tells it, `starting` beside it while that is why nothing ticks."""
        if self.late:
            return {"status": "late", "scheduler": "late", "last_tick": None}
        return {"status": "ok", "scheduler": "standby", "last_tick": None, "starting": True}
