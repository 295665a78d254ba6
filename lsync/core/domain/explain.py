"""Errors for people: what happened, why, and what is safe to do next. One table by error class."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Three sentences, each complete by itself."""

    what: str
    why: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.what} {self.why} {self.next_step}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    what: str
    next_step: str


_RETRY_IS_SAFE = "Retrying is safe: lsync looks at what Lightspeed has before it writes."

ENTRIES: dict[str, _Entry] = {
    "Blocked": _Entry(
        what="The order was not sent; nothing was written to Lightspeed.",
        next_step="Correct the order as each problem says, then sync it again.",
    ),
    "NotApproved": _Entry(
        what="The order was not sent.", next_step="Approve it; that queues its sync."
    ),
    "UnknownOrder": _Entry(
        what="There was nothing to sync.", next_step="Check the order number in `lsync po list`."
    ),
    "BadPayload": _Entry(
        what="The job could not be understood.",
        next_step="Cancel it and queue the work again with the command meant for it.",
    ),
    "Stopped": _Entry(
        what="The sync stopped because a person has to look.",
        next_step="Settle what is different in Lightspeed, then sync the order again.",
    ),
    "Unconfirmed": _Entry(
        what="Lightspeed does not confirm a change.",
        next_step=_RETRY_IS_SAFE,
    ),
    "Unauthorized": _Entry(
        what="Lightspeed refused the access token.",
        next_step="Set a valid token and run `lsync vend test`; the queue goes on by itself.",
    ),
    "LoginNeeded": _Entry(
        what="The login to Lightspeed is no longer valid.",
        next_step="Run `lsync vend login`; the queue goes on by itself.",
    ),
    "Forbidden": _Entry(
        what="The access token may not do this.",
        next_step="Give the token the missing scope or its user the permission, then retry.",
    ),
    "NotFound": _Entry(
        what="Lightspeed has nothing under this id.",
        next_step="Look whether it was deleted in Lightspeed, then sync the order again.",
    ),
    "Conflict": _Entry(
        what="The change clashes with something in Lightspeed.",
        next_step="Look at the order in Lightspeed, then sync it again.",
    ),
    "Invalid": _Entry(
        what="Lightspeed did not accept the content.",
        next_step="Correct what it names; the same content would be refused again.",
    ),
    "Refused": _Entry(
        what="Lightspeed refused the call.",
        next_step="Read the call in `lsync log`; the same call would be refused again.",
    ),
    "RateLimited": _Entry(
        what="Lightspeed takes no more calls for the moment.",
        next_step="Nothing to do: the job waits for the next window.",
    ),
    "BudgetSpent": _Entry(
        what="The calls of this window are used up.",
        next_step="Nothing to do: the job waits for the next window.",
    ),
    "NotExecuted": _Entry(
        what="Lightspeed could not be reached; nothing was sent.",
        next_step="Check network and address with `lsync vend test`. Retrying is safe.",
    ),
    "NotOffered": _Entry(
        what="This version of Lightspeed's API does not offer the call; nothing was sent.",
        next_step="Set a newer `lightspeed.api_version`, then retry.",
    ),
    "TokenUnavailable": _Entry(
        what="No access token could be had just now; nothing was sent.",
        next_step="Nothing to do: the job is tried again.",
    ),
    "OutcomeUnknown": _Entry(
        what="Lightspeed did not answer a change, which may have happened.",
        next_step=_RETRY_IS_SAFE,
    ),
    "SchemaError": _Entry(
        what="Lightspeed's answer was not what its documents promise.",
        next_step="Nothing was changed. Keep the logged answer and report it; retrying is safe.",
    ),
    "Unavailable": _Entry(
        what="Lightspeed could not be read.",
        next_step="Nothing was changed. Retrying is safe.",
    ),
    "DatabaseUnavailable": _Entry(
        what="The database could not be used.",
        next_step="Bring it back; the job then goes on where it was.",
    ),
    "DatabaseBusy": _Entry(
        what="The database was too busy.", next_step="Nothing was kept. Retrying is safe."
    ),
    "DatabaseFull": _Entry(
        what="The database has no room left.",
        next_step="Free some space; the job then goes on where it was.",
    ),
    "DatabaseReadOnly": _Entry(
        what="The database refuses to be written.",
        next_step="Make it writable; the job then goes on where it was.",
    ),
    "CommitUnknown": _Entry(
        what="The database connection broke while something was being kept.",
        next_step=_RETRY_IS_SAFE,
    ),
    "StalePush": _Entry(
        what="Another worker carried the order on.",
        next_step="Nothing to do: it is looked at again.",
    ),
    "Timeout": _Entry(what="The job took too long and was stopped.", next_step=_RETRY_IS_SAFE),
    "WorkerLost": _Entry(
        what="The worker disappeared while it ran the job.", next_step=_RETRY_IS_SAFE
    ),
    "Crashed": _Entry(
        what="The worker died several times while it ran this job alone.",
        next_step="Read the daemon's log for the cause before you retry; the data is safe.",
    ),
    "ParentFailed": _Entry(
        what="A job this one waits for did not succeed.",
        next_step="Retry that one; this one follows.",
    ),
    "Cancelled": _Entry(what="The job was cancelled.", next_step="Retry it if that was not meant."),
}

NO_REASON = "No reason was given."

_UNKNOWN = _Entry(
    what="Something failed that lsync does not know.",
    next_step=f"{_RETRY_IS_SAFE} If it comes back, report it with the trace.",
)


def explain(error_class: str | None, message: str | None) -> Explanation:
    """Return the explanation of an error by its class and the message kept with it."""
    entry = ENTRIES.get(error_class or "", _UNKNOWN)
    why = sentence(message or "") or NO_REASON
    return Explanation(what=entry.what, why=why, next_step=entry.next_step)


def sentence(text: str) -> str:
    """Return ``text`` as a sentence: a capital first, a full stop last; blank text stays blank.

    Names of settings and programs that come first keep their spelling.
    """
    trimmed = text.strip()
    if not trimmed:
        return ""
    ended = trimmed if trimmed[-1] in ".!?" else f"{trimmed}."
    first = ended.split()[0]
    is_name = first == "lsync" or bool({".", "_", "=", "/"} & set(first.rstrip(".,:;!?")))
    return ended if is_name else ended[0].upper() + ended[1:]
