# SPDX-License-Identifier: MIT
"""Objects that are taken as numbers, and those that are refused with a sentence."""
import array
import collections
import ctypes
import decimal
import fractions
import inspect
import mmap
import multiprocessing.sharedctypes
import pathlib
import runpy

import factor_gpu
import numpy
import pytest
from factor_gpu import parts

EXPECTED = [[2, 2, 3], [5, 7], [97]]
NUMBERS = [12, 35, 97]


@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_integer_type(dtype, order):
    numbers = numpy.array(NUMBERS, order + dtype)
    assert factor_gpu.factor(numbers).tolist() == EXPECTED
    assert factor_gpu.factor(numbers[::-1]).tolist() == EXPECTED[::-1]
    assert factor_gpu.factor(numbers[::2]).tolist() == EXPECTED[::2]
    assert factor_gpu.phi(numbers[1]) == 24


def test_types_at_their_ends():
    for dtype in (numpy.uint8, numpy.int8, numpy.int16, numpy.uint32, numpy.int32, numpy.int64, numpy.uint64):
        most = int(numpy.iinfo(dtype).max)
        assert factor_gpu.factor(numpy.array([1, most], dtype)).tolist() == [[], factor_gpu.factor(most)]


def test_columns_of_a_table_and_unaligned_memory():
    table = numpy.zeros(3, [("a", "u1"), ("n", ">i4"), ("m", "<u8")])
    table["n"] = NUMBERS
    table["m"] = NUMBERS
    assert factor_gpu.factor(table["n"]).tolist() == EXPECTED
    assert factor_gpu.factor(table["m"]).tolist() == EXPECTED
    bytes_ = numpy.frombuffer(b"x" + numpy.array(NUMBERS, "<u8").tobytes(), numpy.uint8)
    assert factor_gpu.factor(bytes_[1:].view("<u8")).tolist() == EXPECTED


def test_words_are_not_copied_or_changed():
    numbers = numpy.array(NUMBERS, numpy.uint64)
    numbers.flags.writeable = False
    assert factor_gpu.factor(numbers).tolist() == EXPECTED


def test_other_holders_of_numbers():
    assert factor_gpu.factor(array.array("I", NUMBERS)).tolist() == EXPECTED
    assert factor_gpu.factor(memoryview(array.array("q", NUMBERS))).tolist() == EXPECTED
    assert factor_gpu.factor(numpy.array(NUMBERS, object)).tolist() == EXPECTED
    assert factor_gpu.factor([numpy.uint8(12), numpy.int64(35), 97]).tolist() == EXPECTED
    assert factor_gpu.factor(numpy.uint64(2**64 - 59)) == [2**64 - 59]
    assert factor_gpu.factor(numpy.array(12)) == [2, 2, 3]
    wide = numpy.array([2**100, 3], object)
    assert factor_gpu.factor(wide).tolist() == [[2] * 100, [3]]
    strided = factor_gpu.to_uint128([2**100, 5, 3, 5])[::2]
    assert factor_gpu.factor(strided).tolist() == [[2] * 100, [3]]


