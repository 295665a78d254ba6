"""lsync keeps purchase orders and Lightspeed Retail X-Series in step."""

__version__ = "0.1.0"
