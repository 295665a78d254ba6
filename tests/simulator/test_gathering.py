import asyncio

from lsync.simulator.serving.gathering import GatheringTransport


class RecordingTransport(asyncio.Transport):
    """Keeps what is done to it."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[object] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.done.append(bytes(data))

    def close(self) -> None:
        self.done.append("close")

    def abort(self) -> None:
        self.done.append("abort")


async def test_writes_of_one_turn_leave_together() -> None:
    inner = RecordingTransport()
    transport = GatheringTransport(inner)
    transport.write(b"head ")
    transport.write(b"body")
    assert inner.done == []
    await asyncio.sleep(0)
    transport.write(b"next")
    await asyncio.sleep(0)
    assert inner.done == [b"head body", b"next"]


async def test_closing_sends_what_is_kept_and_aborting_does_not() -> None:
    closed, aborted = RecordingTransport(), RecordingTransport()
    for inner in (closed, aborted):
        transport = GatheringTransport(inner)
        transport.write(b"data")
        transport.close() if inner is closed else transport.abort()
    await asyncio.sleep(0)
    assert closed.done == [b"data", "close"]
    assert aborted.done == ["abort"]
