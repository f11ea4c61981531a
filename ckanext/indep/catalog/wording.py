"""Plain words for what keeps a dataset out of an export."""

from __future__ import annotations

from collections.abc import Callable

from ckan.plugins.toolkit import _

from ckanext.indep.catalog.records import DUPLICATE
from ckanext.indep.catalog.validation import Problem

__all__ = ["sentence"]

_MISSING: dict[str, Callable[[], str]] = {
    "title": lambda: _("It has no title."),
    "description": lambda: _("It has no description."),
    "identifier": lambda: _("It has no identifier."),
    "keyword": lambda: _("It has no keyword; harvesters need at least one."),
    "publisher": lambda: _("It belongs to no department."),
    "contactPoint": lambda: _("Its contact lacks a name or a usable e-mail address."),
    "accessLevel": lambda: _("It does not say who may use the data."),
    "modified": lambda: _("It does not say when the data last changed."),
}

_REFUSED: dict[str, Callable[[], str]] = {
    "title": lambda: _("Its title is empty or not text."),
    "description": lambda: _("Its description is longer than 10,000 characters."),
    "keyword": lambda: _("One of its keywords is too long."),
    "contactPoint": lambda: _("Its contact e-mail is not one that harvesters accept."),
    "accessLevel": lambda: _("Its access level is not one of those that harvesters know."),
    "rights": lambda: _("Its statement of rights is longer than 255 characters."),
    "license": lambda: _("Its license has no usable web address."),
    "accrualPeriodicity": lambda: _("Its update frequency is not one that harvesters know."),
    "modified": lambda: _("The day of the last change of the data is not a date."),
    "issued": lambda: _("The day of first publication is not a date."),
    "temporal": lambda: _("The time that the data cover is not two dates in their order."),
    "spatial": lambda: _("The area or its bounding box can not be used."),
    "language": lambda: _("Its language is not a language code such as 'en'."),
    "theme": lambda: _("One of its topics is empty."),
    "landingPage": lambda: _("Its web page is not a full web address."),
    "references": lambda: _("One of its references is not a full web address."),
    "distribution": lambda: _("One of its files has an address or media type of no use."),
}


def sentence(problem: Problem) -> str:
    """One sentence for a steward, in the language of the request."""
    if problem == DUPLICATE:
        return _("Another public dataset has the same identifier.")
    known = (_MISSING if problem.missing else _REFUSED).get(problem.property)
    if known:
        return known()
    return _("The property '{name}' of the export is not accepted.").format(name=problem.property)
