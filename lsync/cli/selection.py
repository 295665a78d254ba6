"""Which orders or jobs a command means: the options that lists and bulk commands share.

A class here holds the options of one kind of thing; ``takes`` gives them to a command, which
gets them as ``which``. What the daemon is not asked itself is compared with the rows read, in
``lsync.cli.sifting``.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, get_type_hints

import typer

from lsync.cli.choices import ORDER_STATES, PRIORITIES, SYNC_STATES, check_choice
from lsync.cli.completing import job_types, one_of, order_numbers, several_orders
from lsync.cli.log_filter import Since, Until, read_moment

if TYPE_CHECKING:
    from lsync.cli.narrowing import WhichDecisions

    Which: TypeAlias = "WhichOrders | WhichJobs | WhichDecisions"

Command = Callable[..., None]
Asked = dict[str, Any]
"""Arguments of the client's list method."""

Supplier = Annotated[str | None, typer.Option("--supplier", help="A part of its name or id.")]
Outlet = Annotated[str | None, typer.Option("--outlet", help="A part of its name or id.")]
Filter = Annotated[
    str | None,
    typer.Option(
        "--filter",
        metavar="TERMS",
        help="As in the dashboard: 'state:failed !type:sync.poll age>1h word'.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichOrders:
    """Options that narrow orders."""

    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            help=f"Of {', '.join(ORDER_STATES)}; several with commas.",
            autocompletion=one_of(ORDER_STATES),
        ),
    ] = None
    sync_state: Annotated[
        str | None,
        typer.Option(
            "--sync-state",
            help=f"Of {', '.join(SYNC_STATES)}; several with commas.",
            autocompletion=one_of(SYNC_STATES),
        ),
    ] = None
    order: Annotated[
        str | None,
        typer.Option(
            "--order", help="Order numbers, separated by commas.", autocompletion=several_orders
        ),
    ] = None
    supplier: Supplier = None
    outlet: Outlet = None
    text: Annotated[
        str | None,
        typer.Option("--text", help="Part of the number, a name or the note, or a state."),
    ] = None
    since: Since = None
    until: Until = None
    filter: Filter = None

    def asked(self) -> Asked:
        """What the daemon is asked.

        Raises:
            Failure: a state does not exist, or a moment cannot be understood.
        """
        check_choice("--state", self.state, ORDER_STATES)
        check_choice("--sync-state", self.sync_state, SYNC_STATES)
        return asked_of(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichJobs:
    """Options that narrow jobs of a state that is known."""

    type_: Annotated[
        str | None, typer.Option("--type", help="A job type.", autocompletion=job_types)
    ] = None
    priority: Annotated[
        str | None,
        typer.Option(
            "--priority",
            help=f"One of {', '.join(PRIORITIES)}.",
            autocompletion=one_of(PRIORITIES),
        ),
    ] = None
    error: Annotated[
        str | None, typer.Option("--error", help="A class of error, as `queue errors` lists them.")
    ] = None
    order: Annotated[
        str | None,
        typer.Option("--order", help="Only jobs about this order.", autocompletion=order_numbers),
    ] = None
    supplier: Supplier = None
    outlet: Outlet = None
    text: Annotated[
        str | None, typer.Option("--text", help="Part of the payload or the error.")
    ] = None
    since: Since = None
    until: Until = None
    filter: Filter = None

    def asked(self) -> Asked:
        """What the daemon is asked.

        Raises:
            Failure: a word is not known, or a moment cannot be understood.
        """
        check_choice("--priority", self.priority, PRIORITIES)
        asked = asked_of(self)
        renamed = {"type_": "type", "error": "error_class"}
        return {renamed.get(name, name): value for name, value in asked.items()}


def given(which: "Which") -> tuple[str, ...]:
    """The options that were given, as they are typed."""
    found = [each.name for each in fields(which) if getattr(which, each.name) is not None]
    return tuple("--" + name.rstrip("_").replace("_", "-") for name in found)


def _check(which: "Which") -> None:
    """Refuse what cannot be understood before anything else happens. Raises ``Failure``."""
    asked = which.asked()
    if isinstance(which, WhichOrders | WhichJobs) and which.filter is not None:
        from lsync.cli.sifting import job_sieve, merged, order_sieve

        orders = isinstance(which, WhichOrders)
        merged(asked, order_sieve(which.filter) if orders else job_sieve(which.filter))


def asked_of(which: "Which") -> Asked:
    """What was given, without ``--filter``; moments instead of words for them."""
    asked = {each.name: getattr(which, each.name) for each in fields(which)}
    asked.pop("filter", None)
    for moment in ("since", "until"):
        asked[moment] = read_moment(f"--{moment}", asked[moment])
    return {name: value for name, value in asked.items() if value is not None}


def takes(kind: "type[Which]") -> Callable[[Command], Command]:
    """Give a command the options of ``kind``; it gets them as its argument ``which``.

    Typer reads options from a signature, so the command is given one that holds them too.
    """
    options = get_type_hints(kind, include_extras=True)
    added = [
        inspect.Parameter(
            each.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=options[each.name]
        )
        for each in fields(kind)
    ]

    def give(command: Command) -> Command:
        own = inspect.signature(command)
        hints = get_type_hints(command, include_extras=True)
        kept = [each for each in own.parameters.values() if each.name != "which"]
        place = next(
            (at for at, each in enumerate(kept) if each.kind is each.KEYWORD_ONLY), len(kept)
        )

        @wraps(command)
        def run(*args: Any, **kwargs: Any) -> None:
            which = kind(**{each.name: kwargs.pop(each.name, None) for each in added})
            _check(which)
            command(*args, which=which, **kwargs)

        parameters = [*kept[:place], *added, *kept[place:]]
        run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]  # what inspect looks for
        run.__annotations__ = {each.name: hints.get(each.name, each.annotation) for each in kept}
        run.__annotations__ |= {each.name: each.annotation for each in added}
        return run

    return give