@pytest.mark.parametrize("wrong, sentence", [
    (1.5, r"the number is 1.5, of the type float; numbers are whole numbers; convert it with int\(\) if it is whole$"),
    ([12, 1.0], r"numbers\[1\] is 1.0, of the type float"),
    (True, "the number is True, of the type bool; numbers are whole numbers$"),
    ([True], r"numbers\[0\] is True"),
    (None, "NoneType"),
    ([12, None], r"numbers\[1\] is None, .*; leave it out, or fill it first$"),
    ("12", r"a str holds no numbers; convert it with int\(\), or read the file that it names"),
    (["12"], r"numbers\[0\] is '12', of the type str; numbers are whole numbers; convert it with int\(\)$"),
    (b"12", "a bytes holds no numbers"),
    ({12}, r"a set is no sequence .*; list\(\) makes one of it$"),
    ({12: 1}, r"a dict is no sequence .* numpy.asarray\(\) takes$"),
    (iter([12]), "list_iterator has no length; read it in parts"),
    (object(), "object is no sequence"),
    ([[12]], r"numbers\[0\] is \[12\], of the type list; .*; give one list of numbers$"),
    (fractions.Fraction(3), r"the number is Fraction\(3, 1\), of the type Fraction; .*; convert it with int\(\)"),
    ([decimal.Decimal(3)], r"numbers\[0\] is Decimal\('3'\), .*; convert it with int\(\)"),
    (numpy.array([1.0]), "floating-point"),
    (numpy.array([1.0], ">f4"), "floating-point"),
    (numpy.array([1j]), "complex"),
    (numpy.array([True]), "booleans"),
    (numpy.array(["12"]), "the entries are texts"),
    (numpy.array([b"12"]), "the entries are texts"),
    (numpy.array([b"12"], "V2"), "format"),
    (numpy.datetime64("2020-01-01"), r"datetime64\('2020-01-01'\), of the type datetime64"), # not its bytes
    (numpy.timedelta64(5, "s"), "of the type timedelta64"),
    (memoryview(numpy.datetime64("2020-01-01")), "of the type datetime64"),
    (memoryview(b"12"), "a memoryview holds bytes"),
    (mmap.mmap(-1, 16), "a mmap.* holds bytes"),
    (numpy.zeros(1, [("lo", ">u8"), ("hi", ">u8")]), "structs other than factor_gpu.uint128"),
    (len, "a builtin_function_or_method is no sequence"),
    (numpy.array(["2020-01-01"], "M8[D]"), "datetime64"),
    (numpy.array([12, None], object), r"numbers\[1\] is None"),
    (numpy.float64(3), "the number is 3.0, of the type float; .*; convert it with int"),
    (numpy.array(3.0), "the number is 3.0, of the type float; .*; convert it with int"),
    (numpy.bool_(True), "the number is True, of the type bool; numbers are whole numbers$"),
    (numpy.zeros((), [("a", "u8")]), "structs other than"),
    ({12: 35}.values(), r"a dict_values is no sequence .*; list\(\) makes one of it$"),
    (pathlib.Path("numbers.npy"), "a PosixPath holds no numbers; read the file that it names"),
    (int, "a type is no sequence"),
    ([int], r"numbers\[0\] is <class 'int'>, of the type type; numbers are whole numbers$"),
    (factor_gpu.factor([12, 35]), "Lists hold several numbers for each; give their values"),
    (collections.deque([12, 1.5]), r"numbers\[1\] is 1.5"),
    (["é" * 100], r"numbers\[0\] is 'é{59}\.\.\., of the type str"),
    (["\0\ud800"], r"numbers\[0\] is '\\x00\\ud800'"),
    ((ctypes.c_double * 1)(1), "floating-point"),
    ([12, numpy.ma.masked], r"numbers\[1\] is masked, of the type .*MaskedConstant"),
    ([numpy.array([1, 2])], r"numbers\[0\] is array\(\[1, 2\]\), of the type ndarray"),
    (numpy.zeros(2, [("a", "u8"), ("b", "u8")]), "structs other than"),
])
def test_what_is_no_whole_number_is_a_type_error(wrong, sentence):
    for function in (factor_gpu.factor, factor_gpu.divisors, factor_gpu.phi):
        with pytest.raises(TypeError, match=sentence):
            function(wrong)


