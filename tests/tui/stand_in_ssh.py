"""Stands in for ssh where there is no server to log in to: forwards one Unix socket to another.

It takes the words that lsync gives ssh, runs nothing, and ends when it is killed, as ssh does.
"""

import asyncio
import sys


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def forward(here: str, there: str) -> None:
    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            other_reader, other_writer = await asyncio.open_unix_connection(there)
        except OSError:
            writer.close()
            return
        await asyncio.gather(
            pump(reader, other_writer), pump(other_reader, writer), return_exceptions=True
        )

    server = await asyncio.start_unix_server(accept, here)
    await server.serve_forever()


if __name__ == "__main__":
    here, _, there = sys.argv[sys.argv.index("-L") + 1].partition(":")
    asyncio.run(forward(here, there))
