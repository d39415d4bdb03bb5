"""The migrations of a home: which of them it still needs, and which it has that are not known here."""

from storage.migrations.order import MIGRATIONS
from storage.sqlite import Database, Migrations

migrations = Migrations("evermodel")


def unknown(database: Database) -> list[str]:
    """The names of those that a newer Evermodel has applied."""
    return sorted({one.name for one in migrations.applied(database)} - set(MIGRATIONS))


def _add(name: str, statements: str) -> None:
    @migrations(name=name)
    def run(db: Database) -> None:
        for statement in statements.split(";\n"):
            if statement.strip():
                db.execute(statement)


for _name, _statements in MIGRATIONS.items():
    _add(_name, _statements)