@pytest.mark.parametrize("wrong, sentence", [
    (-3, "the number is -3; numbers begin at 1"),
    ([1, -3], r"numbers\[1\] is -3"),
    (-2**70, "numbers begin at 1"),
    (0, "the number is 0, which has no factorisation"),
    ([5, 0], r"numbers\[1\] is 0"),
    (range(0, 5), r"numbers\[0\] is 0"),
    (range(5, -2, -1), r"is -1"),
    (2**128, "2\\^128 or more"),
    ([2**200], r"numbers\[0\] is 2\^128 or more"),
    (numpy.int8(-3), "the number is -3; numbers begin at 1"),
    (numpy.array(-3), "the number is -3; numbers begin at 1"),
    (numpy.array([3, -1], numpy.int8), r"numbers\[1\] is negative"),
    (numpy.array([3, -1], ">i4"), r"numbers\[1\] is negative"),
    (numpy.array([3, 2, -1]), r"numbers\[2\] is negative"),
    (numpy.array([3, 0], numpy.uint64), r"numbers\[1\] is 0"),
    (numpy.array([2**100, -2**100], object), r"numbers\[1\] is -"),
    (numpy.ones((2, 2), int), "2 dimensions"),
    ((ctypes.c_int64 * 2)(3, -1), r"numbers\[1\] is negative"),
    (((ctypes.c_uint64 * 2) * 2)(), "2 dimensions"),
    ([-10**5000], r"numbers\[0\] is an int of thousands of digits"),
    (numpy.ma.array([12, 35, 97], mask=[0, 1, 0]), r"numbers\[1\] is masked; leave out what is, with .compressed"),
    (numpy.ma.array([12, 35, 97], mask=[0, 1, 1]), r"numbers\[1\] and 1 more are masked"),
    (numpy.ma.array([12, 2**100], mask=[0, 1], dtype=object), r"numbers\[1\] is masked"),
    (numpy.ma.array(12, mask=True), "the number is masked"),
    (memoryview(numpy.ma.array([12, 35], mask=[0, 1])), "an entry is masked"),
    (memoryview(memoryview(numpy.ma.array([12, 35], mask=[0, 1])))[::-1], "an entry is masked"),
    (numpy.ma.array(factor_gpu.to_uint128([2**100, 3]), mask=[0, 1]), r"numbers\[1\] is masked"),
])
def test_what_is_out_of_range_is_a_value_error(wrong, sentence):
    for function in (factor_gpu.factor, factor_gpu.divisors, factor_gpu.phi):
        with pytest.raises(ValueError, match=sentence):
            function(wrong)


def test_zeros_that_are_allowed_have_empty_answers():
    with factor_gpu.Engine(allow_zeros=True) as engine:
        assert engine.factor([0, 12]).tolist() == [[], [2, 2, 3]]
        assert engine.factor(0) == []
        assert engine.column([0, 12], "phi").tolist() == [0, 4]


def test_columns_that_do_not_exist():
    with pytest.raises(ValueError, match="there is no column 'fi'; there are count, sigma"):
        factor_gpu.columns([12], ["fi"])
    with pytest.raises(ValueError, match="smooth needs a bound"):
        factor_gpu.columns([12], ["smooth"])
    with pytest.raises(ValueError, match="phi has no bound"):
        factor_gpu.columns([12], ["phi=3"])
    for name, function in (("primes", "factor"), ("divisors", "divisors")):
        with pytest.raises(ValueError, match=f"{name} are lists and no column; {function}\\(\\) returns them"):
            factor_gpu.columns([12], [name])
    with pytest.raises(ValueError, match="no whole number; write digits, as in 'smooth=1000'"):
        factor_gpu.columns([12], ["smooth=1e3"])
    with pytest.raises(ValueError, match=r"the bound of smooth is 0; it is a whole number from 1 to 2\^64 - 1"):
        factor_gpu.columns([12], [("smooth", 0)])
    with pytest.raises(TypeError, match="names is a list"):
        factor_gpu.columns([12], "phi")
    for no_name in (3, None, (3, 4)):
        with pytest.raises(TypeError, match="a column is a name"):
            factor_gpu.columns([12], [no_name])
    for no_names in (None, 3):
        with pytest.raises(TypeError, match=f"names is {no_names}, .*names is a list of names"):
            factor_gpu.columns([12], no_names)
    for text, said in (("\ud800", r"\\ud800"), ("phi\0", r"phi\\0"), ("é" * 100, "é{20}")):
        for name in (text, (text, 3)):
            with pytest.raises(ValueError, match=f"there is no column '{said}'"):
                factor_gpu.columns([12], [name])
    for bound in ("x", "7\0", "\ud800"):
        with pytest.raises(ValueError, match="no whole number"):
            factor_gpu.columns([12], [f"smooth={bound}"])
    with pytest.raises(TypeError, match="the bound of smooth is '7', of the type str"):
        factor_gpu.smooth([12], "7")
    with pytest.raises(TypeError, match="wide is None, of the type NoneType; it is 'ints' or 'words'"):
        factor_gpu.columns([12], ["phi"], wide=None)
    with pytest.raises(ValueError, match="not 'é{20}'"):
        factor_gpu.columns([12], ["phi"], wide="é" * 100)
    with pytest.raises(ValueError, match="no names"):
        factor_gpu.columns([12], [])
    with pytest.raises(ValueError, match="'ints' or 'words'"):
        factor_gpu.columns([12], ["phi"], wide="floats")
    with pytest.raises(factor_gpu.ArgumentError, match="^names 0 and 1 are for the same column, 'phi'"):
        factor_gpu.columns([12], ["phi", "phi"])


