"""Command of the sample city."""

from __future__ import annotations

from pathlib import Path

import click

from ckanext.indep.errors import ConflictError
from ckanext.indep.sample.load import Accounts
from ckanext.indep.sample.load import load as load_city

__all__ = ["sample"]


@click.group(short_help="The sample city.")
def sample() -> None:
    """Load the sample city."""


@sample.command("load", short_help="Load what is missing of the sample city.")
@click.option(
    "--accounts",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for the demo accounts' names and passwords, as JSON.",
)
def load(accounts: Path | None) -> None:
    """Load departments, demo accounts, policy, datasets, measures, and what happened with them."""
    try:
        for line in load_city(Accounts(accounts)):
            click.echo(line)
    except ConflictError as error:
        raise click.ClickException(error.message) from error
