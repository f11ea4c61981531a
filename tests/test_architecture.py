"""Who may know whom, and a few habits, checked from the syntax trees.

Each table below is a rule of the design. An exception stands in it with its reason; a new one
fails until somebody has written down why it must be.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli

from tests.tools.pure import PURE
from tests.tools.source import REPOSITORY, Module, calls, matching, modules

SHARED = {
    "callers", "city_time", "config", "db", "errors", "events", "ics", "outage", "own_tables",
    "refusals", "spreadsheet", "waking",
}  # fmt: skip

# domain -> the domains and shared modules that it may import, besides itself
MAY_KNOW: dict[str, set[str]] = {
    "schema": {"errors", "config"},
    "tabular": SHARED | {"schema"},
    # It finds personal data in values; whose they are it does not ask.
    "privacy": {"errors", "db", "events", "tabular"},
    "governance": SHARED | {"schema", "privacy"},
    # It meets, and brings what was voted to governance.
    "committee": SHARED | {"schema", "governance"},
    # What late is, it asks the same rule as the dataset's page.
    "inventory": SHARED | {"schema", "freshness"},
    # Its uploads are read as all uploaded tables are.
    "insight": SHARED | {"schema", "tabular"},
    "catalog": SHARED | {"schema"},
    # It reads files as uploads are read, and changes datasets by actions only.
    "connectors": {"errors", "tabular"},
    # It fills the city through the services of each domain, as its staff would.
    "sample": SHARED | {"schema", "tabular", "privacy", "governance", "insight"},
}

# (module, what it imports) that the table above does not allow -> why it must
EXCEPTIONS = {
    ("governance.cli", "tabular.jobs"): "`ckan indep tick` does what is due in every domain",
}

# Modules of the plugin `indep` that put the domains together.
COLLECTORS = {
    "cli": "one command line for all domains",
    "models": "one Alembic chain for all domains",
}

IMPURE_PACKAGES = {"ckan", "ckanapi", "ckanext", "flask", "psycopg2", "redis", "requests"} | {
    "alembic",
    "sqlalchemy",
}

# Inside a domain each layer knows those below it only, and all know the pure modules. What is
# not named here is a service.
LAYERS = {
    "plugin": 5,
    "parts": 4,
    "views": 3,
    "cli": 3,
    "helpers": 3,
    "subscriptions": 3,
    "logic": 2,
    "model": 0,
}
SERVICE = 1

# module -> why it acts without asking what the person may do
IGNORES_AUTH = {
    "catalog.reading": "sets it to False, to read as an anonymous visitor",
    "governance.adoption.portal_survey": "tells the operator what fields lack; nobody is signed in",
    "governance.drafting.freeze": "sees and checks what there is to freeze, whoever submits",
    "governance.drafting.workspace": "makes the workspace, hidden, after the request's own check",
    "governance.drafting.workspace_content": "writes what was merged, after the request's check",
    "governance.handlers": "indexes what the outbox names; nobody is signed in there",
    "governance.logic.guards.tables": "reads the table of a workspace, after its check",
    "governance.publishing.release": "writes the live package, which nobody may edit directly",
    "governance.submission.submitting": "asks whether each file became a table, whoever submits",
    "insight.cli": "the operator of the command line has no account",
    "insight.listing": "sets it to False, to read as an anonymous visitor",
    "sample.load": "makes the first accounts, when there is nobody yet",
    "schema.logic.system": "reads it: a value only the portal sets is taken from the portal only",
    "tabular.service": "the worker loads a table for nobody in particular",
}

# module -> why it puts names into statements, where a bound parameter cannot stand
WRITES_STATEMENTS = {
    "governance.adoption.guard_switch": "switches triggers, whose quoted names the database gave",
    "governance.model": "the condition of an index, made of the names of the states",
    "governance.tables": "renames and drops DataStore tables, whose quoted names are resource ids",
    "tabular.store": "makes and exchanges DataStore tables, whose quoted names are resource ids",
}

# model -> the modules that make, change or delete its rows by statements
WRITERS: dict[str, set[str]] = {
    "governance.model.PolicyVersion": {"governance.policies"},
    "governance.model.Appointment": {"governance.appointments"},
    "governance.model.ChangeRequest": {
        "governance.adoption.hidden_drafts",
        "governance.adoption.takeover",
        "governance.drafting.workspace",
    },
    "governance.model.Contributor": {"governance.drafting.workspace"},
    "governance.model.Revision": {
        "governance.adoption.takeover",
        "governance.emergency.rolling_back",
        "governance.submission.submitting",
    },
    "governance.model.Ballot": {"governance.approving.ballots"},
    "governance.model.Comment": {"governance.review.deciding"},
    "governance.model.Condition": {"governance.review.conditioning"},
    "governance.model.ConditionMark": {"governance.review.conditioning"},
    "governance.model.Delegation": {"governance.review.delegations"},
    "governance.model.DelegationEnd": {"governance.review.delegations"},
    "governance.model.Checklist": {"governance.submission.checklist"},
    "governance.model.Publication": {
        "governance.publishing.release",
        "governance.adoption.takeover",
    },
    "governance.model.TableDiff": {"governance.comparing.table_diff"},
    "governance.model.WorkspaceResource": {
        "governance.drafting.workspace",
        "governance.drafting.workspace_content",
        "governance.files",
        "governance.handlers",
    },
    "governance.model.Blob": {"governance.files", "governance.adoption.stock_files"},
    "governance.model.ResourceFile": {
        "governance.drafting.workspace_content",
        "governance.files",
        "governance.handlers",
        "governance.publishing.release",
    },
    "governance.model.Event": {"governance.audit"},
    "governance.model.Outbox": {"governance.outbox"},
    "governance.model.Ratification": {"governance.emergency.ratifying"},
    "governance.model.RatificationBallot": {"governance.emergency.ratifying"},
    "governance.maintenance.model.Attestation": {"governance.maintenance.attesting"},
    "governance.maintenance.model.Reminder": {"governance.maintenance.reminding"},
    "governance.maintenance.model.Message": {
        "governance.maintenance.inbox",
        "governance.notifications",
    },
    "governance.maintenance.model.MailPreference": {"governance.maintenance.inbox"},
    "committee.model.Meeting": {"committee.service"},
    "committee.model.AgendaItem": {"committee.service"},
    "committee.model.Attendance": {"committee.service"},
    "committee.model.Minutes": {"committee.service"},
    "insight.model.Version": {"insight.service"},
    "insight.model.Observation": {"insight.service"},
    "insight.model.TargetVersion": {"insight.service"},
    "insight.model.Baseline": {"insight.service"},
    "insight.model.Commentary": {"insight.service"},
    "insight.model.ReportingCycle": {"insight.service"},
    "insight.meetings.model.PerformanceMeeting": {"insight.meetings.service"},
    "insight.meetings.model.AgreedAction": {"insight.meetings.service"},
    "insight.meetings.model.ActionMark": {"insight.meetings.service"},
    "insight.uploads.model.HistoryUpload": {"insight.uploads.records"},
    "insight.pictures.model.ChartPicture": {"insight.pictures.stored"},
    "insight.report.model.Report": {"insight.report.stored"},
    "insight.reporting.model.SignOff": {"insight.reporting.service"},
    "insight.suggestions.model.Suggestion": {"insight.suggestions.service"},
    "insight.suggestions.model.SuggestionDecision": {"insight.suggestions.service"},
    "insight.suggestions.model.SuggestionDrawing": {"insight.suggestions.stored"},
    "insight.targets.model.Decision": {"insight.targets.service"},
    "insight.targets.model.Proposal": {"insight.targets.service"},
    "inventory.model.Holding": {"inventory.holdings"},
    "inventory.model.HoldingVersion": {"inventory.holdings"},
    "inventory.model.DataRequest": {"inventory.data_requests"},
    "inventory.model.Answer": {"inventory.data_requests"},
    "inventory.model.Second": {"inventory.data_requests"},
    "inventory.model.RequestEvent": {"inventory.data_requests"},
    "privacy.model.Scan": {"privacy.records"},
    "model.EndedSession": {"sessions"},
    "tabular.model.TableLoad": {"tabular.records"},
}

# Files whose public functions a blanket of CKAN puts into a global registry.
BLANKETED = {"action", "auth", "cli", "helpers", "validators", "views"}
LONGEST_FILE = 500
LONGEST_PLUGIN = 100

Edge = tuple[str, str]


def _edges() -> Iterator[tuple[Module, Module]]:
    """Each of our modules with each of ours that it imports, packages left out."""
    for module in modules().values():
        for name in sorted(module.own_imports):
            imported = modules()[name]
            if imported.path.name != "__init__.py":
                yield module, imported


def _of(module: Module) -> str:
    """What a rule calls a module: its domain, or its own name where it has none."""
    return module.domain or module.name


class TestDomains:
    def test_each_knows_only_those_it_may(self) -> None:
        strangers: list[Edge] = []
        for module, imported in _edges():
            if not module.domain or module.domain == imported.domain:
                continue
            allowed = _of(imported) in MAY_KNOW[module.domain]
            if not allowed and (module.name, imported.name) not in EXCEPTIONS:
                strangers.append((module.name, imported.name))
        assert strangers == []

    def test_the_core_knows_the_schema_and_the_tables_only(self) -> None:
        """Home page, search and the plugin `indep` stand without the other plugins."""
        strangers = [
            (module.name, imported.name)
            for module, imported in _edges()
            if not module.domain
            and module.name not in COLLECTORS
            and imported.domain not in {"", "schema", "tabular"}
        ]
        assert strangers == []

    def test_the_shared_modules_know_only_each_other(self) -> None:
        strangers = [
            (module.name, imported.name)
            for module, imported in _edges()
            if module.name in SHARED and imported.name not in SHARED
        ]
        assert strangers == []

    def test_each_exception_is_still_needed(self) -> None:
        present = {(module.name, imported.name) for module, imported in _edges()}
        assert set(EXCEPTIONS) - present == set()

    def test_each_domain_has_its_rule(self) -> None:
        assert {module.domain for module in modules().values()} - {""} == set(MAY_KNOW)

    def test_nothing_is_imported_in_a_circle(self) -> None:
        left = {name: set(module.own_imports) for name, module in modules().items()}
        while True:
            ready = {name for name, needed in left.items() if not needed & set(left)}
            if not ready:
                break
            left = {name: needed for name, needed in left.items() if name not in ready}
        assert sorted(left) == []


class TestLayers:
    def test_each_layer_knows_those_below_it_only(self) -> None:
        pure = {module.name for module in matching(*PURE)}
        upwards = [
            (module.name, imported.name)
            for module, imported in _edges()
            if module.domain == imported.domain != ""
            and imported.name not in pure
            and _layer(imported) > _layer(module)
        ]
        assert upwards == []

    def test_nobody_imports_a_plugin_or_views(self) -> None:
        reached = [
            (module.name, imported.name)
            for module, imported in _edges()
            if imported.path.stem.rpartition("_")[2] in {"plugin", "views"}
            and module.path.stem not in {"parts", "plugin"}
        ]
        assert reached == []


def _layer(module: Module) -> int:
    """By the outermost folder that has a layer, or else the file; `logic/` is one layer."""
    parts = module.name.removeprefix(f"{module.domain}.").split(".")
    kinds = (part.rpartition("_")[2] for part in parts)
    return next((LAYERS[kind] for kind in kinds if kind in LAYERS), SERVICE)


class TestPureModules:
    @pytest.mark.parametrize("module", matching(*PURE), ids=lambda module: module.name)
    def test_it_knows_neither_ckan_nor_a_database(self, module: Module) -> None:
        assert module.foreign_imports & IMPURE_PACKAGES == set()
        pure = {other.name for other in matching(*PURE)}
        impure = {
            name for name in module.own_imports - pure if modules()[name].path.name != "__init__.py"
        }
        assert impure == set()

    def test_those_that_are_typed_strictly_are_pure(self) -> None:
        settings = tomli.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
        pure = {module.path for module in matching(*PURE)}
        for entry in settings["tool"]["pyright"]["strict"]:
            path = REPOSITORY / entry
            files = [p for p in path.rglob("*.py") if p.stem != "__init__"] or [path]
            assert set(files) <= pure, f"{entry} is typed strictly but not among PURE"


class TestPermissions:
    def test_each_place_that_ignores_them_has_its_reason(self) -> None:
        places = {
            name
            for name, module in modules().items()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Constant) and node.value == "ignore_auth"
        }
        assert places == set(IGNORES_AUTH)


class TestStatements:
    """Of SQLAlchemy's ``text()`` and ``DDL()``: parameters are bound, never written into SQL."""

    def test_nothing_is_put_into_their_text(self) -> None:
        places = {name for name, module in modules().items() if _has_made_up_sql(module.tree)}
        assert places == set(WRITES_STATEMENTS)


