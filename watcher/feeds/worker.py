"""A worker process: takes feeds on its standard input, gives stories on its standard output.

Run as `python -m watcher.feeds.worker MEMORY_BYTES`. Frames are a length of four bytes and a pickle;
the process ends when its input does, so none outlives the bot.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
from typing import BinaryIO

from watcher.feeds.parse import parse

LENGTH = struct.Struct(">I")


def main() -> None:
    """Parse until the input ends."""
    _bound_memory(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not end up between the frames.
    os.dup2(2, 1)
    while (frame := _read_frame(sys.stdin.buffer)) is not None:
        answer = pickle.dumps(parse(pickle.loads(frame)), protocol=pickle.HIGHEST_PROTOCOL)
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()


def _read_frame(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    frame = stream.read(LENGTH.unpack(head)[0])
    return frame or None


def _bound_memory(bound: int) -> None:
    """Let a feed that swells beyond all measure fail on its own, where the system can see to it."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
