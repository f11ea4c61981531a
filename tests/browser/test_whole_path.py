"""One dataset all the way: a steward's draft, the decisions, a resident's download."""

from __future__ import annotations

import json
import random
import string
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from ckanapi import RemoteCKAN
from playwright.sync_api import Page, expect

from ckanext.indep.catalog.validation import DCAT_US_1_1, validator
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser


def _fetch(address: str) -> tuple[int, str]:
    """Return status and text of an address, as a stranger gets them."""
    from urllib.error import HTTPError

    try:
        with urlopen(Request(address)) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


class TestWholePath:
    """Without JavaScript all the way: every step is a plain form."""

    def test_from_draft_to_resident_and_back(
        self, open_page: OpenPage, url: str, tmp_path: Path
    ) -> None:
        word = "zebrafish" + "".join(random.choices(string.ascii_lowercase, k=8))
        steward = open_page("steward", javascript=False)
        workspace, number = self._draft(steward, word, tmp_path)
        self._stranger_finds_nothing(url, word, workspace)
        self._submit(steward, number)
        self._stranger_finds_nothing(url, word, workspace)
        self._approve(open_page, number)
        name = self._resident_finds_it(open_page(javascript=False), word)
        self._harvesters_find_it(url, name, word)
        self._an_edit_stays_hidden(open_page, steward, url, name, word)

    def _draft(self, page: Page, word: str, folder: Path) -> tuple[str, int]:
        page.goto("/dataset/new")
        page.fill("#field-title", f"Street lamps {word}")
        page.select_option("select[name=owner_org]", label="City Manager")
        page.get_by_role("button", name="Save draft and add files").click()
        workspace = page.url.split("/dataset/")[1].split("/")[0]
        file = folder / "lamps.csv"
        file.write_text("lamp_id,zip,working\n007,02116,yes\n008,64050,no\n")
        page.set_input_files("input[type=file]", str(file))
        page.fill("#field-name", "Lamps")
        page.get_by_role("button", name="Save this file").click()
        page.goto(f"/dataset/edit/{workspace}")
        page.fill("#field-notes", f"One row for each street lamp. {word}")
        page.check("input[name=theme][value=streets-transportation]")
        page.fill("#field-tag_string", f"lamps,{word}")
        page.fill("#field-contact_name", "Action Center")
        page.fill("#field-contact_email", "311@example.org")
        page.select_option("#field-update_frequency", label="Every month")
        page.fill("#field-steward", f"canary-steward-{word}")
        page.select_option("#field-classification", "public")
        page.select_option("#field-pii_reviewed", "none-found")
        page.fill("#field-retention", "Three years")
        page.get_by_role("button", name="Save draft", exact=True).click()
        page.goto("/work")
        link = page.get_by_role("link", name=f"Street lamps {word}")
        number = int(link.get_attribute("href").rstrip("/").split("/")[-1])  # type: ignore[union-attr]
        return workspace, number

    def _submit(self, page: Page, number: int) -> None:
        """Submit; while the file is still being read, the page says so and keeps the draft."""
        page.goto(f"/request/{number}")
        for question in page.locator("select[name^=answer-]").all():
            question.select_option(index=1)
        page.get_by_role("button", name="Save the answers").click()
        for _ in range(30):
            page.goto(f"/request/{number}")
            page.get_by_role("button", name="Submit for review", exact=True).click()
            if page.get_by_text("With the data owner").count():
                return
            assert page.get_by_text("still being read").count(), page.inner_text("main")
            time.sleep(1)
        pytest.fail("the file was not read within 30 seconds")

    def _approve(self, open_page: OpenPage, number: int) -> None:
        owner = open_page("owner", javascript=False)
        owner.goto("/review")
        owner.get_by_role("link", name=f"{number}: ").click()
        owner.get_by_role("button", name="Approve").click()
        expect(owner.get_by_text("With the committee")).to_be_visible()
        for role in ("chair", "member"):
            voter = open_page(role, javascript=False)
            voter.goto(f"/request/{number}")
            voter.check("#ballot-for")
            voter.get_by_role("button", name="Record my vote").click()
        expect(voter.locator(".indep-lead").get_by_text("Released")).to_be_visible()

    def _stranger_finds_nothing(self, url: str, word: str, workspace: str) -> None:
        package = f"{url}/api/3/action/package_show?id={workspace}"
        assert _fetch(package)[0] == 404
        for path in (
            f"/dataset/?q={word}",
            f"/api/3/action/package_search?q={word}",
            f"/api/3/action/tag_autocomplete?query={word[:8]}",
            f"/api/3/action/resource_search?query=name:{word}",
            "/data.json",
            "/catalog.ttl",
            "/feeds/dataset.atom",
            "/sitemap.xml",
            f"/dataset/{workspace}",
            f"/dataset/{workspace}.ttl",
        ):
            status, text = _fetch(url + path)
            found = text.replace(f"q={word}", "").replace(f'value="{word}"', "")
            assert f"Street lamps {word}" not in found, path
            assert f"lamps,{word}" not in found, path
            assert status < 500, path

    def _resident_finds_it(self, page: Page, word: str) -> str:
        page.goto("/")
        page.fill("input[name=q]", word)
        page.press("input[name=q]", "Enter")
        expect(page.get_by_role("link", name=f"Street lamps {word}").first).to_be_visible()
        page.goto("/dataset/?sort=metadata_modified+desc")
        page.get_by_role("link", name="Streets and transportation").first.click()
        assert "vocab_indep_theme=streets-transportation" in page.url
        page.get_by_role("link", name=f"Street lamps {word}").first.click()
        name = page.url.rstrip("/").split("/")[-1].split("?")[0]
        expect(page.get_by_role("heading", level=1)).to_contain_text("Street lamps")
        expect(page.get_by_role("cell", name="02116")).to_be_visible()
        assert f"canary-steward-{word}" not in page.content()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download CSV").first.click()
        assert "007,02116" in Path(download.value.path()).read_text("utf-8-sig")
        page.get_by_text("columns explained").first.click()
        expect(page.get_by_role("rowheader", name="lamp_id").first).to_be_visible()
        return name

    def _harvesters_find_it(self, url: str, name: str, word: str) -> None:
        with RemoteCKAN(url) as remote:
            package = remote.action.package_show(id=name)
            assert remote.action.package_search(q=word)["count"] == 1
            rows = remote.action.datastore_search(resource_id=package["resources"][0]["id"])
        assert rows["total"] == 2
        assert f"canary-steward-{word}" not in json.dumps(package)
        status, text = _fetch(f"{url}/data.json")
        assert status == 200
        records = {r["identifier"]: r for r in json.loads(text)["dataset"]}
        record = records[package["identifier"]]
        assert record["title"] == package["title"]
        assert validator(DCAT_US_1_1).problems(record) == []

    def _an_edit_stays_hidden(
        self, open_page: OpenPage, steward: Page, url: str, name: str, word: str
    ) -> None:
        steward.goto(f"/dataset/{name}")
        steward.get_by_role("button", name="Propose a change").click()
        steward.fill("#field-notes", f"Rewritten completely. {word}")
        steward.get_by_role("button", name="Save draft", exact=True).click()
        steward.goto("/work")
        link = steward.get_by_role("link", name=f"Street lamps {word}").first
        number = int(link.get_attribute("href").rstrip("/").split("/")[-1])  # type: ignore[union-attr]
        self._submit(steward, number)
        assert "Rewritten" not in _fetch(f"{url}/dataset/{name}")[1]
        self._approve(open_page, number)
        assert "Rewritten" in _fetch(f"{url}/dataset/{name}")[1]
