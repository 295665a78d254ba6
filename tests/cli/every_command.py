"""What each command is given, prints and exits with, beside a daemon and without one.

``{n}`` is the number of the run, so that what can be done once is done to another thing each
time; ``{place}`` is an empty directory, ``{port}`` a port that is taken.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One command: its arguments, what its JSON is, and its exit codes.

    ``shape`` is the type of the JSON document; None where the command prints none.
    ``alone`` is the exit code without a daemon, unless it is the same.
    """

    args: str = ""
    shape: type | None = list
    code: int = 0
    alone: int | None = None

    def code_for(self, *, daemon: bool) -> int:
        """The exit code."""
        return self.code if daemon or self.alone is None else self.alone


REFUSED, USAGE, UNREACHABLE, CONFIGURATION = 1, 2, 69, 78

READING = {
    "attention": Expected(),
    "status": Expected(shape=dict, alone=REFUSED),
    "po list": Expected(args="--since 1h --filter ordered>0"),
    "po show": Expected(args="PO-1001", shape=dict),
    "sync status": Expected(args="PO-1001", shape=dict),
    "sync plan": Expected(args="PO-1001", shape=dict),
    "sync diff": Expected(args="PO-1001", shape=dict),
    "sync prove": Expected(args="PO-1001", shape=dict),
    "sync history": Expected(args="PO-1001", shape=dict),
    "decide list": Expected(args="--state all"),
    "map list": Expected(),
    "map suggest": Expected(),
    "stock list": Expected(),
    "queue stats": Expected(shape=dict),
    "queue list": Expected(args="--supplier Northwind"),
    "queue show": Expected(args="1", shape=dict),
    "queue errors": Expected(),
    "log search": Expected(args="--since 1h"),
    "log show": Expected(args="1", shape=dict),
    "log calls": Expected(),
    "log call": Expected(args="1", shape=dict),
    "report orders": Expected(),
    "report differences": Expected(),
    "report sync": Expected(),
    "report failures": Expected(),
    "webhook list": Expected(),
    "webhook events": Expected(),
    "webhook show": Expected(args="1000000", code=REFUSED),
    "vend test": Expected(shape=dict),
    "vend outlets": Expected(),
    "vend suppliers": Expected(),
    "vend products": Expected(args="--sku SKU-0001"),
    "vend consignment": Expected(args="PO-1001", shape=dict),
    "doctor": Expected(alone=REFUSED),
    "config show": Expected(args="queue"),
    "db status": Expected(shape=dict),
    "help": Expected(args="po", shape=None),
}
CHANGING = {
    "po import": Expected(args="{place}/draft-{n}.csv", shape=dict),
    "po edit": Expected(args="EDIT-{n} --note again", shape=dict),
    "po note": Expected(args="NOTE-{n} --taken", shape=dict),
    "po submit": Expected(args="SUBMIT-{n}"),
    "po approve": Expected(args="APPROVE-{n} --yes"),
    "po hold": Expected(args="HOLD-{n}"),
    "po release": Expected(args="HOLD-{n}"),
    "po cancel": Expected(args="--all --filter CANCEL-{n} --yes"),
    "po close": Expected(args="CLOSE-{n}", code=REFUSED),
    "po receive": Expected(args="PO-1001 --line SKU-0070=1 --delivery DN-{n}", shape=dict),
    "po invoice": Expected(args="import nowhere.csv", shape=None, code=REFUSED),
    "sync po": Expected(args="PO-1001", alone=UNREACHABLE),
    "sync retry": Expected(args="PO-1001", alone=UNREACHABLE),
    "sync send": Expected(args="PO-1001 --yes", alone=UNREACHABLE),
    "sync pending": Expected(args="--order NOTHING", alone=UNREACHABLE),
    "sync repair": Expected(args="PO-1001 --yes", shape=dict, alone=UNREACHABLE),
    "decide accept": Expected(args="1000000", code=REFUSED),
    "decide reject": Expected(args="1000000", code=REFUSED),
    "map set": Expected(args="product OLD-{n} SKU-0002", shape=dict),
    "map remove": Expected(args="product OLD-{n}"),
    "stock adjust": Expected(
        args="--outlet Harbour --sku SKU-0001 --quantity=-1 --reason DAMAGE --name A-{n}"
    ),
    "stock import": Expected(args="nowhere.csv", code=REFUSED),
    "stock retry": Expected(args="NOTHING", code=REFUSED),
    "queue retry": Expected(args="--failed --yes --type nothing", shape=dict),
    "queue cancel": Expected(args="1 --yes", code=REFUSED),
    "queue discard": Expected(args="--failed --yes --type nothing", shape=dict),
    "queue edit": Expected(args="1 --payload {{}}", shape=dict, code=REFUSED),
    "queue clear": Expected(args="cancelled --yes", shape=dict),
    "queue prune": Expected(args="30", shape=dict),
    "queue pause": Expected(args="sync.repair"),
    "queue resume": Expected(args="sync.repair"),
    "queue recover": Expected(shape=dict),
    "log export": Expected(args="{place}/log-{n}.csv", shape=None),
    "webhook create": Expected(args="http://127.0.0.1:9/{n} --insecure"),
    "webhook delete": Expected(args="--all --yes"),
    "webhook replay": Expected(args="--since 1h", shape=dict),
    "webhook test": Expected(shape=dict, alone=UNREACHABLE),
    "vend probe": Expected(args="--yes", shape=dict),
    "vend login": Expected(code=CONFIGURATION),
    "config set": Expected(args="sync.batch_size 5{n}", shape=dict),
    "config unset": Expected(args="sync.batch_size", shape=dict),
    "config init": Expected(
        args="{place}/new-{n}.toml --base-url http://127.0.0.1:9 --token t --no-test", shape=dict
    ),
    "db upgrade": Expected(shape=dict),
    "db backup": Expected(args="{place}/backup-{n}.db", shape=dict),
    "adopt": Expected(args="--table nowhere --order-column a --consignment-column b", code=REFUSED),
}
RUNNING = {
    "daemon": Expected(args="--config nowhere.toml", shape=None, code=CONFIGURATION),
    "queue work": Expected(args="--config nowhere.toml", shape=None, code=CONFIGURATION),
    "simulator": Expected(args="--port {port}", shape=None, code=REFUSED),
    "web": Expected(args="--port {port}", shape=None, code=REFUSED),
    "tui": Expected(shape=None, code=USAGE),
    "demo": Expected(args="--orders nowhere.csv", shape=None, code=REFUSED),
}
"""Commands that would run on; here each ends with what keeps it from starting."""
EVERY = READING | CHANGING | RUNNING
