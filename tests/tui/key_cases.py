"""What each key of each tab does on a daemon with a few orders: keys, and what shows then."""

from collections.abc import Callable, Mapping

from textual.widgets import Input

from lsync.tui.view.frame import TABS
from lsync.tui.widgets.line_table import LineTable
from tests.tui.harness import Driven

FAILED, SENT = "PO-1005", "PO-1003"
Expected = str | Callable[[Driven], bool]
Step = tuple[str, Expected]
"""A key, and what the screen or a message says then, or what is true then."""
Case = tuple[Step, ...]
"""The first step's key is the one in question, unless it needs others before it."""


def table(seen: Driven) -> LineTable[object]:
    """The list that has the keys."""
    return seen.app.screen.query(LineTable).first()


def first(seen: Driven) -> bool:
    """The cursor is on the first row."""
    return table(seen).cursor == 0


def last(seen: Driven) -> bool:
    """The cursor is on the last row."""
    return table(seen).cursor == len(table(seen).items) - 1


def moved(seen: Driven) -> bool:
    """The cursor left the first row, or there is only one."""
    return table(seen).cursor > 0 or len(table(seen).items) == 1


def marked(seen: Driven) -> bool:
    """A row is marked."""
    return bool(table(seen).marked)


def unmarked(seen: Driven) -> bool:
    """No row is marked."""
    return not table(seen).marked


def opened(seen: Driven) -> bool:
    """A page is open."""
    return seen.app.screen.has_class("-detail")


def closed(seen: Driven) -> bool:
    """No page is open."""
    return not opened(seen)


def on_failed(seen: Driven) -> bool:
    """The cursor is on a row that failed."""
    lists = table(seen)
    return "✗" in "".join(cell.text for cell in lists.cells_of(lists.selected))


def nothing_starts(seen: Driven) -> bool:
    """No action counts down."""
    return not seen.app.session.countdown.waiting


def typing(seen: Driven) -> bool:
    """The filter has the keys."""
    return isinstance(seen.app.focused, Input)


def elsewhere(seen: Driven) -> bool:
    """Something else than the first list has the keys."""
    return seen.app.focused is not table(seen)


MOVING: Mapping[str, Case] = {
    **{key: ((key, moved),) for key in ("j", "down", "pagedown", "ctrl+f")},
    **{key: (("j", moved), (key, first)) for key in ("k", "up", "g", "home", "pageup")},
    **{key: ((key, last),) for key in ("G", "end")},
    "space": (("space", marked),),
    "v": (("v", "┌"), ("v", marked)),
    "asterisk": (("asterisk", marked), ("asterisk", unmarked)),
    "o": (("o", "▲"),),
    "O": (("o", "▲"), ("O", "▼")),
}
EVERYWHERE: Mapping[str, Case] = {
    "question_mark": (("question_mark", "╭─ Help"),),
    "Y": (("Y", "lsync tui "),),
    "M": (("M", "Messages, newest first"),),
    "colon": (("colon", "Search for commands"), ("escape", lambda seen: not typing(seen))),
    "at": (("at", "operation:operator"),),
    "z": (("z", nothing_starts), ("M", "Messages, newest first")),
    **{key: ((key, f"[{key} {title}]"),) for key, _, title in TABS},
}


def neighbours(mode: str) -> dict[str, Case]:
    """The keys that lead to the tabs beside one."""
    place = [each for _, each, _ in TABS].index(mode)
    beside = {"right_square_bracket": place + 1, "left_square_bracket": place - 1}
    shown = {key: TABS[there % len(TABS)] for key, there in beside.items()}
    return {key: ((key, f"[{tab} {title}]"),) for key, (tab, _, title) in shown.items()}


def holding(key: str) -> Case:
    """A list is held still, says so, and goes on."""
    return ((key, "held still since"), (key, lambda seen: "held still since" not in seen.text()))


LISTS: Mapping[str, Case] = {
    "F": holding("F"),
    "enter": (("enter", opened),),
    "escape": (("enter", opened), ("escape", closed)),
    "slash": (("slash", typing),),
    "plus": (("plus", lambda seen: seen.app.screen.has_class("-zoomed")),),
}


def orders(number: str) -> dict[str, Case]:
    """Keys that act on the order under the cursor, which failed."""
    return {
        "r": (("r", f"retry {number} in 5 s"), ("enter", f"{number} is queued as job")),
        "s": (("s", f"sync {number} in 5 s"), ("z", f"sync {number}: taken back")),
        "d": (("d", f"Plan for {number}"),),
        "a": (("a", f"{number} is already approved."),),
        "l": (("l", f"order:{number}"),),
        "x": (("x", "x cancels jobs"),),
        "f": (("f", f"{number} against Lightspeed"),),
        "h": (("h", f"hold {number} in 5 s"), ("z", f"hold {number}: taken back")),
        "n": (("n", f"Note on {number}"), ("a", "a"), ("enter", f"Noted on {number}")),
        "t": (("t", f"take {number} on in 5 s"), ("enter", f"{number}: ")),
        "i": (("i", "Import orders"),),
        "e": (("e", f"Lines of {number}"),),
        "m": (("m", f"Unknown words of {number}"),),
        "D": (("D", "Questions that wait for you"),),
        "comma": (("comma", f"History of {number}"),),
        "full_stop": (("full_stop", f"History of {number}"),),
    }


