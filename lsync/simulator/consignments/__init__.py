"""Consignments: what they may do, what is done to them, and what that does to stock."""