def _has_made_up_sql(tree: ast.Module) -> bool:
    """Whether SQLAlchemy's ``text`` or ``DDL`` gets anything but a plain literal."""
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    aliases = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
    }
    for name, call in calls(tree):
        if name not in {"text", "DDL"} or not call.args:
            continue
        if isinstance(call.func, ast.Attribute):
            of_sqlalchemy = isinstance(call.func.value, ast.Name) and call.func.value.id in {
                "sa",
                "sqlalchemy",
            }
        else:
            of_sqlalchemy = name in aliases and name not in own
        if of_sqlalchemy and not isinstance(call.args[0], ast.Constant):
            return True
    return False


class TestWriters:
    def test_each_table_has_its_writers(self) -> None:
        found: dict[str, set[str]] = {model: set() for model in _models()}
        for name, module in modules().items():
            for model in _written(module):
                found[model].add(name)
        assert found == WRITERS


def _models() -> list[str]:
    return [
        f"{module.name}.{node.name}"
        for module in modules().values()
        if module.path.stem == "model"
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
    ]


def _written(module: Module) -> Iterator[str]:
    """Models of which a module makes rows, or that it hands to INSERT, UPDATE or DELETE."""
    known = {
        model: model.rpartition(".")[2]
        for model in _models()
        if f"ckanext.indep.{model}" in module.imports
    }
    for name, call in calls(module.tree):
        first = call.args[0] if call.args else None
        handed = first.id if isinstance(first, ast.Name) else ""
        for model, local in known.items():
            if name == local or (name in {"insert", "update", "delete"} and handed == local):
                yield model


