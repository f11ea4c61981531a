"""The example of docs/add-policy-rule.md."""

from __future__ import annotations

import pytest
import yaml

from ckanext.indep.governance.policy import STAGES, Policy, parse
from ckanext.indep.schema import fields

from .pages import DOCS, REPOSITORY, blocks

# What revisions call otherwise than the form, and what is no field.
OTHER_NAMES = {"tags", "resources", "*"}


@pytest.fixture
def policy() -> Policy:
    """The policy that ships, with the rules of the page instead of its own."""
    shipped = REPOSITORY / "ckanext" / "indep" / "governance" / "policy.yaml"
    content = yaml.safe_load(shipped.read_text("utf-8"))
    content |= yaml.safe_load(blocks("add-policy-rule.md", "yaml")[0])
    return parse(yaml.safe_dump(content))[0]


def test_corrections_of_the_description_need_the_data_owner_only(policy: Policy) -> None:
    assert policy.lane_for({"notes", "references"}).stages == ("data_owner",)


@pytest.mark.parametrize("changed", [{"limitations"}, {"notes", "resources"}, {"*"}])
def test_everything_else_needs_the_committee(policy: Policy, changed: set[str]) -> None:
    assert policy.lane_for(changed).stages == ("data_owner", "committee")


def test_two_thirds_must_take_part(policy: Policy) -> None:
    assert policy.quorum == 0.66


def test_its_lanes_name_fields_of_the_schema(policy: Policy) -> None:
    known = {name for kind in fields.PACKAGE_TYPES for name in fields.names(kind)} | OTHER_NAMES
    assert {name for lane in policy.lanes for name in lane.fields} <= known


def test_the_page_names_every_stage() -> None:
    page = (DOCS / "add-policy-rule.md").read_text("utf-8")
    assert all(f"`{stage}`" in page for stage in STAGES)
