"""``ckan indep insight …``: publish quarters, compute derived measures, load a history."""

from __future__ import annotations

from typing import BinaryIO

import ckan.plugins.toolkit as tk
import click

from ckanext.indep.errors import IndepError
from ckanext.indep.insight import definition, derive, offline, periods, service
from ckanext.indep.insight.periods import Kind
from ckanext.indep.insight.pictures import making as pictures
from ckanext.indep.insight.projection import comparing
from ckanext.indep.insight.projection import service as projection
from ckanext.indep.insight.report import making, pdf
from ckanext.indep.insight.uploads import service as uploads
from ckanext.indep.insight.uploads import words
from ckanext.indep.insight.uploads.catalogue import Catalogue

__all__ = ["insight"]


@click.group()
def insight() -> None:
    """Performance measures: figures, publication, derived measures."""


@insight.command()
@click.argument("quarters", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All quarters with figures that wait.")
@click.option("--user", required=True, help="Who publishes, for the record.")
def publish(quarters: tuple[str, ...], every: bool, user: str) -> None:
    """Publish QUARTERS, such as FY2026-Q1, at once and under one version."""
    try:
        chosen = [periods.parse(text) for text in quarters]
        if any(period.kind is not Kind.QUARTER for period in chosen):
            tk.error_shout("Only quarters are published, such as FY2026-Q1.")
            raise click.Abort
        if every:
            chosen = service.pending_quarters()
        version, results = service.publish(chosen, user)
    except (IndepError, periods.PeriodError) as error:
        tk.error_shout(str(error))
        raise click.Abort from error
    click.secho(f"Published {results} results as version {version}.", fg="green")


@insight.command(name="derive")
@click.option("--user", default="indep", help="Who stands in the record.")
def derive_all(user: str) -> None:
    """Compute the measures that are derived from released datasets."""
    written = derive.recompute_all(user)
    click.secho(f"Recorded {written} new or changed results.", fg="green")


@insight.command()
@click.argument("measure")
@click.argument("file", type=click.File("rb"))
@click.option("--user", required=True, help="Who loads, for the record.")
@click.option("--reason", default="", help="Why public figures are corrected.")
@click.option("--good-rows", is_flag=True, help="Leave out the rows that have problems.")
def load(measure: str, file: BinaryIO, user: str, reason: str, good_rows: bool) -> None:
    """Load the history of MEASURE from a CSV or XLSX FILE; nothing is written if a row is wrong."""
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    try:
        package = tk.get_action("package_show")({"user": site_user}, {"id": measure})
    except tk.ObjectNotFound as error:
        tk.error_shout(f"There is no measure “{measure}”.")
        raise click.Abort from error
    only = definition.of_package(package)
    checked = uploads.check(file.read(), Catalogue.of([only], (), only, [only.id]), reason)
    if checked.findings.failure:
        tk.error_shout(words.note(checked.findings.failure))
    for problem in checked.problems:
        place = f"Row {problem.row}, {problem.column}".rstrip(", ")
        tk.error_shout(f"{place}: {problem.problem} {problem.remedy}")
    if not checked.findings.is_readable or (checked.problems and not good_rows):
        raise click.Abort
    try:
        written = uploads.write(checked.plan.good, user).written
    except IndepError as error:
        tk.error_shout(str(error))
        raise click.Abort from error
    click.secho(f"Recorded {written} results, targets and comments.", fg="green")


@insight.command()
def rebuild() -> None:
    """Make the tables of published figures again from the record."""
    try:
        version, tables = projection.rebuild()
    except IndepError as error:
        tk.error_shout(str(error))
        raise click.Abort from error
    click.secho(f"Made {tables} tables, which show version {version}.", fg="green")


@insight.command()
def check() -> None:
    """Compare the tables of published figures with the record; exit code 1 if they differ."""
    found = list(comparing.differences())
    for sentence in found:
        tk.error_shout(sentence)
    if found:
        raise SystemExit(1)
    click.secho("The tables show what is published.", fg="green")


@insight.command()
def charts() -> None:
    """Make the pictures (PNG) of the measures' charts that are missing or out of date."""
    click.secho(f"Made {pictures.make_due()} pictures.", fg="green")


@insight.command()
@click.argument("quarter")
def report(quarter: str) -> None:
    """Make the report of a published QUARTER, such as FY2026-Q1, as PDF in each language."""
    try:
        found = periods.parse(quarter)
        sizes = {language: making.make(found, language) for language in offline.languages()}
    except (IndepError, periods.PeriodError, tk.ObjectNotFound) as error:
        tk.error_shout(str(error))
        raise click.Abort from error
    except pdf.PdfUnavailableError as error:
        tk.error_shout(f"WeasyPrint cannot be used: {error}")
        raise click.Abort from error
    for language, size in sizes.items():
        click.secho(f"Made the report in “{language}”, {size:,} bytes.", fg="green")
