"""The bytes of a file that arrived over the control socket."""

import base64
import binascii

from lsync.daemon.operations.missing import bad_input


def file_bytes(content_base64: str) -> bytes:
    """The file's bytes.

    Raises:
        ControlError: 422: the content is not base64.
    """
    try:
        return base64.b64decode(content_base64, validate=True)
    except (binascii.Error, ValueError) as failure:
        raise bad_input(
            "The file did not arrive whole.",
            why="Its content is not base64.",
            next_step="Give the file to the command anew.",
        ) from failure
