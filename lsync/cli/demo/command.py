"""``lsync demo``: play the story, with the dashboard on a terminal, and clean up."""

import asyncio
import signal
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import lsync
from lsync.cli import options
from lsync.cli.failures import FAILED, USAGE, Failure
from lsync.cli.groups import examples, part
from lsync.cli.options import General
from lsync.cli.order_file import read_order_file

if TYPE_CHECKING:
    from lsync.cli.demo.story import Ending, Story
    from lsync.cli.demo.system import DemoSystem

app = part()

SAMPLES = Path("examples") / "purchase-orders.csv"


@app.command(
    "demo", epilog=examples("lsync demo", "lsync demo --plain", "lsync demo --kill-daemon")
)
def demo(
    ctx: typer.Context,
    *,
    orders: Annotated[
        Path | None, typer.Option("--orders", metavar="FILE", help="Other orders than the samples.")
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Without the dashboard, also on a terminal.")
    ] = False,
    kill_daemon: Annotated[
        bool,
        typer.Option("--kill-daemon", help="Kill the daemon in the middle and start it again."),
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave settings, database and logs behind.")
    ] = False,
) -> None:
    """Try everything on this machine: simulator, daemon, sample orders, dashboard.

    Nothing leaves this machine and nothing stays on it. Sample orders are synced, the shop
    receives two of them, one short, and the simulator's ledger is compared with the orders.
    """
    from lsync.cli.demo.story import Story
    from lsync.cli.demo.summary import print_ending, succeeded
    from lsync.cli.demo.system import demo_system

    out = options.output(ctx)
    file = orders or find_samples()
    content = read_order_file(file)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    out.say("Starting a simulator and a daemon of their own …")
    with demo_system(keep=keep) as system:
        if keep:
            out.say(f"Settings, database and logs stay in {system.directory}.")
        watched = not plain and sys.stdin.isatty() and sys.stdout.isatty()
        story = Story(
            system,
            filename=file.name,
            content=content,
            kill_daemon=kill_daemon,
            say=(lambda _: None) if watched else out.say,
        )
        asyncio.run(story.prepare())
        ending = _watch(system, story) if watched else asyncio.run(story.play())
        if ending is not None:
            print_ending(out, ending)
    if ending is None:
        out.say("Left before the end; everything was stopped and removed.")
    elif not succeeded(ending):
        raise typer.Exit(FAILED)


def find_samples() -> Path:
    """The sample orders: below the current directory, or beside the package.

    Raises:
        Failure: they are in neither place.
    """
    places = (Path.cwd() / SAMPLES, Path(lsync.__file__).parents[1] / SAMPLES)
    for place in places:
        if place.is_file():
            return place
    raise Failure(
        "The sample orders are not here.",
        why=f"There is no {SAMPLES}.",
        next_step="Give a file with --orders FILE.",
        code=USAGE,
    )


def _watch(system: "DemoSystem", story: "Story") -> "Ending | None":
    """Play the story behind the dashboard; ``None`` when the dashboard was left before its end."""
    from lsync.cli.dashboard import open_dashboard
    from lsync.cli.demo.story import StoppedError

    with ThreadPoolExecutor(1) as pool:
        playing: Future[Ending] = pool.submit(lambda: asyncio.run(story.play()))
        try:
            open_dashboard(General(config=system.config, socket=system.socket))
        finally:
            story.stop.set()
        try:
            return playing.result()
        except StoppedError:
            return None
