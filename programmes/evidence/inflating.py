"""Unpacking only to see how much it becomes: nothing is kept, and it ends at a budget."""

import zlib
from collections.abc import Iterable, Iterator

from programmes.evidence.archives import PIECE, Budget


def spend(packed: bytes | memoryview, layers: int, budget: Budget) -> None:
    """Takes from a budget what some bytes become when they are inflated, once or several times.

    Damaged bytes are followed as far as a reader would follow them.

    Raises:
        Fault: the budget does not suffice.
    """
    read: Iterable[bytes | memoryview] = (
        packed[at : at + PIECE] for at in range(0, len(packed), PIECE)
    )
    for _layer in range(layers):
        read = _inflated(read, budget)
    for _piece in read:
        pass


def _inflated(read: Iterable[bytes | memoryview], budget: Budget) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    try:
        for packed in read:
            rest: bytes | memoryview = packed
            while rest and not inflater.eof:
                piece = inflater.decompress(rest, PIECE)
                budget.take(len(piece), "")
                yield piece
                rest = inflater.unconsumed_tail
        while not inflater.eof and (piece := inflater.decompress(b"", PIECE)):
            budget.take(len(piece), "")
            yield piece
    except zlib.error:
        return
