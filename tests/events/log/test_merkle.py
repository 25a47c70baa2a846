"""The tree against RFC 6962's own words, written down a second time as plainly as they stand."""

from functools import cache
from hashlib import sha256

import pytest

from events.log.proof.merkle import (
    EMPTY_ROOT,
    CompactRange,
    ProofInvalid,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    require_consistent,
    root_from_inclusion,
)

SIZES = range(1, 301)
ENTRIES = [n.to_bytes(32, "big") for n in range(300)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]

# Source: the test data of certificate-transparency, merkletree.
KNOWN_ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(entries: list[bytes], known: dict[tuple[bytes, ...], bytes] | None = None) -> bytes:
    """Return MTH(D[n]) of RFC 6962 §2.1, remembering what was asked before."""
    known = NAIVE if known is None else known
    key = tuple(entries)
    if key not in known:
        if len(entries) < 2:
            known[key] = sha256(b"\x00" + entries[0] if entries else b"").digest()
        else:
            k = 1
            while k * 2 < len(entries):
                k *= 2
            left, right = naive_root(entries[:k], known), naive_root(entries[k:], known)
            known[key] = sha256(b"\x01" + left + right).digest()
    return known[key]


NAIVE: dict[tuple[bytes, ...], bytes] = {}


@cache
def root_of(start: int, end: int) -> bytes:
    """Return the plain root of these entries: asked for tens of thousands of times."""
    return naive_root(ENTRIES[start:end])


def hashes(spans: list[tuple[int, int]]) -> list[bytes]:
    return [root_of(start, end) for start, end in spans]


def test_the_published_vectors_hold() -> None:
    tree = CompactRange()
    assert tree.root() == EMPTY_ROOT
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c149afbf4c8996fb924")
    for entry, root in zip(KNOWN_ENTRIES, KNOWN_ROOTS, strict=True):
        tree.add(leaf_hash(entry))
        assert tree.root().hex() == root


def test_every_size_has_the_root_of_the_plain_definition_also_after_a_restart() -> None:
    tree = CompactRange()
    for size in SIZES:
        tree.add(leaf_hash(ENTRIES[size - 1]))
        tree = CompactRange(tree.size, tree.nodes)
        assert tree.root() == naive_root(ENTRIES[:size])


def test_whole_subtrees_may_be_added_in_place_of_their_entries() -> None:
    tree = CompactRange()
    for start in (0, 64, 128):
        tree.add(naive_root(ENTRIES[start : start + 64]), level=6)
    for entry in ENTRIES[192:201]:
        tree.add(leaf_hash(entry))
    assert tree.root() == naive_root(ENTRIES[:201])


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="2 nodes"):
        CompactRange(3, [b""])


def test_every_entry_of_every_size_is_proved_to_be_in_the_tree() -> None:
    for size in SIZES:
        root = root_of(0, size)
        for index in range(size):
            path = hashes(inclusion_spans(index, size))
            leaf = LEAVES[index]
            assert root_from_inclusion(leaf, index, size, path) == root


def test_every_size_is_proved_to_begin_every_larger_one() -> None:
    for second in SIZES:
        for first in range(1, second + 1):
            require_consistent(
                first,
                root_of(0, first),
                second,
                root_of(0, second),
                hashes(consistency_spans(first, second)),
            )


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 100])
def test_a_proof_of_another_entry_place_or_length_is_refused(size: int) -> None:
    root = naive_root(ENTRIES[:size])
    index = size // 2
    path = hashes(inclusion_spans(index, size))
    leaf = leaf_hash(ENTRIES[index])
    assert root_from_inclusion(leaf_hash(b"another"), index, size, path) != root
    for wrong in ([*path, root], path[1:] if path else [root]):
        with pytest.raises(ProofInvalid):
            root_from_inclusion(leaf, index, size, wrong)
    for place in (-1, size):
        with pytest.raises(ProofInvalid):
            root_from_inclusion(leaf, place, size, path)
    if size > 1:
        assert root_from_inclusion(leaf, index - 1, size, path) != root


@pytest.mark.parametrize(("first", "second"), [(1, 2), (3, 7), (4, 7), (6, 8), (64, 100)])
def test_a_tree_that_was_rewritten_is_not_consistent(first: int, second: int) -> None:
    before, after = naive_root(ENTRIES[:first]), naive_root(ENTRIES[:second])
    path = hashes(consistency_spans(first, second))
    require_consistent(first, before, second, after, path)
    for wrong in (
        (first, bytes(32), second, after, path),
        (first, before, second, bytes(32), path),
        (first, before, second, after, path[1:]),
        (first, before, second, after, [*path, after]),
        (first, before, second, after, [*path[:-1], bytes(32)]),
        (first, before, first, after, []),
        (0, before, second, after, path),
        (second, after, first, before, path),
    ):
        with pytest.raises(ProofInvalid):
            require_consistent(*wrong)


def test_no_proof_can_be_asked_for_outside_of_the_tree() -> None:
    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(ValueError, match="no entry"):
            inclusion_spans(index, size)
    for first, second in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="begins no tree"):
            consistency_spans(first, second)
