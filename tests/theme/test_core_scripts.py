"""Which pages load CKAN's bundles, and what their security policy says."""

from __future__ import annotations

import pytest

from ckanext.indep.core_scripts import SCRIPTLESS_ENDPOINTS, needs_core_scripts
from ckanext.indep.headers import content_security_policy


class TestNeedsCoreScripts:
    @pytest.mark.parametrize("endpoint", sorted(SCRIPTLESS_ENDPOINTS))
    @pytest.mark.parametrize("signed_in", [True, False])
    def test_pages_of_the_portal_never(self, endpoint: str, signed_in: bool) -> None:
        assert not needs_core_scripts(endpoint, signed_in)

    @pytest.mark.parametrize("endpoint", ["indep.home", "indep_insight.measure", None])
    def test_own_blueprints_and_unknown_addresses_never(self, endpoint: str | None) -> None:
        assert not needs_core_scripts(endpoint, signed_in=True)

    def test_pages_of_ckan_for_staff_only(self) -> None:
        assert needs_core_scripts("organization.edit", signed_in=True)
        assert not needs_core_scripts("organization.edit", signed_in=False)

    def test_interactive_previews_for_everyone(self) -> None:
        assert needs_core_scripts("dataset_resource.view", signed_in=False)


class TestContentSecurityPolicy:
    def test_a_page_of_the_portal_runs_no_script(self) -> None:
        policy = content_security_policy(core_scripts=False, may_be_framed=False)
        assert "script-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy

    def test_an_embedded_chart_may_be_framed_by_anyone(self) -> None:
        policy = content_security_policy(core_scripts=False, may_be_framed=True)
        assert policy.endswith("frame-ancestors *")
