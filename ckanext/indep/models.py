"""All tables of the extension in one place, for Alembic and the migration test."""

from __future__ import annotations

from ckanext.indep import model as _model  # noqa: F401
from ckanext.indep.committee import model as _committee  # noqa: F401
from ckanext.indep.db import Base
from ckanext.indep.governance import model as _governance  # noqa: F401
from ckanext.indep.governance.maintenance import model as _maintenance  # noqa: F401
from ckanext.indep.insight import model as _insight  # noqa: F401
from ckanext.indep.insight.meetings import model as _meetings  # noqa: F401
from ckanext.indep.insight.pictures import model as _pictures  # noqa: F401
from ckanext.indep.insight.report import model as _report  # noqa: F401
from ckanext.indep.insight.reporting import model as _reporting  # noqa: F401
from ckanext.indep.insight.suggestions import model as _suggestions  # noqa: F401
from ckanext.indep.insight.targets import model as _targets  # noqa: F401
from ckanext.indep.insight.uploads import model as _uploads  # noqa: F401
from ckanext.indep.inventory import model as _inventory  # noqa: F401
from ckanext.indep.privacy import model as _privacy  # noqa: F401
from ckanext.indep.tabular import model as _tabular  # noqa: F401

__all__ = ["metadata"]

metadata = Base.metadata
