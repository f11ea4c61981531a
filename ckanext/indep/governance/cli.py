"""Commands of governance: policy, verification, audit log, and the regular tick."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path

import ckan.model as ckan_model
import click

from ckanext.indep import city_time, events
from ckanext.indep.errors import IndepError
from ckanext.indep.governance import audit as audit_log
from ckanext.indep.governance import audit_heads, outbox, policies
from ckanext.indep.governance import verify as checks
from ckanext.indep.governance.publishing import releasing
from ckanext.indep.tabular import jobs

__all__ = ["audit", "policy", "tick", "verify"]

log = logging.getLogger(__name__)


@click.group(short_help="The open data policy.")
def policy() -> None:
    """Load and show the open data policy."""


@policy.command("load", short_help="Put a policy in force.")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
def policy_load(file: Path | None) -> None:
    """Put the policy in FILE in force, or the one that ships with the extension."""
    text = file.read_text("utf-8") if file else policies.default_text()
    try:
        version = policies.load(text, "ckan indep policy load")
    except IndepError as error:
        raise click.ClickException(
            f"{error.message} The policy in force stays as it was."
        ) from error
    click.echo(f"Policy {version.id} is in force (sha256 {version.sha256}).")


@policy.command("show", short_help="Show the policy in force.")
def policy_show() -> None:
    """Print the policy in force as JSON."""
    try:
        version, _policy = policies.in_force()
    except IndepError as error:
        raise click.ClickException(error.message) from error
    click.echo(json.dumps(version.content, indent=2, ensure_ascii=False))


@click.command(short_help="Check what is public against what was decided.")
def verify() -> None:
    """Print one line for each breach of the portal's rule and exit with 1 if there is any."""
    breaches = list(checks.breaches())
    for breach in breaches:
        click.echo(breach)
    click.echo(f"{len(breaches)} breaches")
    sys.exit(1 if breaches else 0)


@click.group(short_help="The audit log.")
def audit() -> None:
    """Verify and export the audit log."""


@audit.command("verify", short_help="Check the hash chain.")
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the heads of earlier days: also check that nothing after them is gone.",
)
def audit_verify(heads: Path | None) -> None:
    """Print one line for each place where the chain does not hold; exit with 1 if any."""
    try:
        kept = audit_heads.read(heads) if heads else []
    except IndepError as error:
        raise click.ClickException(error.message) from error
    breaks = [*audit_log.breaks(), *audit_heads.missing(kept)]
    for line in breaks:
        click.echo(line)
    click.echo(f"{len(breaks)} breaks")
    sys.exit(1 if breaks else 0)


@audit.command("head", short_help="Print number and hash of the last event.")
def audit_head() -> None:
    """Print the head of the log as one line of JSON: keep it where the database is not."""
    head = audit_heads.present(city_time.today())
    if head is None:
        raise click.ClickException("The log is empty.")
    click.echo(json.dumps(asdict(head)))


@audit.command("export", short_help="Print the log as JSON lines.")
def audit_export() -> None:
    """Print each event as one line of JSON; the last line's hash stands for all before it."""
    for line in audit_log.lines():
        click.echo(line)


@click.command(short_help="Do what is due.")
def tick() -> None:
    """Do all work that is waiting; safe to run twice at once, or late."""
    failed = outbox.drain()
    late = releasing.release_waiting()
    tables = jobs.tick()
    broken = _tell_the_domains()
    click.echo(
        f"{outbox.waiting()} pieces of work are waiting, {failed} failed just now; "
        f"{late} approved requests released, {tables} files read."
    )
    sys.exit(1 if broken else 0)


def _tell_the_domains() -> int:
    """Send the signal to each domain by itself, so that one that fails stops no other."""
    broken = 0
    for receiver in events.tick.receivers_for(None):
        try:
            receiver(None)
        except Exception:
            log.exception("tick: %s failed; the next tick tries again", receiver)
            ckan_model.Session.rollback()
            broken += 1
    return broken
