"""The text that ties a consignment to one order: building it and recognising it."""


def reference_of(order_number: str, *, generation: int = 1) -> str:
    """Return the consignment's ``reference`` for an order.

    Generation 1 is the order number itself; a consignment created anew after a cancel carries
    ``/2``, ``/3`` and so on.
    """
    if generation < 1:
        raise ValueError("generations are counted from 1")
    return order_number if generation == 1 else f"{order_number}/{generation}"


def generation_of(reference: str | None, *, order_number: str) -> int | None:
    """Return which generation of the order ``reference`` names, or ``None`` if not this order."""
    if reference is None:
        return None
    text = reference.strip()
    if text == order_number:
        return 1
    head, _, tail = text.rpartition("/")
    if head != order_number or not (tail.isascii() and tail.isdigit()):
        return None
    generation = int(tail)
    return generation if generation > 1 and tail == str(generation) else None


def numbers_meant(reference: str | None) -> tuple[str, ...]:
    """Return the order numbers a consignment's reference may name: itself, or without ``/2``."""
    text = (reference or "").strip()
    head = text.rpartition("/")[0]
    meant = [text] if text else []
    if head and generation_of(text, order_number=head):
        meant.append(head)
    return tuple(meant)