RELATED = {
    "P": (("P", "[2 Orders]"),),
    "J": (("J", "[3 Jobs]"),),
    "l": (("l", f"order:{FAILED}"),),
}
STEPPED: dict[str, Case] = {key: ((key, on_failed),) for key in ("n", "N")}
UNRELATED: dict[str, Case] = {
    "P": (("P", "There is none for this row."),),
    "J": (("J", "There is none for this row."),),
    "l": (("l", "This row is about no order."),),
}
NONE_FAILED: dict[str, Case] = {
    key: ((key, "No failed row among those read."),) for key in ("n", "N")
}
_OF_TABS: Mapping[str, Mapping[str, Case]] = {
    "overview": {
        **MOVING,
        **EVERYWHERE,
        **orders(FAILED),
        "tab": (("tab", elsewhere),),
        "shift+tab": (("shift+tab", elsewhere),),
        "enter": (("enter", f"{FAILED}  ✗ failed  approved"),),
        "slash": (("slash", typing),),
    },
    "orders": {
        **MOVING,
        **EVERYWHERE,
        **LISTS,
        **orders(FAILED),
        "S": (("S", "There are no approved and never synced orders."),),
        "N": (("N", "✗ failed"),),
        "P": (("P", opened),),
        "J": (("J", "[3 Jobs]"),),
    },
    "jobs": {
        **MOVING,
        **EVERYWHERE,
        **LISTS,
        **RELATED,
        **STEPPED,
        "J": (("J", opened),),
        "r": (("r", "retry job "), ("z", ": taken back")),
        "x": (("x", "there is nothing to cancel"),),
        "X": (("X", "It will not run again."),),
        "b": (("b", "Failed jobs by error"),),
        "p": (("p", "the whole queue"),),
        "E": (("E", "Payload of job "),),
    },
    "log": {
        **MOVING,
        **EVERYWHERE,
        **LISTS,
        **RELATED,
        **STEPPED,
        "f": holding("f"),
        "e": (("e", "Export the log"),),
    },
    "webhooks": {
        **MOVING,
        **EVERYWHERE,
        **LISTS,
        **UNRELATED,
        **NONE_FAILED,
        "J": (("J", "[3 Jobs]"),),
        "r": (("r", "replay webhook "), ("enter", "looked into again.")),
        "u": (("u", "Subscriptions at Lightspeed"),),
        "c": (("c", "Subscribe to all webhook types"),),
        "t": (("t", "A sample webhook"),),
    },
    "api": {**MOVING, **EVERYWHERE, **LISTS, **RELATED, **STEPPED},
    "settings": {
        **MOVING,
        **EVERYWHERE,
        **LISTS,
        **UNRELATED,
        "n": (("n", moved),),
        "N": (("N", moved),),
        "e": (("e", "The daemon checks it"),),
        "t": (("t", "Connection to Lightspeed"),),
        "d": (("d", "all is well"),),
    },
}
CASES = {mode: {**neighbours(mode), **cases} for mode, cases in _OF_TABS.items()}
"""By tab: every key that works there."""
SCROLLING = frozenset(
    {"j", "down", "k", "up", "g", "home", "G", "end", "space", "pagedown", "ctrl+f", "pageup"}
)
"""Keys that move within an open page: it stays open."""


SHARED = frozenset(LISTS) | frozenset(EVERYWHERE) | frozenset({"l", "P", "J"})
"""Keys that mean the same on the page of any list, or nothing about its rows."""


def page_cases(mode: str) -> Mapping[str, Case]:
    """What the keys of an open page do: as in the list, but Enter has nothing more to open."""
    own = {
        "enter": (("enter", opened),),
        "escape": (("escape", closed),),
        "P": (("P", f"{FAILED}  ✗ failed"),) if mode == "orders" else CASES[mode]["P"],
    }
    return {**CASES[mode], **own}


CHOICES: Mapping[str, tuple[str, str, Mapping[str, Expected]]] = {
    "errors": (
        "jobs",
        "b",
        {"r": "This touches", "X": "This touches", "enter": "state:failed error:Blocked"},
    ),
    "pauses": (
        "jobs",
        "p",
        {"enter": "Pause the whole queue?", "p": "Pause the whole queue?"},
    ),
    "words": ("orders", "m", {"enter": "from now on?", "t": "What is SKU-O123?"}),
    "questions": (
        "orders",
        "D",
        dict.fromkeys(("y", "n", "enter"), "Questions that wait for you"),
    ),
    "subscriptions": (
        "webhooks",
        "u",
        {"c": "Subscribe to all webhook types", "X": "Delete the subscription to"},
    ),
}
"""Boxes with rows to choose from: where each is, what opens it, and what its own keys lead to.
The shop has no questions: what needs one stays in the box."""
LEAVING = ("q", "ctrl+q", "ctrl+c")
FRAMEWORKS = frozenset({"super+c", "tab", "shift+tab"})
"""Keys of the toolkit: the first means nothing here, the others where one list has the keys."""
