"""Commands that turn governance on over an existing portal, and off again."""

from __future__ import annotations

from pathlib import Path

import ckan.model as ckan_model
import click
from ckan.cli.db import downgrade
from ckan.lib import search

from ckanext.indep.errors import IndepError
from ckanext.indep.governance.adoption import portal_survey, turning_off
from ckanext.indep.governance.adoption import takeover as service

__all__ = ["takeover", "turn_off"]


@click.command(short_help="Bring an existing portal under governance.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.option("--as", "user", metavar="USER", help="The user on whose word it is done.")
@click.option(
    "--department", metavar="NAME", help="The organization that answers for datasets without one."
)
def takeover(dry_run: bool, user: str | None, department: str | None) -> None:
    """Take every dataset that is public now as released, and every other one as a draft.

    Stop the web server and the worker first. The command may be stopped and run again.
    """
    actor = _actor(user, "ckan indep takeover")
    organization = _organization(department)
    found = portal_survey.survey()
    for note in portal_survey.notes(found):
        click.echo(f"note: {note}")
    if dry_run:
        click.echo(
            f"{len(found.public)} datasets would count as released, {len(found.hidden)} would "
            f"become drafts, {len(found.gone) + len(found.lost)} would be noted as ended, "
            f"{len(found.without_department)} have no department. Nothing was changed."
        )
        return
    try:
        done = service.take_over(actor, organization)
    except IndepError as error:
        ckan_model.Session.rollback()
        raise click.ClickException(error.message) from error
    click.echo(
        f"{done.released} datasets count as released, {done.drafts} became drafts, {done.ended} "
        f"were noted as ended, {done.files} files were stored, {done.moved} datasets changed "
        "meanwhile and were read again."
    )
    _rebuild_index()


@click.command("turn-off", short_help="Give back a plain CKAN.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.option(
    "--export",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for what only governance knows, as JSON lines.",
)
@click.option("--drop-tables", is_flag=True, help="Delete the records of governance as well.")
@click.option("--as", "user", metavar="USER", help="The user on whose word it is done.")
@click.pass_context
def turn_off(
    ctx: click.Context, dry_run: bool, folder: Path | None, drop_tables: bool, user: str | None
) -> None:
    """Switch the guards off and give files and drafts back to CKAN.

    Stop the web server and the worker first; take the plugins out of the settings afterwards.
    Nothing that was not approved becomes public. The command may be stopped and run again.
    """
    if not turning_off.has_tables():
        click.echo("Governance has no tables here, so there is nothing to turn off.")
        return
    if dry_run:
        now = turning_off.standing()
        click.echo(
            f"{now.public} datasets would stay public and {now.hidden} private, "
            f"{now.open_requests} open requests would leave private drafts, {now.waiting} pieces "
            f"of work are waiting. Governance is {'off already' if now.is_off else 'on'}. "
            "Nothing was changed."
        )
        return
    if folder is None:
        raise click.UsageError("Say where to keep what only governance knows: --export FOLDER")
    try:
        done = turning_off.turn_off(_actor(user, "ckan indep turn-off"))
    except IndepError as error:
        ckan_model.Session.rollback()
        raise click.ClickException(error.message) from error
    files = turning_off.export(folder)
    ckan_model.Session.rollback()
    click.echo(
        f"{done['files']} files and {done['drafts']} drafts were given back, {done['guards']} "
        f"guards switched off. {len(files)} files were written to {folder}."
    )
    if drop_tables:
        ctx.invoke(downgrade, version="base", plugin="indep")
    click.echo(
        "Now take the plugins out of ckan.plugins and the lines 'scheming.' out of the settings, "
        "then run: ckan search-index rebuild --clear"
    )


def _actor(user: str | None, command: str) -> str:
    """Return the id of the user on record, or the command's own name without one."""
    if not user:
        return command
    found = ckan_model.User.get(user)
    if found is None or found.state != "active":
        raise click.ClickException(f"There is no active user '{user}'.")
    return str(found.id)


def _organization(name: str | None) -> str | None:
    if not name:
        return None
    found = ckan_model.Group.get(name)
    if found is None or found.state != "active" or not found.is_organization:
        raise click.ClickException(f"There is no organization '{name}'.")
    return str(found.id)


def _rebuild_index() -> None:
    """Bring the search engine in line: it must forget the words of what is not public."""
    try:
        search.rebuild(force=True, defer_commit=True, quiet=True)
        search.commit()
    except search.SearchIndexError as error:
        raise click.ClickException(
            "The search engine does not answer. All else is done; before you start the web "
            "server run: ckan search-index rebuild"
        ) from error
    click.echo("The search index was rebuilt.")
