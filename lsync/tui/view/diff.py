"""An order beside what Lightspeed has of it, and the repair that would make them equal."""

from collections.abc import Sequence

from lsync.core.control.messages import DiffLine, OrderDiff, ProblemMessage, RepairPlan
from lsync.tui.view.fields import heading
from lsync.tui.view.marks import severity_mark
from lsync.tui.view.spans import Line, Span, TableLine, Tone, fit, line
from lsync.tui.view.words import count, quantity


def diff_lines(diff: OrderDiff, repair: RepairPlan | None) -> list[Line]:
    """Return the comparison: what differs first, then the repair and its cost."""
    verdict = (
        line(Span("✓ nothing differs", Tone.GOOD))
        if diff.equal
        else line(Span("≠ the order and Lightspeed differ", Tone.WARN))
    )
    differing = [each for each in diff.lines if each.drifts]
    same = len(diff.lines) - len(differing)
    return [
        verdict,
        *problem_lines(diff.problems),
        *_consignments(diff),
        *_table(differing),
        *([line(Span(f"{count(same, 'line')} equal", Tone.DIM))] if same else []),
        *(_repair(repair) if repair is not None else []),
    ]


def problem_lines(problems: Sequence[ProblemMessage]) -> list[Line]:
    """Return problems with their fixes."""
    rows: list[Line] = []
    for problem in problems:
        mark = severity_mark(problem.severity)
        rows.append(line(Span(f"{mark.sign} ", mark.tone), Span(problem.message)))
        rows.append(line(Span("  fix: ", Tone.DIM), Span(problem.fix)))
    return rows


def _consignments(diff: OrderDiff) -> list[Line]:
    return [
        line(
            Span(f"{each.status}  ", Tone.STRONG),
            Span(each.consignment_id),
            Span(f"  {each.role}, version {each.version}", Tone.DIM),
        )
        for each in diff.consignments
    ]


def _table(lines: Sequence[DiffLine]) -> list[Line]:
    if not lines:
        return []
    head = "product        ordered   there  received  our cost   theirs  drift"
    return [*heading("Differences"), TableLine((Span(head, Tone.DIM),)), *map(_row, lines)]


def _row(each: DiffLine) -> Line:
    other = Tone.WARN if each.ordered != each.there else Tone.PLAIN
    dearer = Tone.WARN if each.cost_ordered != each.cost_there else Tone.PLAIN
    return TableLine(
        (
            fit(Span(each.label, Tone.STRONG), 13),
            fit(Span(quantity(each.ordered)), 9, right=True),
            fit(Span(quantity(each.there), other), 8, right=True),
            fit(Span(quantity(each.received)), 10, right=True),
            fit(Span(quantity(each.cost_ordered)), 10, right=True),
            fit(Span(quantity(each.cost_there), dearer), 9, right=True),
            Span("  "),
            Span(", ".join(each.drifts).replace("_", " "), Tone.WARN),
        )
    )


def _repair(repair: RepairPlan) -> list[Line]:
    left = f"{repair.budget.remaining} of {repair.budget.limit} left"
    rows = [*heading("Repair"), *problem_lines(repair.problems)]
    if not repair.steps:
        rows.append(line(Span("nothing to do in Lightspeed", Tone.DIM)))
    for number, step in enumerate(repair.steps, start=1):
        rows.append(line(Span(f"{number}. {step.step}  ", Tone.STRONG), Span(step.description)))
    rows += [line(Span("by hand: ", Tone.WARN), Span(each)) for each in repair.by_hand]
    if repair.steps:
        rows.append(line(Span(f"costs {count(repair.calls, 'API call')}, {left}", Tone.DIM)))
        rows.append(line(Span("y", Tone.KEY), " applies exactly this, Esc leaves it."))
    return rows
