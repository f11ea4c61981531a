"""The steward's forms, as a browser without scripts sees them."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories, helpers


@pytest.fixture
def steward(clean_db: None) -> dict[str, Any]:
    """A user who edits for one department, which has a contact of its own."""
    user = factories.UserWithToken()
    factories.Organization(
        title="Community Development",
        users=[{"name": user["name"], "capacity": "editor"}],
        extras=[
            {"key": "contact_name", "value": "O'Hara & Data Office"},
            {"key": "contact_email", "value": "data@example.org"},
        ],
    )
    return user


@pytest.fixture
def browse(app: Any, steward: dict[str, Any]):
    """Get or post a page as the steward; returns the parsed page."""
    headers = {"Authorization": steward["token"]}

    def run(url: str, form: dict[str, Any] | None = None) -> BeautifulSoup:
        if form is None:
            answer = app.get(url, headers=headers, status=200)
        else:
            answer = app.post(url, data=form, headers=headers, status=200)
        return BeautifulSoup(answer.body, "html.parser")

    return run


def value_of(page: BeautifulSoup, field: str) -> str | None:
    control = page.find(id=f"field-{field}")
    assert control, field
    chosen = control.find("option", selected=True) if control.name == "select" else control
    return chosen["value"] if chosen else None  # type: ignore[index]


def answers(page: BeautifulSoup) -> dict[str, Any]:
    """What a browser sends when the dataset's form is saved as a draft."""
    form = page.find(id="dataset-edit")
    assert form
    found: dict[str, Any] = {"_ckan_phase": "dataset_new_1", "save": "go-metadata-preview"}
    for control in form.find_all(["input", "textarea"]):
        if control.get("type") == "checkbox" and not control.has_attr("checked"):
            continue
        found[str(control["name"])] = control.get("value", control.text)
    for control in form.find_all("select"):
        chosen = control.find("option", selected=True)
        found[str(control["name"])] = chosen["value"] if chosen else ""
    return found


def title_of(draft: dict[str, Any]) -> str:
    return helpers.call_action("package_show", id=draft["id"], use_cache=False)["title"]


@pytest.mark.usefixtures("with_plugins", "clean_index")
@pytest.mark.parametrize("package_type", ["dataset", "measure"])
class TestNew:
    def test_every_control_has_a_label(self, browse, package_type: str):
        form = browse(f"/{package_type}/new").find(id="dataset-edit")
        labelled = {label["for"] for label in form.find_all("label")}
        controls = form.find_all(["input", "select", "textarea"])
        shown = [each for each in controls if each.get("type") != "hidden"]
        assert shown
        assert {each["id"] for each in shown} <= labelled

    def test_every_description_points_to_something(self, browse, package_type: str):
        page = browse(f"/{package_type}/new")
        for each in page.find_all(attrs={"aria-describedby": True}):
            for target in each["aria-describedby"].split():
                assert page.find(id=target), target

    def test_publishing_is_not_a_matter_of_this_form(self, browse, package_type: str):
        form = browse(f"/{package_type}/new").find(id="dataset-edit")
        assert not form.find_all(attrs={"name": ["private", "state"]})
        assert "Publish" not in " ".join(each.text for each in form.find_all("button"))

    def test_internal_answers_are_marked(self, browse, package_type: str):
        page = browse(f"/{package_type}/new")
        legend = page.find(id="field-steward").find_parent("fieldset").find("legend")
        assert legend.text == "Internal: never published"

    def test_starts_with_the_contact_of_the_department(self, browse, package_type: str):
        page = browse(f"/{package_type}/new")
        assert value_of(page, "contact_name") == "O'Hara & Data Office"
        assert value_of(page, "contact_email") == "data@example.org"

    def test_an_error_leads_to_its_field_and_keeps_the_answers(self, browse, package_type: str):
        form = {"title": "", "contact_name": "<b>Team</b>", "save": "draft", "_ckan_phase": ""}
        page = browse(f"/{package_type}/new", form)
        summary = page.find(class_="indep-error-summary")
        assert summary.find("a", href="#field-title")
        assert page.find(id="field-title")["aria-invalid"] == "true"
        assert value_of(page, "contact_name") == "<b>Team</b>"

    def test_a_title_is_enough_for_a_draft(self, browse, package_type: str):
        page = browse(
            f"/{package_type}/new", {"title": "Trees", "save": "draft", "_ckan_phase": ""}
        )
        assert "Trees" in page.find("h1").text


