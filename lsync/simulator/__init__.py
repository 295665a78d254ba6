"""A faithful X-Series API on localhost, with a control side for tests. Imports nothing of lsync.

From the outside in: `server` and `running` serve `app`; `serving` turns bytes into calls, draws
faults and sends or spoils answers; `api` holds the operations, one module per family; the rules
live in `consignments`, `sales`, `product_writing` and `webhooks`; `world` holds all state and its
clock. `control` is the side under `/_sim/`; `GET /_sim/` tells what it offers.
"""
