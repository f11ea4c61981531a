"""Governance over a portal of plain CKAN: nothing is lost, and nothing newly public."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
from ckan.cli.cli import ckan as ckan_command
from ckan.tests import factories
from sqlalchemy import func, select

from ckanext.indep.governance import verify
from ckanext.indep.governance.adoption import grandfathered, guard_switch, takeover
from ckanext.indep.governance.model import ChangeRequest, Event, Publication, Revision
from ckanext.indep.governance.submission import scanning
from tests.takeover import seen
from tests.takeover.conftest import (
    MEMBERS,
    Again,
    Off,
    Portal,
    call,
    died_at,
    shown_now,
    take_over_now,
)
from tests.tools.answers import CHECKLIST

OURS = "ckanext.indep.governance"
HIDDEN = ("private-plan", "draft-plan", "deleted-plan")


def rows_of_governance() -> dict[str, int]:
    """Return how many rows the tables have that a takeover writes."""
    ckan_model.Session.rollback()
    return {
        table.__tablename__: ckan_model.Session.execute(
            select(func.count()).select_from(table)
        ).scalar_one()
        for table in (ChangeRequest, Event, Publication, Revision)
    }


def package_id(name: str) -> str:
    """Return the id of the package that has this name now."""
    package = ckan_model.Package.get(name)
    assert package
    return str(package.id)


def request_for(portal: Portal, name: str) -> ChangeRequest:
    """Return the request whose workspace is the package that had this name before."""
    workspace_id = portal.before["packages"][name]["id"]
    return ckan_model.Session.execute(
        select(ChangeRequest).where(ChangeRequest.workspace_id == workspace_id)
    ).scalar_one()


class TestBefore:
    def test_a_dry_run_tells_and_writes_nothing(self, portal: Portal, cli: Any) -> None:
        before = rows_of_governance()
        result = cli.invoke(ckan_command, ["indep", "takeover", "--dry-run"])
        assert result.exit_code == 0, result.output
        assert "3 datasets would count as released, 2 would become drafts" in result.output
        assert "potholes: 'notes' will have to be corrected" in result.output
        assert "there is no form for the type 'showcase'" in result.output
        assert "have no 'contact_email'; their next change request asks for it" in result.output
        assert rows_of_governance() == before

    def test_somebody_has_to_answer_for_each_dataset(self, portal: Portal, cli: Any) -> None:
        result = cli.invoke(ckan_command, ["indep", "takeover"])
        assert result.exit_code == 1
        assert "1 datasets have no department" in result.output
        assert "nobody" in result.output
        assert rows_of_governance()["indep_publication"] == 0

    @pytest.mark.parametrize(
        "point",
        [
            "adoption.stock_files.adopt",
            "adoption.guard_switch.switch",
            "audit.append_all",
            "adoption.hidden_drafts.end_lost",
        ],
    )
    def test_a_run_that_is_killed_leaves_nothing_half_done(
        self, portal: Portal, point: str
    ) -> None:
        before = rows_of_governance()
        assert died_at(f"{OURS}.{point}", take_over_now)
        assert rows_of_governance() == before


class TestOn:
    def test_strangers_see_what_they_saw(self, portal: Portal, on: takeover.Outcome) -> None:
        assert (on.released, on.drafts, on.moved) == (3, 2, 0)
        # The one thing that the command was asked to change.
        assert [
            line.split(":")[0] for line in seen.differences(portal.before["seen"], shown_now())
        ] == ["/packages/nobody/fields/owner_org"]

    def test_nothing_breaks_the_rule(self, portal: Portal, on: takeover.Outcome) -> None:
        assert list(verify.breaches()) == []

    @pytest.mark.parametrize("name", HIDDEN)
    def test_what_was_not_public_is_not(
        self, portal: Portal, on: takeover.Outcome, name: str
    ) -> None:
        assert seen.is_hidden(portal.before["packages"][name]["id"])
        assert call("", "package_search", q="parrot")["count"] == 0

    @pytest.mark.parametrize("name", ["private-plan", "draft-plan"])
    def test_its_steward_goes_on_with_a_draft(
        self, portal: Portal, on: takeover.Outcome, name: str
    ) -> None:
        request = request_for(portal, name)
        assert (request.state, request.slug, request.kind) == ("draft", name, "create")
        shown = call("steward", "package_show", id=request.workspace_id)
        assert shown["state"] == "draft"
        call("steward", "package_patch", id=request.workspace_id, notes="The parrot goes on.")
        assert seen.is_hidden(request.workspace_id)

    def test_again_it_finds_nothing_to_do(self, portal: Portal, on: takeover.Outcome) -> None:
        before = rows_of_governance()
        assert takeover.take_over("test") == takeover.Outcome()
        assert rows_of_governance() == before

    def test_it_cannot_be_edited_any_more(self, portal: Portal, on: takeover.Outcome) -> None:
        with pytest.raises(tk.NotAuthorized):
            call("owner", "package_patch", id="potholes", title="No")

    def test_what_has_no_form_cannot_be_changed(self, portal: Portal, on: takeover.Outcome) -> None:
        with pytest.raises(tk.ValidationError, match="no form for 'showcase'"):
            call("owner", "indep_request_open", id="stall")

    def test_a_claim_without_its_event_is_found(self, portal: Portal, on: takeover.Outcome) -> None:
        request = ChangeRequest(
            kind=grandfathered.KIND,
            package_type="dataset",
            live_id="elsewhere",
            workspace_id="nowhere",
            owner_org="",
            slug="x",
            title="x",
            state="released",
            opened_by="",
            revision_id=ckan_model.Session.execute(select(Revision.id).limit(1)).scalar(),
        )
        ckan_model.Session.add(request)
        ckan_model.Session.flush()
        found = [line for line in grandfathered.breaches() if str(request.number) in line]
        ckan_model.Session.rollback()
        assert len(found) == 1

    def test_a_change_goes_all_the_way(
        self, portal: Portal, on: takeover.Outcome, app: Any
    ) -> None:
        request = call("steward", "indep_request_open", id="potholes")
        token = factories.APIToken(user="steward")["token"]
        page = app.get(f"/dataset/edit/{request['workspace_id']}", headers={"Authorization": token})
        # The form hands on what the schema has no field for.
        assert 'name="extras__0__key" value="survey_year"' in page.body
        author = re.search(r'<input [^>]*name="author"[^>]*>', page.body)
        assert author
        assert 'value="Street crew"' in author[0]
        workspace = call("steward", "package_show", id=request["workspace_id"])
        assert len(workspace["notes"]) > 40_000
        with pytest.raises(tk.ValidationError) as refused:
            call("steward", "indep_request_submit", id=request["id"])
        assert {"notes", "license_id", "contact_email", "theme"} <= set(refused.value.error_dict)
        call(
            "steward",
            "package_patch",
            id=request["workspace_id"],
            notes="One row for each repair, says the canary.",
            license_id="cc-zero",
            contact_email="works@example.gov",
            access_level="public",
            theme=["streets-transportation"],
            update_frequency="R/P1M",
            steward="canary-steward",
            classification="public",
            pii_reviewed="none-found",
            retention="canary-retention",
        )
        call("steward", "indep_request_submit", id=request["id"], checklist=CHECKLIST)
        shown = call("owner", "indep_request_show", id=request["id"])
        assert {change["field"] for change in shown["changes"]} >= {"notes", "license_id"}
        assert "extras" not in {change["field"] for change in shown["changes"]}
        scanning.scan_now(shown["revision_id"])
        decision = {"id": request["id"], "revision_id": shown["revision_id"]}
        # Its description names an author with an e-mail address.
        call("owner", "indep_scan_answer", reason="They are an office's.", **decision)
        call("owner", "indep_request_decide", **decision)
        for member in MEMBERS[:2]:
            call(member, "indep_request_vote", ballot="for", **decision)
        after = shown_now()["packages"]["potholes"]
        before = portal.before["seen"]["packages"]["potholes"]
        assert after["fields"]["license_id"] == "cc-zero"
        for kept in ("survey_year", "author", "contact_name", "tags", "groups", "url", "version"):
            assert after["fields"][kept] == before["fields"][kept]
        for kept in ("id", "rows", "columns", "bytes"):
            assert after["resources"][0][kept] == before["resources"][0][kept]
        assert list(verify.breaches()) == []
        assert [v["version"] for v in call("", "indep_publication_history", id="potholes")] == [
            2,
            1,
        ]


class TestOff:
    def test_plain_ckan_shows_strangers_the_same(self, off: Off) -> None:
        assert seen.differences(off.governed, off.found["seen"]) == []

    @pytest.mark.parametrize("name", HIDDEN)
    def test_drafts_are_as_they_were(self, portal: Portal, off: Off, name: str) -> None:
        before, after = portal.before["packages"][name], off.found["packages"][name]
        assert (after["id"], after["state"]) == (before["id"], before["state"])
        assert after["private"] or after["state"] == "deleted"

    def test_the_history_of_plain_ckan_is_there(self, portal: Portal, off: Off) -> None:
        assert off.found["activities"] >= portal.before["activities"] > 0

    def test_the_guards_are_off_and_it_is_said(self, off: Off) -> None:
        assert off.outcome["guards"] > 0
        assert not guard_switch.are_on()
        assert "the database's guards are switched off" in list(verify.breaches())

    def test_again_it_finds_nothing_to_do(self, off: Off) -> None:
        assert set(off.repeated.values()) == {0}


class TestAgain:
    def test_what_plain_ckan_shows_counts_as_released(self, again: Again) -> None:
        assert again.outcome.moved == 1
        lines = seen.differences(again.stock["seen"], shown_now())
        assert [line.split(":")[0] for line in lines] == ["/packages/newcomer/fields/title"]
        assert list(verify.breaches()) == []

    def test_what_changed_has_one_more_version(self, again: Again) -> None:
        assert len(call("", "indep_publication_history", id="potholes")) == 3
        publication = ckan_model.Session.get(Publication, package_id("potholes"))
        assert publication
        revision = ckan_model.Session.get(Revision, publication.revision_id)
        assert revision
        assert revision.content["steward"] == "canary-steward"

    def test_what_was_deleted_is_taken_down(self, portal: Portal, again: Again) -> None:
        publication = ckan_model.Session.get(Publication, portal.before["packages"]["nobody"]["id"])
        assert publication
        assert publication.state == "withdrawn"

    def test_a_draft_that_was_published_needs_no_request(
        self, portal: Portal, again: Again
    ) -> None:
        assert request_for(portal, "draft-plan").state == "withdrawn"
        assert not seen.is_hidden("draft-plan")

    def test_the_other_draft_is_hidden_again(self, portal: Portal, again: Again) -> None:
        request = request_for(portal, "private-plan")
        assert request.state == "draft"
        assert seen.is_hidden("private-plan")
        assert seen.is_hidden(request.workspace_id)
        shown = call("steward", "package_show", id=request.workspace_id)
        assert shown["notes"] == "The parrot goes on."

    def test_off_for_good(self, portal: Portal, again: Again, cli: Any, tmp_path: Path) -> None:
        folder = tmp_path / "kept"
        result = cli.invoke(
            ckan_command,
            ["indep", "turn-off", "--drop-tables", "--export", str(folder), "--as", "owner"],
        )
        assert result.exit_code == 0, result.output
        kept = (folder / "audit.jsonl").read_text("utf-8")
        assert kept.count('"event": "grandfathered"') == 6
        assert '"event": "turned_off"' in kept
        assert (folder / "indep_revision.jsonl").stat().st_size > 40_000
        result = cli.invoke(ckan_command, ["indep", "turn-off", "--export", str(folder)])
        assert "nothing to turn off" in result.output
