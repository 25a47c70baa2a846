"""Merkle tree over the log: one root that stands for every event up to a position.

The entry of position p is the hash stored with its event, at index p - 1.
Source: RFC 6962 §2.1; RFC 9162 §2.1.3 and §2.1.4 for the checks of proofs.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()

type Span = tuple[int, int]  # the entries from the first index up to, without, the second


class ProofInvalid(Exception):
    """A proof does not lead to the root it was made for."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry; the prefix keeps entries and nodes apart."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two neighbours."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """A tree that grows to the right and remembers only what its root is made of.

    That is one hash for each 1 in the binary form of its size, the largest subtree first.
    """

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._nodes = list(nodes)
        if len(self._nodes) != size.bit_count():
            raise ValueError(f"a tree of {size} entries has {size.bit_count()} nodes")

    def copy(self) -> "CompactRange":
        """Return the same tree, to grow by itself."""
        return CompactRange(self.size, self._nodes)

    @property
    def nodes(self) -> tuple[bytes, ...]:
        """Return what must be kept to go on from here."""
        return tuple(self._nodes)

    def add(self, leaf: bytes, level: int = 0) -> list[bytes]:
        """Grow by a leaf, or by a whole subtree of 2**level leaves.

        Return the subtrees that this completes, the smallest first.
        """
        position = self.size >> level
        completed = [leaf]
        while position & 1:
            completed.append(node_hash(self._nodes.pop(), completed[-1]))
            position >>= 1
        self._nodes.append(completed[-1])
        self.size += 1 << level
        return completed

    def root(self) -> bytes:
        """Return the hash that stands for everything added."""
        if not self._nodes:
            return EMPTY_ROOT
        root = self._nodes[-1]
        for left in reversed(self._nodes[:-1]):
            root = node_hash(left, root)
        return root


def split(size: int) -> int:
    """Return the size of the left subtree: the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return the subtrees whose hashes prove that an entry is in the tree, the nearest first."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} entries has no entry {index}")
    start, end = 0, size
    spans: list[Span] = []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(first: int, second: int) -> list[Span]:
    """Return the subtrees whose hashes prove that the smaller tree begins the larger one."""
    if not 0 < first <= second:
        raise ValueError(f"a tree of {first} entries begins no tree of {second}")
    return [] if first == second else list(_subproof(first, 0, second, whole=True))


def _subproof(first: int, start: int, end: int, *, whole: bool) -> Iterator[Span]:
    if first == end:
        if not whole:  # otherwise it is the smaller root itself, which the reader has
            yield start, end
        return
    middle = start + split(end - start)
    if first <= middle:
        yield from _subproof(first, start, middle, whole=whole)
        yield middle, end
    else:
        yield from _subproof(first, middle, end, whole=False)
        yield start, middle


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes:
    """Return the root that an inclusion proof leads to.

    Raises: ProofInvalid (it has the wrong length).
    """
    if not 0 <= index < size:
        raise ProofInvalid(f"a tree of {size} entries has no entry {index}")
    at, last, root = index, size - 1, leaf
    for node in path:
        if last == 0:
            raise ProofInvalid("the proof is too long")
        if at & 1 or at == last:
            root = node_hash(node, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, node)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofInvalid("the proof is too short")
    return root


def require_consistent(
    first: int, first_root: bytes, second: int, second_root: bytes, path: Iterable[bytes]
) -> None:
    """Check that the tree of `first` entries begins the tree of `second`.

    Raises: ProofInvalid.
    """
    nodes = list(path)
    if not 0 < first <= second:
        raise ProofInvalid(f"a tree of {first} entries begins no tree of {second}")
    if first == second:
        if nodes or first_root != second_root:
            raise ProofInvalid("two trees of one size differ")
        return
    if first & (first - 1) == 0:
        nodes.insert(0, first_root)
    if _roots_of(first, second, nodes) != (first_root, second_root):
        raise ProofInvalid("the proof leads to other roots")


def _roots_of(first: int, second: int, nodes: list[bytes]) -> tuple[bytes, bytes]:
    if not nodes:
        raise ProofInvalid("the proof is too short")
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    smaller = larger = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            raise ProofInvalid("the proof is too long")
        if at & 1 or at == last:
            smaller, larger = node_hash(node, smaller), node_hash(node, larger)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            larger = node_hash(larger, node)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofInvalid("the proof is too short")
    return smaller, larger