def test_chunks_cut_sequences_and_read_iterators():
    assert list(factor_gpu.chunks(range(10), 4)) == [range(0, 4), range(4, 8), range(8, 10)]
    assert [part.tolist() for part in factor_gpu.chunks(numpy.arange(5), 3)] == [[0, 1, 2], [3, 4]]
    taken = []

    def source():
        for n in range(1, 100):
            taken.append(n)
            yield n
    parts = factor_gpu.chunks(source(), 10)
    assert factor_gpu.factor(next(parts)).tolist()[3] == [2, 2]
    assert len(taken) == 10 # nothing is read before it is needed
    assert sum(int(factor_gpu.phi(part).sum()) for part in parts) + 32 == sum(
        int(factor_gpu.phi(n)) for n in range(1, 100))
    with pytest.raises(ValueError, match="at least one"):
        next(factor_gpu.chunks([1], 0))


def test_numbers_of_two_words_convert_both_ways():
    ints = [0, 1, 2**64 - 1, 2**64, 2**128 - 1]
    words = factor_gpu.to_uint128(ints)
    assert words.dtype == factor_gpu.uint128
    assert factor_gpu.to_ints(words).tolist() == ints
    assert factor_gpu.to_ints(numpy.array([1, 2])).tolist() == [1, 2]
    with pytest.raises(ValueError, match=r"numbers\[1\]"):
        factor_gpu.to_uint128([1, 2**128])
    assert factor_gpu.to_uint128(iter(ints)).tolist() == factor_gpu.to_uint128(words).tolist() == words.tolist()
    assert factor_gpu.to_uint128(range(3)).tolist() == [(0, 0), (1, 0), (2, 0)]
    for wrong in ([1.5], [True], [12.0], ["12"], "12", 12.7):
        with pytest.raises(TypeError):
            factor_gpu.to_uint128(wrong)


def test_arrays_of_ctypes():
    class Words(ctypes.Structure):
        _fields_ = [("lo", ctypes.c_uint64), ("hi", ctypes.c_uint64)]
    for kind in (ctypes.c_uint8, ctypes.c_int16, ctypes.c_uint32, ctypes.c_int64, ctypes.c_uint64):
        assert factor_gpu.factor((kind * 3)(*NUMBERS)).tolist() == EXPECTED
        assert factor_gpu.factor((kind * 0)()).tolist() == []
        assert factor_gpu.phi(kind(35)) == 24
    assert factor_gpu.factor(multiprocessing.sharedctypes.RawArray("i", NUMBERS)).tolist() == EXPECTED
    assert factor_gpu.factor((Words * 2)(Words(35, 0), Words(0, 1))).tolist() == [[5, 7], [2] * 64]


def test_masks_without_a_masked_entry_are_no_matter():
    masked = numpy.ma.array([12, 1, 35], mask=[0, 1, 0])
    assert factor_gpu.factor(masked[::2]).tolist() == factor_gpu.factor(masked.compressed()).tolist() == EXPECTED[:2]
    assert factor_gpu.factor(numpy.ma.array(NUMBERS)).tolist() == EXPECTED


def test_sequences_of_other_classes_keep_every_bit():
    numbers = collections.deque([12, 2**63 + 1, 2**100])
    assert factor_gpu.factor(numbers).tolist() == factor_gpu.factor(list(numbers)).tolist()


