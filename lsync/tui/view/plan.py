"""What a sync would do, as lines."""

from lsync.core.control.messages import PlanMessage
from lsync.tui.view.fields import heading
from lsync.tui.view.marks import severity_mark
from lsync.tui.view.spans import Line, Span, Tone, line
from lsync.tui.view.words import Moment, count


def plan_lines(plan: PlanMessage, moment: Moment) -> list[Line]:
    """Return the plan: its cost first, what stops it, then step by step."""
    total = plan.calls + plan.catalogue_calls
    enough = total <= plan.budget.remaining
    left = f"{plan.budget.remaining} of {plan.budget.limit} left"
    costs = "costs at most" if plan.at_most else "costs"
    lines: list[Line] = [
        line(Span(f"{plan.action} ", Tone.STRONG), Span(plan.order_number, Tone.STRONG)),
        line(
            Span(f"{'✓' if enough else '!'} ", Tone.GOOD if enough else Tone.WARN),
            Span(f"{costs} {count(total, 'API call')}, {left}"),
        ),
    ]
    if not enough and plan.budget.available_at is not None:
        at = moment.clock(plan.budget.available_at)
        lines.append(line(Span(f"  it would wait for the budget until {at}", Tone.WARN)))
    if plan.catalogue_calls:
        calls = count(plan.catalogue_calls, "call")
        lines.append(line(Span(f"  {calls} of these fill the catalogue first", Tone.DIM)))
    return [*lines, *_problems(plan), *_steps(plan)]


def _problems(plan: PlanMessage) -> list[Line]:
    if not plan.problems:
        return []
    lines = [*heading(f"Problems ({len(plan.problems)})")]
    for problem in plan.problems:
        mark = severity_mark(problem.severity)
        place = f"line {problem.line_no}: " if problem.line_no is not None else ""
        lines.append(line(Span(f"{mark.sign} {place}", mark.tone), Span(problem.message)))
        lines.append(line(Span("  fix: ", Tone.DIM), Span(problem.fix)))
    return lines


def _steps(plan: PlanMessage) -> list[Line]:
    lines = [*heading("Steps")]
    if not plan.steps:
        lines.append(line(Span("none: nothing would be written", Tone.DIM)))
    for number, step in enumerate(plan.steps, start=1):
        calls = count(step.calls, "call")
        lines.append(
            line(
                Span(f"{number}. ", Tone.DIM),
                Span(f"{step.step}  ", Tone.STRONG),
                Span(step.description),
                Span(f"  ({calls})", Tone.DIM),
            )
        )
    return lines
