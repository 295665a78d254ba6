"""Webhook events: raising, queueing, muting and delivering them."""
