"""``ckan indep scan``: look for personal data in a file before it is uploaded."""

from __future__ import annotations

from pathlib import Path

import click

from ckanext.indep.privacy.messages import kind_label, sentence
from ckanext.indep.privacy.report import Finding, Report
from ckanext.indep.privacy.scan import scan_file
from ckanext.indep.tabular import limits

__all__ = ["scan"]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def scan(context: click.Context, file: Path) -> None:
    """Look for personal data in FILE.

    Ends with 0 if nothing was found, with 1 if something was found or not all could be read.
    """
    report = scan_file(file, "", file.name, limits.configured())
    for part in report.parts:
        for finding in part.findings:
            click.echo(_line(part.name, finding))
    for note in report.not_scanned:
        click.echo(sentence(note.as_dict()))
    click.echo(f"{report.cells} cells scanned, {len(report.findings)} findings.")
    context.exit(_exit_code(report))


def _line(part: str, finding: Finding) -> str:
    place = f"{part}: {finding.column}" if part else finding.column
    rows = ", ".join(map(str, finding.rows))
    return (
        f"{place}: {kind_label(finding.kind)} ({finding.confidence.value}), "
        f"{finding.cells} of {finding.filled} cells, rows {rows}: {', '.join(finding.samples)}. "
        f"{sentence(finding.why.as_dict())}"
    )


def _exit_code(report: Report) -> int:
    unread = [note for note in report.not_scanned if note.code != "workbook_extras"]
    return 1 if report.findings or unread else 0
