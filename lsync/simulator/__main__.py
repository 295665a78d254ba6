"""`python -m lsync.simulator`: the simulator by itself, without the rest of lsync's commands."""

import argparse
import asyncio

from lsync.simulator.config import SimulatorConfig
from lsync.simulator.faults import FAULTS, fault_named, faults_from_rates
from lsync.simulator.server import serve
from lsync.simulator.webhooks.address import check_address
from lsync.simulator.world import EVENT_PLACE


def read_rate(text: str) -> tuple[str, float]:
    """`NAME=RATE[@[METHOD ]PATH]` as a fault with its place and its rate (0 to 1).

    ValueError says what is wrong.
    """
    name, equals, rest = text.partition("=")
    if not equals:
        raise ValueError(f"{text!r} is not NAME=RATE, for example lost_reply=0.05")
    rate_text, at, place = rest.partition("@")
    fault, rate = fault_named(name), float(rate_text)
    if not 0 <= rate <= 1:
        raise ValueError(f"the rate of {name} must lie within 0 and 1")
    placed = f"{fault}{at}{place}"
    faults_from_rates({placed: rate})
    return placed, rate


def _rate_argument(text: str) -> tuple[str, float]:
    try:
        return read_rate(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _address_argument(text: str) -> str:
    try:
        check_address(text, place=EVENT_PLACE)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lsync.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8760, help="0 picks a free one")
    parser.add_argument("--registers", type=int, default=1, help="sets the call budget")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--products", type=int, default=520)
    parser.add_argument("--token", default="simulator-token")
    parser.add_argument("--webhook-url", type=_address_argument)
    parser.add_argument("--client-secret")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        type=_rate_argument,
        metavar="NAME=RATE[@PATH]",
        help=f"repeatable; names: {', '.join(FAULTS)}",
    )
    return parser


def main(arguments: list[str] | None = None) -> None:
    """Serve until stopped by a signal."""
    options = _parser().parse_args(arguments)
    asyncio.run(
        serve(
            SimulatorConfig(
                port=options.port,
                registers=options.registers,
                seed=options.seed,
                products=options.products,
                token=options.token,
                webhook_url=options.webhook_url,
                client_secret=options.client_secret,
                faults=dict(options.fault),
            )
        )
    )


if __name__ == "__main__":
    main()
