# SPDX-License-Identifier: MIT
"""Lists: views of memory that is not copied, slices, copies, pickles."""
import copy
import gc
import pickle

import factor_gpu
import numpy
import pytest


def address(array):
    return array.__array_interface__["data"][0]


def test_views_share_the_memory_and_outlive_everything():
    engine = factor_gpu.Engine()
    lists = engine.factor(range(1, 100001))
    values, offsets, last = lists.values, lists.offsets, lists[-1]
    assert address(lists.values) == address(values)
    assert address(lists.offsets) == address(offsets)
    assert address(last) == address(values) + 8 * int(offsets[-2])
    assert values.dtype == offsets.dtype == numpy.uint64
    engine.close()
    del engine, lists
    gc.collect()
    other = factor_gpu.factor(range(1, 100001)) # would take memory that was freed too early
    assert numpy.array_equal(values, other.values) and numpy.array_equal(offsets, other.offsets)
    assert last.tolist() == [2] * 5 + [5] * 5


def test_views_are_read_only():
    lists = factor_gpu.factor([12, 2**100])
    for view in (lists.values, lists.offsets, lists[1:].offsets, factor_gpu.factor([12])[0]):
        with pytest.raises(ValueError, match="read-only"):
            view[0] = 3


def test_indices_and_slices():
    lists = factor_gpu.factor(range(10, 20))
    assert len(lists) == 10
    assert lists[0].tolist() == [2, 5] and lists[-1].tolist() == [19] and lists[numpy.int64(2)].tolist() == [2, 2, 3]
    assert [part.tolist() for part in lists] == lists.tolist()
    for wrong in (10, -11):
        with pytest.raises(IndexError, match=f"there is no list {wrong}; there are 10, and the first is 0"):
            lists[wrong]
    with pytest.raises(IndexError):
        lists[2**70]
    for index in ("a", numpy.array([True] * 10), [0, 1]):
        with pytest.raises(TypeError, match="indexed by a whole number or a slice, not by a (str|ndarray|list)"):
            lists[index]
    part = lists[3:7]
    assert part.tolist() == lists.tolist()[3:7] and len(part) == 4
    assert address(part.values) == address(lists.values) + 8 * int(lists.offsets[3])
    assert part.offsets.tolist() == [0, 1, 3, 5, 9] and part.values.tolist() == [13, 2, 7, 3, 5, 2, 2, 2, 2]
    assert part.lengths.tolist() == [1, 2, 2, 4]
    assert part[1:][-1].tolist() == [2, 2, 2, 2]
    assert part[1:3].offsets.tolist() == [0, 2, 4] and part[1:3].values.tolist() == [2, 7, 3, 5]
    assert part[4:].offsets.tolist() == [0] and part[4:].values.tolist() == []
    assert len(lists[8:3]) == 0 and lists[100:].tolist() == []
    with pytest.raises(ValueError, match="step 1, not 2"):
        lists[::2]


def test_slices_of_two_words():
    part = factor_gpu.factor([2**66, 12, 35])[1:]
    assert factor_gpu.to_ints(part.values).tolist() == [2, 2, 3, 5, 7] and part.offsets.tolist() == [0, 3, 5]
    assert [primes.tolist() for primes in part] == part.tolist()


def test_lists_are_iterable_as_their_class_says():
    import collections.abc
    assert isinstance(factor_gpu.factor([12]), collections.abc.Iterable)
    assert list(iter(factor_gpu.factor([]))) == []


def test_repr_is_short():
    assert repr(factor_gpu.factor([12])) == "Lists(primes of 1 number: [[2, 2, 3]])"
    assert repr(factor_gpu.divisors([])) == "Lists(divisors of 0 numbers: [])"
    many = repr(factor_gpu.divisors([720720] * 100))
    assert many.endswith(", ...], ...])") and len(many) < 300
    assert repr(factor_gpu.factor([2**64])).startswith("Lists(primes of 1 number: [[2, 2,")


@pytest.mark.parametrize("numbers", [range(1, 1000), [2**100, 3, 2**127 - 1], [], [1]])
def test_pickles_and_copies(numbers):
    for lists in (factor_gpu.factor(numbers), factor_gpu.divisors(numbers), factor_gpu.factor(numbers)[1:]):
        again = pickle.loads(pickle.dumps(lists))
        assert (again.tolist(), again.kind, again.words) == (lists.tolist(), lists.kind, lists.words)
        assert copy.copy(lists).tolist() == copy.deepcopy(lists).tolist() == lists.tolist()
        assert again[:1].tolist() == lists[:1].tolist()


def test_arrays_that_are_no_lists_are_refused():
    from factor_gpu import _core
    words = numpy.array([2, 3], numpy.uint64)
    assert _core.restore_lists([0, 1, 2], words, "primes", 1).tolist() == [[2], [3]]
    for offsets, kind, count in (([0, 3], "primes", 1), ([1, 2], "primes", 1), ([0, 2, 1, 2], "primes", 1),
                                 ([], "primes", 1), ([0, 2], "factors", 1), ([0, 2], "primes", 2),
                                 ([0, 2], "primes", 3), ([0, 2**63], "primes", 2)):
        with pytest.raises(ValueError):
            _core.restore_lists(offsets, words, kind, count)


def test_a_pickle_of_a_slice_holds_the_slice_alone():
    assert len(pickle.dumps(factor_gpu.factor(range(1, 100000))[:3])) < 1000
