"""How outlets, suppliers, products and consignments of the shop are shown. Pure."""

from typing import TYPE_CHECKING

from lsync.cli.moments import local_exact
from lsync.cli.table import Column
from lsync.cli.wording import listing, marked, money, quantity

if TYPE_CHECKING:
    from lsync.core.control.messages import (
        VendConsignment,
        VendLine,
        VendLogin,
        VendOutlet,
        VendProbe,
        VendProduct,
        VendSupplier,
        VendTest,
    )


def tried_text(tried: "VendTest") -> str:
    """The outcome of the connection test."""
    mark = marked("ok" if tried.ok else "failed").text[0]
    lines = [f"{mark} {tried.message}", f"  {tried.base_url}"]
    if tried.ok:
        lines.append(f"  Outlets: {listing(tried.outlets)}")
    if tried.budget is not None:
        lines.append(
            f"  Calls left in this window: {tried.budget.remaining} of {tried.budget.limit}"
        )
    whose = "the running daemon" if tried.tested_by == "daemon" else "this shell"
    token = f", token from {tried.token_source}" if tried.token_source else ""
    lines.append(f"  Tested with the settings of {whose}{token}.")
    lines += [f"! {remark}" for remark in tried.remarks]
    if tried.next_step:
        lines.append(f"  Next: {tried.next_step}")
    return "\n".join(lines)


def outlet_columns() -> "tuple[Column[VendOutlet], ...]":
    """The table of outlets."""
    return (
        Column(title="Outlet", cell=lambda each: each.name, elastic=True),
        Column(title="Time zone", cell=lambda each: each.time_zone or "", rank=1),
        Column(title="Currency", cell=lambda each: each.currency or "", rank=2),
        Column(title="Id", cell=lambda each: each.id),
    )


def supplier_columns() -> "tuple[Column[VendSupplier], ...]":
    """The table of suppliers."""
    return (
        Column(title="Supplier", cell=lambda each: each.name, elastic=True),
        Column(title="Description", cell=lambda each: each.description or "", elastic=True, rank=1),
        Column(title="Id", cell=lambda each: each.id),
    )


def product_columns() -> "tuple[Column[VendProduct], ...]":
    """The table of products."""
    return (
        Column(title="SKU", cell=lambda each: each.sku),
        Column(
            title="Product",
            cell=lambda each: each.variant_name or each.name,
            elastic=True,
            fold=True,
        ),
        Column(title="Cost", cell=lambda each: money(each.supply_price), right=True),
        Column(title="Orderable", cell=_orderable),
        Column(title="Id", cell=lambda each: each.id, rank=1),
    )


def line_columns() -> "tuple[Column[VendLine], ...]":
    """The table of a consignment's lines."""
    return (
        Column(title="SKU", cell=lambda each: each.sku or each.product_id),
        Column(title="Product", cell=lambda each: each.name or "", elastic=True, rank=2),
        Column(title="Count", cell=lambda each: quantity(each.count), right=True),
        Column(title="Received", cell=lambda each: quantity(each.received), right=True),
        Column(title="Cost", cell=lambda each: money(each.cost), right=True),
        Column(title="Status", cell=lambda each: each.status or "", rank=1),
    )


def consignment_text(found: "VendConsignment") -> str:
    """The head of a consignment."""
    moments = (
        ("Due", found.due_at),
        ("Created", found.created_at),
        ("Changed", found.updated_at),
        ("Received", found.received_at),
    )
    facts = [
        ("Id", found.id),
        ("Note", found.name),
        ("Outlet", found.outlet or found.outlet_id),
        ("Supplier", found.supplier or found.supplier_id or ""),
        ("Invoice", found.supplier_invoice or ""),
        *((title, "" if moment is None else local_exact(moment)) for title, moment in moments),
        ("Quantity", f"{quantity(found.ordered)} ordered, {quantity(found.received)} received"),
        ("Also", ", ".join(found.others)),
    ]
    head = f"{found.reference or found.id}  {found.type} {found.status}"
    return "\n".join([head, *(f"  {title + ':':<10}{text}" for title, text in facts if text)])


def probe_text(found: "VendProbe") -> str:
    """What a probe found, and where it is kept."""
    more = ", and there were more" if found.page_was_cut else ""
    lines = [
        f"Request envelopes accepted: {listing(found.envelopes)}",
        f"A second line of one product {found.repeated_line}.",
        f"The largest page of products held {found.largest_page}{more}.",
        f"An open consignment can {'' if found.deletes_open else 'not '}be deleted.",
        "",
    ]
    lines += [f"Stored in {found.database}: {key} = {to}" for key, to in found.stored.items()]
    lines += [f"  but {key} comes from {by}, which wins." for key, by in found.overridden.items()]
    lines.append("Restart the daemon if one runs: it uses this from its next start on.")
    if found.left_behind is not None:
        lines.append(f"Left behind, delete it in Lightspeed: consignment {found.left_behind}")
    return "\n".join(lines)


def login_text(done: "VendLogin") -> str:
    """What was granted, and whether it is used."""
    shop = f" to {done.domain_prefix}" if done.domain_prefix else ""
    lines = [
        f"✓ Logged in{shop}. The tokens are kept in the database, sealed.",
        f"  Their key is {done.key_file}; keep it private, and out of the database's backups.",
    ]
    if not done.renews:
        until = local_exact(done.expires_at)
        lines.append(f"! Lightspeed gave no refresh token: log in again before {until}.")
    if done.missing_scopes:
        lines.append(f"! Not granted: {listing(done.missing_scopes)}. Some work will be refused.")
    if not done.used:
        lines.append("! lightspeed.api_token is set and wins; remove it to use this login.")
    return "\n".join(lines)


def _orderable(product: "VendProduct") -> str:
    if product.composite:
        return "no: composite"
    return "yes" if product.active else "no: inactive"
