"""The page of versions: all of a model's, with what people and proofs say of them."""

from core.domain.versions import Version
from core.domain.views.standing import Standing
from core.domain.views.versions import VersionsPage
from storage.columns import Row, from_json
from storage.notes import note_of
from storage.reproductions import FIELDS, proof_of
from storage.versions import version_of
from storage.views.asides import ASIDE_COLUMNS, told
from storage.views.objects import columns_of, row_object
from storage.views.promotions import ALL_PROMOTIONS, promotions_from

VERSION = row_object("x", columns_of(Version))
"""A version x as a JSON object."""
PROOF = row_object("r", FIELDS)
"""A reproduction r as a JSON object."""
REBUILDING = """(select json_group_array(options ->> 'version') from runs where model_id = m.id
     and kind = 'reproduce' and state in ('queued', 'running')) as rebuilding"""

VERSIONS_COLUMNS = (
    f"""(select json_group_array({VERSION}) from (select * from versions
     where model_id = m.id order by number) x) as all_versions""",
    ALL_PROMOTIONS,
    """(select json_group_array(
     json_object('number', number, 'note', note, 'tags', tags, 'by', by, 'at', at))
     from notes where model_id = m.id) as notes""",
    f"""(select json_group_array({PROOF}) from reproductions r where r.model_id = m.id and r.run_id =
     (select max(run_id) from reproductions where model_id = m.id and number = r.number)) as proofs""",
    REBUILDING,
    *ASIDE_COLUMNS,
)


def versions_page(standing: Standing, row: Row) -> VersionsPage:
    """From a row of `standings` with `VERSIONS_COLUMNS`."""
    promotions = promotions_from(row["all_promotions"])
    return VersionsPage(
        standing,
        [version_of(values) for values in from_json(row["all_versions"])],
        promotions,
        {values["number"]: note_of(values) for values in from_json(row["notes"])},
        {values["number"]: proof_of(values) for values in from_json(row["proofs"])},
        from_json(row["rebuilding"]),
        *told(standing.model, promotions, row),
    )
