"""Promotions as the views read them: the last of a model, or all."""

from core.domain.versions import Promotion
from storage.columns import from_json
from storage.versions import promotion_of
from storage.views.objects import columns_of, row_object

_PROMOTION = row_object("x", columns_of(Promotion))

LAST_PROMOTIONS = f"""(select json_group_array({_PROMOTION}) from (select * from promotions
     where model_id = m.id order by live_from desc, id desc limit 40) x) as promotions"""
"""The newest first."""

ALL_PROMOTIONS = f"""(select json_group_array({_PROMOTION}) from (select * from promotions
     where model_id = m.id order by live_from, id) x) as all_promotions"""


def promotions_from(text: str) -> list[Promotion]:
    return [promotion_of(values) for values in from_json(text)]
