"""Single SELECT: a query that is anything else is refused before a database sees it."""

from core.domain.errors import SourceFault

_DIALECTS = {"postgresql": "postgres", "mssql": "tsql", "mariadb": "mysql"}
_FIX = "Write one SELECT under [source]; a view in the database can hold the rest."


def refuse_unless_select(query: str, kind: str, place: str) -> None:
    """SourceFault unless the query is one statement that only selects, in the SQL of a `kind` of database."""
    problem = _problem(query, _DIALECTS.get(kind, kind))
    if problem is not None:
        raise SourceFault(problem, _FIX, file=place, key="source.query")


def _problem(query: str, dialect: str) -> str | None:
    import sqlglot
    from sqlglot import errors
    from sqlglot import expressions as exp

    try:
        known = dialect if sqlglot.Dialect.get(dialect) else None
        statements = [one for one in sqlglot.parse(query, read=known) if one is not None]
    except errors.SqlglotError as error:
        return f"It cannot be read as SQL: {_where(error)}."
    if len(statements) != 1:
        return f"It holds {len(statements)} statements." if statements else "It is empty."
    if not isinstance(statements[0], exp.Query):
        return "It is no SELECT."
    changing = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock)
    # a SELECT is a kind of DDL to sqlglot, since one may stand in CREATE TABLE
    for part in statements[0].walk():
        if isinstance(part, changing) and not isinstance(part, exp.Query):
            return f"It does more than select: it holds {part.key.upper()}."
    return None


def _where(error: Exception) -> str:
    """What sqlglot says, without the colours that it marks the place with."""
    found = getattr(error, "errors", None)
    if found:
        return f"{found[0]['description'].rstrip('.')}, line {found[0]['line']}"
    return str(error).splitlines()[0].rstrip(".")