def test_arrays_of_nothing():
    for nothing in (numpy.array([]), numpy.array([], "f4"), collections.deque(), [], range(0)):
        assert factor_gpu.factor(nothing).tolist() == [] and factor_gpu.phi(nothing).dtype == numpy.uint64


@pytest.mark.parametrize("numbers", [
    range(1, 2**70, 2**63), range(2**64 - 1, -1, -(2**64 - 1)), range(2**127, 2**128, 2**125),
    range(2**100, 5, -2**99), range(10, 0, -1), range(7, 8, 2**90), range(3, 3 * 10**5, 3),
])
def test_ranges_with_any_step(numbers):
    assert factor_gpu.to_uint128(numbers).tolist() == [(n % 2**64, n >> 64) for n in numbers]


@pytest.mark.parametrize("numbers", [range(2**63 + 3), range(1, 2**63), range(1, 2**60, 2), range(1, 2**200)])
def test_ranges_beyond_memory_are_refused_and_cut(numbers):
    with pytest.raises(MemoryError, match="numbers do not fit into memory; answer them in parts"):
        factor_gpu.phi(numbers)
    assert next(factor_gpu.chunks(numbers, 3)) == numbers[:3]


@pytest.mark.parametrize("call, sentence", [
    (lambda: factor_gpu.Engine("threads"), "Engine.. takes backend, .* by name, .*given 1 without a name"),
    (lambda: factor_gpu.Engine(bakend="threads"), "takes backend.* and 'bakend'"),
    (lambda: factor_gpu.Engine().factor(), "factor.. takes one argument, numbers"),
    (lambda: factor_gpu.Engine().divisors(12, 35), "divisors.. takes one argument.* given 2"),
    (lambda: factor_gpu.Engine().column(12), "column.. takes numbers, name and bound"),
    (lambda: factor_gpu.Engine().columns([12], ["phi"], "words"), "wide by name"),
    (lambda: factor_gpu.Engine().cancel(1), "cancel.. takes no arguments"),
    (lambda: factor_gpu.Engine().close(1), "close.. takes no arguments"),
    (lambda: factor_gpu.Engine.factor(12), "'factor' for '.*Engine' objects doesn't apply to a 'int' object"),
    (lambda: factor_gpu.Engine().factor(12, numbers=12), "factor.. takes one argument, .*given 1 .* and 'numbers'"),
    (lambda: factor_gpu.Engine().columns([12], ["phi"], colour=1), "columns.. takes numbers and names, .*'colour'"),
    (lambda: factor_gpu.Engine().__init__(), "this Engine is initialised already"),
    (lambda: factor_gpu.Engine.__new__(factor_gpu.Engine).close(), "this .*Engine was not initialised"),
    (lambda: type("Mine", (factor_gpu.Engine,), {"__init__": lambda self: None})().factor(12),
     r"this .*Mine was not initialised: .*super\(\).__init__\(\)"),
    (factor_gpu.Lists, "Lists are made by factor.. and divisors.."),
    (lambda: factor_gpu.factor([12]).tolist(1), "tolist.. takes no arguments"),
    (lambda: factor_gpu.to_ints([12]), "to_ints.. takes an array of .* not a list"),
    (lambda: factor_gpu.to_ints(numpy.array([1.5])), "not an array of float64"),
    (lambda: next(factor_gpu.chunks(12)), "an int cannot be cut into parts"),
    (lambda: next(factor_gpu.chunks("12")), "a str cannot be cut into parts"),
    (lambda: next(factor_gpu.chunks({12: 1})), "a dict cannot be cut into parts"),
    (lambda: next(factor_gpu.chunks(numpy.array(12))), "an? ndarray cannot be cut into parts"),
    (lambda: next(factor_gpu.chunks([12], 1.5)), "size is 1.5, of the type float"),
    (lambda: parts.plan([12, 35], 2), "source is of the type list"),
    (lambda: parts.factor_part(parts.plan(range(1, 9), 2)[0], 1, 2, "x.npy", "phi"), "source is a Slice; give what it"),
    (lambda: parts.plan(range(1, 9), "2"), "of is '2', of the type str"),
    (lambda: parts.plan(range(1, 9), True), "of is True, of the type bool"),
    (lambda: parts.factor_part(range(1, 9), 1.0, 2, "x.npy", "phi"), "part is 1.0, of the type float"),
    (lambda: parts.factor_part(range(1, 9), 1, 2, None, "phi"), "destination is None"),
    (lambda: parts.factor_part(range(1, 9), 1, 2, "x.npy", "phi", manifest=3), "manifest is 3"),
    (lambda: parts.factor_part(range(1, 9), 1, 2, "x.npy", "phi", devices=0), "devices is 0, .*a list of indices"),
    (lambda: factor_gpu.compare([12], ["--repeat=3"]), "is no option, but of the type list; options are texts"),
    (lambda: factor_gpu.compare([12], program=None), "program is None, of the type NoneType; it is a name or a file"),
    (lambda: 12 in factor_gpu.factor([12, 35]), "a number is in a list, as in `2 in lists"),
    (lambda: parts.factor_part(range(1, 9), 1, 2, "x.npy", None), "columns is None, .*a list of names"),
    (lambda: parts.verify(None), "manifest is None, of the type NoneType; it is the name of a file"),
])
def test_calls_with_wrong_arguments_say_what_to_give(call, sentence):
    with pytest.raises(TypeError, match=sentence) as refusal:
        call()
    assert not words_of_nanobind(refusal.value)


