"""The Lightspeed Retail X-Series client. Imports nothing else of lsync."""
