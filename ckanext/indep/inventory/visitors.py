"""Who a visitor is, without knowing it: hashes that lead back to nobody, and a limit per hour.

Addresses are never stored. The limit keeps in Redis, for an hour, a keyed hash of network and
hour; the count of those who want the same keeps a keyed hash of session and request.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
import logging

import ckan.plugins.toolkit as tk
import redis
from ckan.common import session
from ckan.lib.redis import connect_to_redis
from flask import has_request_context

from ckanext.indep.errors import RefusedError

__all__ = ["limit", "network", "voter"]

log = logging.getLogger(__name__)

HOUR_SECONDS = 3600


def limit(kind: str, most: int) -> None:
    """Count one more `kind` from this visitor's network; RefusedError above `most` an hour.

    Nothing is counted outside of a web request. While Redis is away nobody is refused: what is
    sent is read by a person before it is public.
    """
    if not has_request_context():
        return
    hour = dt.datetime.now(dt.timezone.utc).strftime("%Y%m%d%H")
    who = _hash(hour, network(tk.request.remote_addr, tk.request.headers.get("X-Forwarded-For")))
    key = f"indep:{tk.config['ckan.site_id']}:{kind}:{who}"
    try:
        pipe = connect_to_redis().pipeline()
        pipe.incr(key)
        pipe.expire(key, HOUR_SECONDS)
        count = int(pipe.execute()[0])
    except redis.RedisError as error:
        log.warning("visitors: Redis does not answer (%s); %s is not limited", error, kind)
        return
    if count > most:
        raise RefusedError(
            tk._("That is a lot within one hour. Please try again later."), field="limit"
        )


def voter(number: int) -> str:
    """Return what stands for this visitor at the request `number`, and for nobody elsewhere.

    The session's own secret where there is one, otherwise the network and the browser.
    """
    if not has_request_context():
        return _hash(str(number), "no web request")
    own = session.get(tk.config.get("WTF_CSRF_FIELD_NAME", "_csrf_token"))
    if own:
        return _hash(str(number), str(own))
    address = network(tk.request.remote_addr, tk.request.headers.get("X-Forwarded-For"))
    return _hash(str(number), address, tk.request.headers.get("User-Agent", ""))


def network(remote: str | None, forwarded: str | None) -> str:
    """Return the network of a visitor: the address, of IPv6 the first 64 bits.

    Behind our own web server the address is the last one that it added to X-Forwarded-For;
    what the visitor may have written before that is not believed.
    """
    address = _address(remote)
    if address is not None and not address.is_global and forwarded:
        address = _address(forwarded.rpartition(",")[2].strip()) or address
    if address is None:
        return ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address), 64), strict=False))


def _address(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text or "")
    except ValueError:
        return None


def _hash(*parts: str) -> str:
    key = str(tk.config["SECRET_KEY"]).encode()
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:32]