class TestHabits:
    def test_what_a_blanket_takes_says_what_it_offers(self) -> None:
        silent = [
            name
            for name, module in modules().items()
            if module.path.stem in BLANKETED and not _has_all(module.tree)
        ]
        assert silent == []

    def test_only_the_sample_sets_the_clock(self) -> None:
        """What happened is dated by the real one, so nothing else may even name it."""
        setters = {
            name
            for name, module in modules().items()
            if "set_to(" in module.path.read_text("utf-8")
        }
        assert {name.partition(".")[0] for name in setters} == {"city_time", "sample"}

    def test_plugins_stay_thin(self) -> None:
        thick = {
            name: lines
            for name, module in modules().items()
            if module.path.stem == "plugin"
            and (lines := len(module.path.read_text("utf-8").splitlines())) > LONGEST_PLUGIN
        }
        assert thick == {}

    def test_no_file_is_long(self) -> None:
        long = {
            str(path.relative_to(REPOSITORY)): lines
            for path in _python_files()
            if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
        }
        assert long == {}


def _has_all(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)
        for node in tree.body
    )


def _python_files() -> list[Path]:
    folders = ("bench", "ckanext", "docs", "stack", "tests")
    return [path for folder in folders for path in (REPOSITORY / folder).rglob("*.py")]
