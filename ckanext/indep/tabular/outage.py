"""Telling a database that is away, which passes, from one that refuses, which does not."""

from __future__ import annotations

import psycopg2
from sqlalchemy.exc import DBAPIError

__all__ = ["DATABASE_ERRORS", "is_outage"]

DATABASE_ERRORS = (psycopg2.Error, DBAPIError)

_CONNECTION_CLASS = "08"
# Shut down, crashed, starting up; a lock that was not given in time; no connection left.
_PASSING = frozenset({"57P01", "57P02", "57P03", "55P03", "53300"})


def is_outage(error: Exception) -> bool:
    """Whether trying again later may help, by PostgreSQL's error code (SQLSTATE).

    The class of the exception does not tell: a text too long for the search index is an
    ``OperationalError`` too. An error without a code means that there was no answer.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg2.OperationalError | psycopg2.InterfaceError):
        return False
    code = cause.pgcode
    return code is None or code.startswith(_CONNECTION_CLASS) or code in _PASSING
