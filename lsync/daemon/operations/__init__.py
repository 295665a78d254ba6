"""What the control protocol can do, as plain functions over an ``Application``. No HTTP here."""
