"""The command `ckan indep`, put together from what each domain brings."""

from __future__ import annotations

import click

from ckanext.indep.connectors.cli import connect
from ckanext.indep.governance import cli as governance
from ckanext.indep.governance.adoption.takeover_cli import takeover, turn_off
from ckanext.indep.insight.cli import insight
from ckanext.indep.privacy.cli import scan
from ckanext.indep.sample.cli import sample

__all__ = ["indep"]


@click.group(short_help="The city's open data portal.")
def indep() -> None:
    """Commands of the city's open data portal."""


for command in (
    connect,
    governance.audit,
    governance.policy,
    governance.tick,
    governance.verify,
    insight,
    sample,
    scan,
    takeover,
    turn_off,
):
    indep.add_command(command)