@pytest.mark.usefixtures("with_plugins", "clean_index")
class TestDraft:
    @pytest.fixture
    def draft(self, steward: dict[str, Any]) -> dict[str, Any]:
        return helpers.call_action(
            "package_create",
            {"user": steward["name"], "ignore_auth": False},
            title="Trees",
            theme=["environment"],
            references=["https://example.org/a", "https://example.org/b"],
        )

    def test_its_form_shows_what_was_saved(self, browse, draft: dict[str, Any]):
        page = browse(f"/dataset/edit/{draft['name']}")
        assert value_of(page, "title") == "Trees"
        assert page.find(id="field-theme-environment").has_attr("checked")
        assert page.find(id="field-references").text.split() == draft["references"]

    def test_two_who_save_it_at_once_undo_nothing_unnoticed(self, browse, draft: dict[str, Any]):
        address, first = f"/dataset/edit/{draft['name']}", "Trees along streets"
        mine, theirs = answers(browse(address)), answers(browse(address))
        browse("/dataset/new", {**theirs, "title": first, "notes": ""})
        refused = browse("/dataset/new", {**mine, "title": "", "notes": "All of them"})
        assert title_of(draft) == first
        told = refused.find("a", href="#field-title").text
        assert f"it now says “{first}”" in told
        assert not refused.find("a", href="#field-notes")
        assert value_of(refused, "title") == ""
        again = {**answers(refused), "title": "Trees in parks"}
        browse("/dataset/new", again)
        assert title_of(draft) == "Trees in parks"

    def test_an_error_of_another_kind_forgets_nothing(self, browse, draft: dict[str, Any]):
        address = f"/dataset/edit/{draft['name']}"
        mine, theirs = answers(browse(address)), answers(browse(address))
        wrong = browse("/dataset/new", {**mine, "title": ""})
        browse("/dataset/new", {**theirs, "title": "Theirs"})
        browse("/dataset/new", {**answers(wrong), "title": "Mine"})
        assert title_of(draft) == "Theirs"

    @pytest.mark.parametrize("marks", ["", "title", "title=x=y  =", "ü" * 5000], ids=range(4))
    def test_nonsense_for_marks_is_refused_or_nothing(self, browse, draft, marks: str):
        form = {**answers(browse(f"/dataset/edit/{draft['name']}")), "title": "Other"}
        browse("/dataset/new", {**form, "indep_seen": marks})
        assert title_of(draft) in ("Trees", "Other")

    def test_a_character_no_database_keeps_is_refused(self, app: Any, browse, steward, draft):
        form = {**answers(browse(f"/dataset/edit/{draft['name']}")), "title": "Other"}
        headers = {"Authorization": steward["token"]}
        app.post("/dataset/new", data={**form, "indep_seen": "\0"}, headers=headers, status=400)
        assert title_of(draft) == "Trees"

    def test_its_identifier_stays(self, steward: dict[str, Any], draft: dict[str, Any]):
        changed = helpers.call_action(
            "package_patch",
            {"user": steward["name"], "ignore_auth": False},
            id=draft["id"],
            title="All trees",
            identifier="indep-mine",
        )
        assert changed["identifier"] == draft["identifier"]

    def test_a_file_needs_a_file_or_a_link(self, browse, draft: dict[str, Any]):
        form = {"id": "", "url": "", "name": "Trees", "save": "again"}
        page = browse(f"/dataset/{draft['name']}/resource/new", form)
        assert page.find(class_="indep-error-summary").find("a", href="#field-url")
