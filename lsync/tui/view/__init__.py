"""What the dashboard says and how it looks, as plain values. No terminal, no widget, no I/O."""
