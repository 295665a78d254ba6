"""Findings as a table."""

from lsync.cli.doctor.judging import Finding
from lsync.cli.table import Column
from lsync.cli.wording import marked

FINDING_COLUMNS: tuple[Column[Finding], ...] = (
    Column(title="Check", cell=lambda finding: finding.check),
    Column(title="State", cell=lambda finding: marked(finding.state)),
    Column(title="Finding", cell=lambda finding: finding.message, elastic=True, fold=True),
    Column(title="What to do", cell=lambda finding: finding.fix, elastic=True, fold=True),
)
