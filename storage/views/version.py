"""The page of a version with what it is read beside, and the details of several to compare."""

from collections.abc import Sequence

from core.domain.clock import moment
from core.domain.findings import Findings
from core.domain.proof import why_not
from core.domain.views.standing import Standing
from core.domain.views.version import SnapshotLine, VersionDetail, VersionPage
from storage.columns import Row, from_json
from storage.database import Home
from storage.needed import gone
from storage.notes import note_of
from storage.reproductions import proof_of
from storage.versions import version_of
from storage.views.asides import ASIDE_COLUMNS, told
from storage.views.promotions import ALL_PROMOTIONS, promotions_from
from storage.views.versions import PROOF, REBUILDING, VERSION


def _version(where: str, alias: str) -> str:
    found = f"select {VERSION} from versions x where x.model_id = m.id and x.number = {where}"
    return f"({found}) as {alias}"


_PARENT = "(select parent from versions where model_id = m.id and number = :number)"
_LINEAGE = "(select lineage from versions where model_id = m.id and number = :number)"


def _snapshot(number: str, alias: str) -> str:
    return f"""(select json_object('id', s.id, 'as_of', s.as_of, 'rows', s.rows, 'chunks', json(s.chunks))
     from snapshots s join versions v on v.model_id = s.model_id and v.snapshot = s.id
     where v.model_id = m.id and v.number = {number}) as {alias}"""


VERSION_COLUMNS = (
    ALL_PROMOTIONS,
    *ASIDE_COLUMNS,
    _version(":number", "this_version"),
    _version(_PARENT, "parent_version"),
    f"""(select json_group_array({VERSION}) from (select * from versions
     where model_id = m.id and (number in (select value from json_each({_LINEAGE}, '$.members'))
     or number = json_extract({_LINEAGE}, '$.continues')) order by number) x) as other_versions""",
    "(select max(number) from versions where model_id = m.id and number < :number) as number_before",
    "(select min(number) from versions where model_id = m.id and number > :number) as number_after",
    _snapshot(":number", "snapshot_list"),
    _snapshot(_PARENT, "parent_snapshot_list"),
    "(select body from judgements where model_id = m.id and number = :number) as findings",
    "(select columns from importances where model_id = m.id and version = :number) as importance",
    """(select json_object('note', note, 'tags', tags, 'by', by, 'at', at) from notes
     where model_id = m.id and number = :number) as note""",
    f"""(select {PROOF} from reproductions r where r.model_id = m.id and r.number = :number
     order by r.run_id desc limit 1) as proof""",
    REBUILDING,
    "exists (select 1 from makings where model_id = m.id and number = :number) as has_making",
)

DETAILS = """select v.number, j.body as findings, i.columns as importance from versions v
    join models m on m.id = v.model_id and m.removed is null
    left join judgements j on j.model_id = v.model_id and j.number = v.number
    left join importances i on i.model_id = v.model_id and i.version = v.number
    where m.name = :name and v.number in (select value from json_each(:numbers))"""


def version_page(standing: Standing, row: Row, home: Home) -> VersionPage:
    """From a row of `standings` with `VERSION_COLUMNS` in which the version is there. `home`: asked whether
    the files are there from which it is rebuilt.
    """
    parent = row["parent_version"]
    found, version = details_of(row), version_of(from_json(row["this_version"]))
    promotions = promotions_from(row["all_promotions"])
    before = version_of(from_json(parent)) if parent else None
    others = [version_of(values) for values in from_json(row["other_versions"])]
    bought, shadowed = told(standing.model, promotions, row)
    return VersionPage(
        standing,
        version,
        promotions,
        row["number_before"],
        row["number_after"],
        before,
        others,
        _snapshot_line(row["snapshot_list"], row["parent_snapshot_list"]),
        findings=found.findings,
        importance=found.importance,
        note=note_of(from_json(row["note"])) if row["note"] else None,
        proof=proof_of(from_json(row["proof"])) if row["proof"] else None,
        rebuilding=version.number in from_json(row["rebuilding"]),
        unprovable=why_not(
            version, bool(row["has_making"]), gone(home, version, [*others, *([before] if before else [])])
        ),
        bought=next((one for since, one in bought.items() if since == version.live_from), None),
        beside=shadowed.get(version.number),
    )


def _snapshot_line(text: str | None, parent: str | None) -> SnapshotLine | None:
    if text is None:
        return None
    mine = from_json(text)
    shared = _shared(mine["chunks"], from_json(parent)["chunks"]) if parent else None
    return SnapshotLine(mine["id"], moment(mine["as_of"]), mine["rows"], len(mine["chunks"]), shared)


def _shared(mine: Sequence[Row], other: Sequence[Row]) -> int:
    """Rows that both take of the same chunks: each takes those from its `first` on."""
    firsts = {chunk["hash"]: chunk["first"] for chunk in other}
    return sum(
        max(0, chunk["rows"] - max(chunk["first"], firsts[chunk["hash"]]))
        for chunk in mine
        if chunk["hash"] in firsts
    )


def details_of(row: Row) -> VersionDetail:
    """From a row with findings and importance as their tables have them, or None."""
    importance = from_json(row["importance"]) if row["importance"] else None
    return VersionDetail(
        Findings.of(from_json(row["findings"])) if row["findings"] else None,
        importance or None,  # empty: it could not be computed
    )
