"""Writes docs/reference/ from the code: settings, actions, commands and routes.

Run it as ``python docs/generate.py`` after a change; tests/test_docs.py fails until then.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import yaml
from flask import Blueprint, Flask
from werkzeug.routing import Rule

REPOSITORY = Path(__file__).parents[1]
REFERENCE = REPOSITORY / "docs" / "reference"
PACKAGE = REPOSITORY / "ckanext" / "indep"

_NOTICE = "<!-- Made by docs/generate.py; changes here are lost. -->"
# title -> domain; the portal itself has its views beside its plugin
_DOMAINS = {
    "Portal": "",
    "Governance": "governance",
    "Committee": "committee",
    "Inventory": "inventory",
    "INsight": "insight",
    "Catalog": "catalog",
    "Uploaded tables": "tabular",
}
_FIELD = re.compile(r"^:(?P<kind>param|returns|raises)(?: (?P<name>\w+))?: (?P<words>.*)$")


def main() -> None:
    """Write each page of the reference."""
    REFERENCE.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")


def settings() -> str:
    """The page of the settings: those declared by the plugins, and those of CKAN they need."""
    from ckanext.indep.governance.requirements import (
        FORBIDDEN_PLUGINS,
        NEEDED_EMPTY,
        SETTINGS,
    )

    lines = ["# Settings", "", _NOTICE, ""]
    lines.append("All have a default. They go into the ini file of CKAN.")
    for path in sorted(PACKAGE.rglob("config_declaration.yaml")):
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
            lines += ["", f"## {group['annotation']}", "", *_table("setting", "default", "what")]
            lines += [_setting(option) for option in group["options"]]
    lines += ["", "## Settings of CKAN that the portal insists on", ""]
    lines += ["With other values, or with one of these plugins, it does not start.", ""]
    lines += _table("setting", "value", "otherwise")
    lines += [
        _row(f"`{key}`", f"`{str(needed).lower()}`", reason)
        for key, (needed, reason) in SETTINGS.items()
    ]
    lines += [_row(f"`{key}`", "empty", reason) for key, reason in NEEDED_EMPTY.items()]
    lines += [
        _row("`ckan.plugins`", f"without `{name}`", reason)
        for name, reason in FORBIDDEN_PLUGINS.items()
    ]
    return _page(lines)


def actions() -> str:
    """The page of the actions, from their docstrings."""
    lines = ["# Actions", "", _NOTICE, ""]
    lines += [
        "They are called at `/api/3/action/NAME` with a JSON object. Those marked GET change",
        "nothing and take their parameters from the query string as well. Who may call what:",
        "[roles.md](../roles.md).",
    ]
    lines += ["", "In the examples `<…>` stands for a part of an earlier answer. They are"]
    lines += ["two stories, [examples.yaml](../examples.yaml) and that of INsight,"]
    lines += ["[examples-insight.yaml](../examples-insight.yaml), which tests tell over the API."]
    examples = _examples()
    for title, functions in _actions().items():
        lines += ["", f"## {title}"]
        for name, function in functions:
            method = "GET, POST" if getattr(function, "side_effect_free", False) else "POST"
            lines += ["", f"### {name}", "", f"{method}. {_described(function)}"]
            if name in examples:
                lines += ["", "```json", examples[name], "```"]
    return _page(lines)


def commands() -> str:
    """The page of the commands below `ckan indep`."""
    from ckanext.indep.cli import indep

    lines = ["# Commands", "", _NOTICE, ""]
    lines.append("Each begins with `ckan -c FILE.ini`. The same help is printed with `--help`.")
    for path, command in _leaves(indep, ["indep"]):
        lines += ["", f"## {path}", "", _markdown(command.help or ""), ""]
        context = click.Context(command, info_name=path)
        lines += ["```", " ".join([path, *command.collect_usage_pieces(context)]), "```"]
        described = [p for p in command.params if isinstance(p, click.Option) and p.help]
        if described:
            lines += ["", *_table("option", "what")]
        lines += [_row(f"`{option.opts[0]}`", option.help or "") for option in described]
    return _page(lines)


def routes() -> str:
    """The page of the routes, from the blueprints and the docstrings of their views."""
    lines = ["# Routes", "", _NOTICE, ""]
    lines.append("`<…>` stands for a part of the address. CKAN's own routes are not listed.")
    for title, domain in _DOMAINS.items():
        rules = _rules(_views(domain))
        if rules:
            lines += ["", f"## {title}", "", *_table("address", "method", "what")]
        for rule, docstring in rules:
            methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            lines.append(_row(f"`{rule.rule}`", methods, _summary(docstring)))
    return _page(lines)


def _setting(option: dict[str, Any]) -> str:
    default = option.get("default", "")
    shown = str(default).lower() if isinstance(default, bool) else str(default)
    description = " ".join(option["description"].split())
    return _row(f"`{option['key']}`", f"`{shown}`" if shown else "", _markdown(description))


def _actions() -> dict[str, list[tuple[str, Callable[..., Any]]]]:
    """The actions by title: what modules of ``logic/`` offer, but for permissions and schemas,
    and what the parts of a domain do in a folder of their own."""
    found: dict[str, list[tuple[str, Callable[..., Any]]]] = {}
    for title, domain in _DOMAINS.items():
        modules = [m for m in _modules(domain, "logic/*.py") if not m.__name__.endswith("auth")]
        modules += _modules(domain, "*/action.py")
        offered = {
            name: getattr(module, name)
            for module in modules
            for name in getattr(module, "__all__", ())
            if name.startswith("indep_")
        }
        if offered and domain:
            found[title] = sorted(offered.items())
    return found


def _examples() -> dict[str, str]:
    """What the first call of each action sends, by the action."""
    stories = sorted((REPOSITORY / "docs").glob("examples*.yaml"))
    steps = [step for story in stories for step in yaml.safe_load(story.read_text("utf-8"))]
    found: dict[str, str] = {}
    for step in steps:
        if step.get("send"):
            sent = json.dumps(step["send"], ensure_ascii=False, default=str)
            found.setdefault(step["action"], re.sub(r'"\{(\w+)\}"', r'"<\1>"', sent))
    return found


def _views(domain: str) -> list[ModuleType]:
    """The modules with views: beside the plugin of a domain, in its folder of pages, or in the
    folders of its parts."""
    own = _modules(domain, "*views.py") + _modules(domain, "pages/*views.py")
    parts = _modules(domain, "*/*views.py") if domain else []
    return list(dict.fromkeys(own + parts))


def _modules(domain: str, pattern: str) -> list[ModuleType]:
    """The modules of a domain whose file matches; the portal itself is the domain ''."""
    return [
        importlib.import_module(
            "ckanext.indep." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        )
        for path in sorted((PACKAGE / domain).glob(pattern))
    ]


def _described(function: Callable[..., Any]) -> str:
    """A docstring as Markdown, its field list as a bulleted one."""
    text, fields = [], []
    target = text
    for line in (inspect.getdoc(function) or "").splitlines():
        match = _FIELD.match(line)
        if match:
            target = fields
            fields.append(f"- {_label(match)}: {match['words']}")
        elif target is fields:
            fields[-1] += f" {line.strip()}"
        else:
            text.append(line)
    return _markdown("\n".join([*text, *fields]).strip())


def _label(match: re.Match[str]) -> str:
    if match["kind"] == "param":
        return f"`{match['name']}`"
    return f"raises `{match['name']}`" if match["kind"] == "raises" else "returns"


def _leaves(command: click.Command, path: list[str]) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    for name, below in sorted(command.commands.items()):
        yield from _leaves(below, [*path, name])


def _rules(modules: list[ModuleType]) -> list[tuple[Rule, str]]:
    """The rules of the modules' blueprints with what says what they are for, by address."""
    app = Flask("reference", static_folder=None)
    for blueprint in (getattr(m, name) for m in modules for name in m.__all__):
        if isinstance(blueprint, Blueprint):
            app.register_blueprint(blueprint)
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    exports = _exports()
    return [
        (rule, exports.get(rule.rule) or inspect.getdoc(app.view_functions[rule.endpoint]) or "")
        for rule in rules
    ]


def _exports() -> dict[str, str]:
    """The docstrings of the modules that write the exports, by address."""
    from ckanext.indep.catalog.exporters import catalog_formats, dataset_formats

    formats = [*catalog_formats().values(), *dataset_formats().values()]
    return {form.path: sys.modules[form.build.__module__].__doc__ or "" for form in formats}


def _summary(docstring: str) -> str:
    """The first paragraph, without an address that it begins with."""
    paragraph = " ".join(docstring.split("\n\n")[0].split())
    words = re.sub(r"^``[^`]+``: ", "", paragraph)
    return _markdown(words[:1].upper() + words[1:])


def _markdown(text: str) -> str:
    return text.replace("``", "`").replace("“", '"').replace("”", '"')


def _table(*heads: str) -> list[str]:
    return [_row(*heads), "|---" * len(heads) + "|"]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _page(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings,
    "actions.md": actions,
    "cli.md": commands,
    "routes.md": routes,
}

if __name__ == "__main__":
    sys.path.insert(0, str(REPOSITORY))
    main()
