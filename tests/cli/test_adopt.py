"""Taking over from the command line: what keeps it from starting is explained."""

from tests.cli.conftest import Shell

LINKS = ("adopt", "--order-column", "po", "--consignment-column", "vend", "--table")


def test_a_table_that_is_not_there_is_named(shell: Shell) -> None:
    ran = shell(*LINKS, "no_such_table")
    assert ran.code == 1
    assert "The table no_such_table cannot be read." in ran.err
    assert "Check the names" in ran.err


def test_without_lightspeed_the_missing_setting_is_named(shell: Shell) -> None:
    names = ("--order-column", "order_number", "--consignment-column", "lightspeed_consignment_id")
    ran = shell("adopt", "--table", "purchase_orders", *names)
    assert ran.code == 78
    assert "lightspeed.domain_prefix" in ran.err
