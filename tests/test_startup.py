"""A portal whose settings would open a hole does not start, and says which setting it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import pytest
from ckan.exceptions import CkanConfigurationException

from ckanext.indep.governance import requirements
from ckanext.indep.plugin import IndepPlugin

Start = Callable[..., None]


@pytest.fixture
def start(ckan_config: dict[str, Any]) -> Iterator[Start]:
    """Start the portal with settings of the test; all plugins are unloaded afterwards."""

    def start(settings: dict[str, Any]) -> None:
        ckan_config.update(settings)
        p.load_all()

    yield start
    p.unload_all()


def _plugins() -> list[str]:
    return list(tk.config["ckan.plugins"])


def test_it_starts_with_the_settings_of_the_tests(start: Start) -> None:
    start({})
    assert p.plugin_loaded("indep_governance")


class TestSettings:
    @pytest.mark.parametrize("key", requirements.SETTINGS)
    def test_a_wrong_one_is_named_with_its_reason(self, start: Start, key: str) -> None:
        needed, otherwise = requirements.SETTINGS[key]
        with pytest.raises(CkanConfigurationException) as refusal:
            start({key: not needed})
        sentence = str(refusal.value)
        assert sentence == f"Set {key} = {str(needed).lower()}: otherwise {otherwise}."

    @pytest.mark.parametrize("key", requirements.SETTINGS)
    def test_the_stack_sets_it_as_needed(self, key: str) -> None:
        """The ini that every site of the city shares; CKAN's defaults may change."""
        needed, _otherwise = requirements.SETTINGS[key]
        assert tk.asbool(tk.config[key]) is needed

    @pytest.mark.parametrize("key", requirements.NEEDED_EMPTY)
    def test_what_has_to_be_empty_is(self, start: Start, key: str) -> None:
        """In the ini that every site shares; CKAN's default, and any other value, is refused."""
        assert not tk.config[key]
        otherwise = requirements.NEEDED_EMPTY[key]
        with pytest.raises(CkanConfigurationException) as refusal:
            start({key: "_table_metadata"})
        assert str(refusal.value) == f"Set {key} to nothing: otherwise {otherwise}."


class TestPlugins:
    @pytest.mark.parametrize("name", requirements.FORBIDDEN_PLUGINS)
    def test_one_that_opens_a_hole_is_refused(self, start: Start, name: str) -> None:
        with pytest.raises(CkanConfigurationException, match=f"Take '{name}' out"):
            start({"ckan.plugins": [*_plugins(), name]})

    def test_the_pages_need_governance(self, start: Start) -> None:
        others = [name for name in _plugins() if name != "indep_governance"]
        with pytest.raises(CkanConfigurationException, match="Add indep_governance to"):
            start({"ckan.plugins": others})

    def test_nobody_else_may_say_first_who_sees_a_dataset(self, start: Start) -> None:
        with pytest.raises(
            CkanConfigurationException,
            match="Put indep_governance before example_ipermissionlabels in",
        ):
            start({"ckan.plugins": ["example_ipermissionlabels", *_plugins()]})

    def test_somebody_else_may_say_it_later(self, start: Start) -> None:
        start({"ckan.plugins": [*_plugins(), "example_ipermissionlabels"]})
        assert p.plugin_loaded("example_ipermissionlabels")


class TestSysadmins:
    """CKAN asks about a sysadmin only if the first function of the chain says so."""

    def test_nobody_else_may_let_them_edit(
        self, start: Start, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        @tk.chained_auth_function
        def package_update(next_auth: Any, context: Any, data_dict: Any) -> Any:
            return next_auth(context, data_dict)

        _chain(monkeypatch, package_update)
        with pytest.raises(
            CkanConfigurationException, match="Put indep_governance before indep in"
        ):
            start({})

    def test_a_function_that_asks_about_them_may_come_first(
        self, start: Start, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        @tk.chained_auth_function
        @tk.auth_sysadmins_check
        def package_update(next_auth: Any, context: Any, data_dict: Any) -> Any:
            return next_auth(context, data_dict)

        _chain(monkeypatch, package_update)
        start({})


def _chain(monkeypatch: pytest.MonkeyPatch, package_update: Any) -> None:
    """Give the plugin `indep`, which comes before governance, a check of its own."""
    functions = {"package_update": package_update}
    monkeypatch.setattr(IndepPlugin, "get_auth_functions", lambda _self: functions)
