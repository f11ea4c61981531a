"""Ending drafts that nobody has worked on for as long as the policy says."""

from __future__ import annotations

import datetime as dt
import logging

import ckan.model as ckan_model

from ckanext.indep.errors import IndepError
from ckanext.indep.governance import audit, outbox, policies, requests, states
from ckanext.indep.governance.maintenance.idle import idle, since
from ckanext.indep.governance.model import now
from ckanext.indep.governance.states import State

__all__ = ["expire_old"]

log = logging.getLogger(__name__)
ACTOR = "ckan indep tick"


def expire_old() -> int:
    """End each request that may expire and is old enough; return how many. Safe to run twice."""
    _version, policy = policies.in_force()
    limit = now() - dt.timedelta(days=policy.deadlines.expire_days)
    old = [request.id for request, _since in idle(states.TRANSITIONS["expire"].sources, limit)]
    return sum(_expire(request_id, limit) for request_id in old)


def _expire(request_id: str, limit: dt.datetime) -> bool:
    request = requests.lock(request_id)
    try:
        transition = states.check("expire", State(request.state))
    except IndepError:
        log.info("request %s was taken up again just now", request_id)
        ckan_model.Session.rollback()
        return False
    if since(request_id) > limit:
        ckan_model.Session.rollback()
        return False
    requests.move(request, transition)
    audit.append("expired", request.id, ACTOR)
    requests.end(request, "expired")
    ckan_model.Session.commit()
    outbox.wake()
    return True
