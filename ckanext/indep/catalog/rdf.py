"""ckanext-dcat's RDF, without telling which hidden datasets exist.

For a dataset that the reader may not see, ckanext-dcat answers 403, and 404 for one that is
not there; the difference tells that it exists. Here both are "not found", in the API too.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Action, Context, DataDict

__all__ = ["dcat_dataset_show"]


@tk.chained_action
def dcat_dataset_show(next_: Action, context: Context, data_dict: DataDict) -> str:
    """The RDF of a dataset that the reader may see.

    :raises ObjectNotFound: in the same words whether it is hidden or absent
    """
    try:
        return next_(context, data_dict)
    except (tk.NotAuthorized, tk.ObjectNotFound):
        raise tk.ObjectNotFound() from None
