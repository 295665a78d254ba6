"""``lsync simulator``: an offline X-Series on this machine."""

from typing import Annotated

import typer

from lsync.cli.failures import FAILED, USAGE, Failure
from lsync.cli.groups import examples, part
from lsync.cli.spelling import nearest
from lsync.daemon.collector import collect_rarely

app = part()

DEFAULT_TOKEN = "simulator-token"  # noqa: S105 - published in the help on purpose


@app.command(
    "simulator",
    epilog=examples(
        "lsync simulator",
        "lsync simulator --port 8760 --registers 1 --seed 7",
        "lsync simulator --fault lost_reply=0.05 --fault 5xx=0.02",
        "lsync simulator --fault 'lost_reply=0.5@POST /consignments$'",
        "lsync simulator --webhook-url http://127.0.0.1:8750/webhooks/lightspeed/{event_type} "
        "--client-secret example",
    ),
)
def simulator(
    *,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0 picks a free one.")
    ] = 8760,
    registers: Annotated[int, typer.Option("--registers", min=1, help="Sets the call budget.")] = 1,
    seed: Annotated[int, typer.Option("--seed", help="Equal seeds give equal shops.")] = 7,
    products: Annotated[
        int, typer.Option("--products", min=1, help="Size of the catalogue.")
    ] = 520,
    token: Annotated[str, typer.Option("--token", help="The token it accepts.")] = DEFAULT_TOKEN,
    webhook_url: Annotated[
        str | None,
        typer.Option("--webhook-url", help="Where webhooks go; {event_type} is filled in."),
    ] = None,
    client_secret: Annotated[
        str | None, typer.Option("--client-secret", help="Sign webhooks with it.")
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            metavar="NAME=RATE[@PATH]",
            help="Misbehave at a rate, everywhere or where the path matches; may be repeated.",
        ),
    ] = None,
) -> None:
    """Run an offline X-Series that behaves like the real one, on 127.0.0.1.

    Its control side below /_sim/ shows every accepted write and lets the shop receive goods.
    """
    from lsync.simulator.config import SimulatorConfig

    config = SimulatorConfig(
        port=port,
        registers=registers,
        seed=seed,
        products=products,
        token=token,
        webhook_url=None if webhook_url is None else read_webhook_url(webhook_url),
        client_secret=client_secret,
        faults=dict(read_fault(each) for each in fault or ()),
    )
    import asyncio

    from lsync.simulator.server import serve

    collect_rarely()
    try:
        asyncio.run(serve(config))
    except OSError as error:
        raise Failure(
            f"The simulator cannot listen on port {port}.",
            why=f"{error.strerror}.",
            next_step="Choose another with --port, or --port 0 for a free one.",
            code=FAILED,
        ) from error


def read_webhook_url(text: str) -> str:
    """The address as it is.

    Raises:
        Failure: nothing can be sent there.
    """
    from lsync.simulator.webhooks.address import check_address
    from lsync.simulator.world import EVENT_PLACE

    try:
        check_address(text, place=EVENT_PLACE)
    except ValueError as error:
        raise Failure(
            f"Webhooks cannot be sent to {text}.",
            why=f"{error}.",
            next_step="For example --webhook-url "
            f"http://127.0.0.1:8750/webhooks/lightspeed/{EVENT_PLACE}",
            code=USAGE,
        ) from error
    return text


def read_fault(text: str) -> tuple[str, float]:
    """``NAME=RATE`` or ``NAME=RATE@[METHOD ]PATH`` as a fault with its place, and its rate.

    Raises:
        Failure: no such fault, the rate does not lie within 0 and 1, or the path is no expression.
    """
    from lsync.simulator.faults import FAULTS, faults_from_rates

    name, _, rest = text.partition("=")
    rate, at, place = rest.partition("@")
    if name not in FAULTS:
        near = nearest(name, FAULTS, at_most=1)
        raise Failure(
            f"There is no fault named {name}.",
            why=f"Did you mean {near[0]}?" if near else "",
            next_step=f"Choose one of {', '.join(FAULTS)}.",
            code=USAGE,
        )
    try:
        share = float(rate)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise Failure(
            f"The rate of {name} must lie within 0 and 1.",
            next_step=f"For example --fault {name}=0.05",
            code=USAGE,
        )
    try:
        faults_from_rates({f"{name}{at}{place}": share})
    except ValueError as error:
        raise Failure(
            f"{place} names no calls.",
            why=f"{error}.",
            next_step=f"For example --fault '{name}={rate}@POST /consignments$'",
            code=USAGE,
        ) from error
    return f"{name}{at}{place}", share