def words_of_nanobind(error):
    return "incompatible function arguments" in str(error) or "nanobind" in str(error)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("arguments", [(), (None,), (1, 2), ("x", None, 3), ([12], ["phi"], 3, 4, 5)])
def test_no_call_of_a_method_has_words_of_nanobind(arguments):
    made = factor_gpu.Engine(), factor_gpu.factor([12, 35])
    for one in (*made, factor_gpu.Engine, factor_gpu.Lists, factor_gpu.Engine.__new__(factor_gpu.Engine),
                factor_gpu.Lists.__new__(factor_gpu.Lists)):
        for name in {*vars(type(made[0])), *vars(type(made[1]))} - {"__doc__", "__module__"}:
            for names in ({}, {"colour": 1}):
                try:
                    getattr(one, name)(*arguments, **names)
                except Exception as error:
                    assert str(error) and not words_of_nanobind(error), (one, name)
    for cls, name in ((factor_gpu.Engine, "backend"), (factor_gpu.Lists, "values")):
        for wrong in (lambda: getattr(cls, name).__get__(5), lambda: getattr(cls, name).__set__(made[0], 5)):
            with pytest.raises((TypeError, AttributeError)) as refusal:
                wrong()
            assert not words_of_nanobind(refusal.value)


def test_a_users_program_runs():
    runpy.run_path(str(pathlib.Path(__file__).with_name("user_program.py")))


def test_every_name_has_a_text_and_a_signature():
    for name in factor_gpu.__all__:
        value = getattr(factor_gpu, name)
        if callable(value):
            assert value.__doc__, name
    for cls in (factor_gpu.Engine, factor_gpu.Lists):
        for name, method in vars(cls).items():
            if not name.startswith("_"):
                assert method.__doc__, name
                if callable(method):
                    assert "self" in inspect.signature(method).parameters
    assert list(inspect.signature(factor_gpu.Engine.column).parameters) == ["self", "numbers", "name", "bound", "wide"]
    for name in factor_gpu.COLUMNS:
        text = getattr(factor_gpu, name).__doc__
        assert all(word in text for word in ("numbers:", "Returns", "Raises", "array"))


def test_bytes_with_a_type_are_numbers():
    words = numpy.array(NUMBERS, "<u8").tobytes()
    assert factor_gpu.factor(memoryview(words).cast("Q")).tolist() == EXPECTED
    assert factor_gpu.factor(memoryview(array.array("B", NUMBERS))).tolist() == EXPECTED
    assert factor_gpu.factor(memoryview(numpy.ma.array(NUMBERS))).tolist() == EXPECTED
