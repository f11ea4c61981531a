"""``ckan indep connect``: bring a source's rows into a change request."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import click

from ckanext.indep.connectors import base, quarantine, refresh
from ckanext.indep.connectors.quarantine import Harvest
from ckanext.indep.errors import IndepError

__all__ = ["connect"]

_REJECTED_SHOWN = 20


@click.command()
@click.argument("connector")
@click.option("--dataset", required=True, help="Name of the released dataset.")
@click.option("--resource", required=True, help="Name of the file in it.")
@click.option("--user", required=True, help="Account of the steward who opens the request.")
@click.option("--set", "pairs", multiple=True, help="A setting of the connector, as NAME=VALUE.")
def connect(connector: str, dataset: str, resource: str, user: str, pairs: tuple[str, ...]) -> None:
    """Read a source by CONNECTOR and propose its rows as the new content of a file.

    Opens a change request and leaves it as a draft for the steward to submit. Does nothing
    where the public file is the same already.
    """
    try:
        harvest = quarantine.harvest(base.fetch(connector, _settings(pairs)))
        _report(harvest)
        request = refresh.propose(harvest, dataset, resource, user)
    except (IndepError, OSError, UnicodeError) as error:
        raise _refused(str(error)) from error
    except tk.ObjectNotFound as error:
        raise _refused(f"There is no dataset “{dataset}” that “{user}” can see.") from error
    except tk.NotAuthorized as error:
        raise _refused(error.message or f"“{user}” may not change “{dataset}”.") from error
    except tk.ValidationError as error:
        raise _refused("; ".join(_sentences(error))) from error
    if request is None:
        click.echo("The public file is the same already; nothing was done.")
        return
    click.secho(f"Opened request {request['number']} as a draft for {user} to submit.", fg="green")


def _settings(pairs: tuple[str, ...]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"“{pair}” is not NAME=VALUE.", param_hint="--set")
        settings[name] = value
    return settings


def _report(harvest: Harvest) -> None:
    click.echo(f"{len(harvest.rows)} good rows, {len(harvest.rejected)} rejected.")
    for rejected in harvest.rejected[:_REJECTED_SHOWN]:
        click.echo(f"Line {rejected.line}: {rejected.reason}")
    left = len(harvest.rejected) - _REJECTED_SHOWN
    if left > 0:
        click.echo(f"… and {left} more.")


def _sentences(error: tk.ValidationError) -> list[str]:
    """Everything that CKAN finds wrong, each with the field that it is about."""
    return [f"{field}: {text}" for field, text in error.error_summary.items()]


def _refused(reason: str) -> click.Abort:
    tk.error_shout(reason)
    return click.Abort()
