"""The control side under `/_sim/`: what a test or a demo does to the world, and what it sees.

Not part of the X-Series API: needs no token and costs no budget.
"""
