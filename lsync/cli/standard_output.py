"""Standard output whose failure is told from that of any other file, for every command."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from io import TextIOWrapper
from typing import Any, TextIO, cast

from lsync.cli.failures import Failure, give_up_output


@contextmanager
def watched_output() -> Iterator[None]:
    """Run a command; what it printed has arrived at the end.

    Raises:
        Failure: it could not be written, for another reason than that nobody reads on.
    """
    stream = sys.stdout
    if not isinstance(stream, TextIOWrapper):
        yield
        return
    watched = _Watched(stream)
    with redirect_stdout(cast("TextIO", watched)):
        try:
            yield
        except BaseException:
            # That error is the one to tell.
            with suppress(Failure):
                _arrive(watched)
            raise
        _arrive(watched)


class _Watched:
    """A stream as it is, except that it says for itself why it cannot be written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            raise
        except OSError as failure:
            raise _lost(failure) from failure

    def flush(self) -> None:
        try:
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as failure:
            raise _lost(failure) from failure

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _arrive(watched: _Watched) -> None:
    try:
        watched.flush()
    except BrokenPipeError:
        give_up_output()
    except Failure:
        # Else the interpreter tries once more at its end.
        give_up_output()
        raise


def _lost(failure: OSError) -> Failure:
    return Failure(
        "The output could not be written.",
        why=f"{failure.strerror}.",
        next_step="Make room, or send it elsewhere. What the command did is done: look how things "
        "stand before you repeat it.",
    )
