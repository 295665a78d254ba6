"""The refusals that several operations share."""

from lsync.core.control.errors import ControlError
from lsync.core.control.messages import ErrorMessage
from lsync.core.domain.sanitise import visible


def not_found(what: str, *, next_step: str, why: str = "") -> ControlError:
    """404: ``what`` names the thing that does not exist."""
    message = ErrorMessage(error=f"There is no {what}.", why=why, next_step=next_step)
    return ControlError(message, status=404)


def no_order(order_number: str) -> ControlError:
    """404 for an order number."""
    return not_found(
        f"order {visible(order_number)}",
        why="Nothing of exactly this number was imported or written into the order table.",
        next_step="See `lsync po list` for what there is.",
    )


def not_allowed(error: str, *, why: str, next_step: str) -> ControlError:
    """409: the present state does not allow it; nothing was changed."""
    return ControlError(ErrorMessage(error=error, why=why, next_step=next_step), status=409)


def bad_input(error: str, *, why: str, next_step: str) -> ControlError:
    """422: what was given cannot be used; nothing was changed."""
    return ControlError(
        ErrorMessage(error=error, why=why, next_step=next_step, exit_code=2), status=422
    )
