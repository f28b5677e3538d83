# SPDX-License-Identifier: MIT
"""pandas, pyarrow, polars and DuckDB: their numbers in, lists and columns out."""
import factor_gpu
import numpy
import pytest

NUMBERS = [12, 35, 97, 1]
PRIMES = [[2, 2, 3], [5, 7], [97], []]


def test_pandas_columns(neighbour):
    pandas = neighbour("pandas")
    frame = pandas.DataFrame({"n": NUMBERS, "x": [1.0] * 4}, index=[7, 5, 3, 1])
    frame = frame.assign(**factor_gpu.columns(frame["n"], ["phi", "is_prime", "mobius"]))
    frame["gpf"] = factor_gpu.gpf(frame.n)
    frame["primes"] = factor_gpu.factor(frame.n)
    assert frame["phi"].tolist() == [4, 24, 96, 1] and frame["phi"].dtype == numpy.uint64
    assert frame["is_prime"].tolist() == [False, False, True, False]
    assert frame["gpf"].tolist() == [3, 7, 97, 1]
    assert [primes.tolist() for primes in frame["primes"]] == PRIMES
    pairs = pandas.DataFrame({"n": [6, 35]}) # lists of one length
    pairs["primes"] = factor_gpu.factor(pairs.n)
    assert [primes.tolist() for primes in pairs["primes"]] == [[2, 3], [5, 7]]
    assert [part.tolist() for part in factor_gpu.chunks(frame.n, 3)] == [[12, 35, 97], [1]]
    with pytest.raises(ValueError, match="2 dimensions|2-dimensional"):
        factor_gpu.factor(frame[["n", "n"]])
    with pytest.raises(TypeError, match="floating-point"):
        factor_gpu.factor(frame["x"])


@pytest.mark.parametrize("dtype", ["int16", "uint64", "Int64", "UInt32", "int64[pyarrow]"])
def test_pandas_types(neighbour, dtype):
    pandas = neighbour("pandas")
    neighbour("pyarrow")
    series = pandas.Series(NUMBERS, dtype=dtype)
    assert factor_gpu.factor(series).tolist() == PRIMES
    assert factor_gpu.phi(series[::2]).tolist() == [4, 96]


@pytest.mark.parametrize("dtype", ["Int64", "float64", "int64[pyarrow]"])
def test_missing_numbers_are_refused(neighbour, dtype):
    pandas = neighbour("pandas")
    neighbour("pyarrow")
    for make in (pandas.Series, pandas.array):
        with pytest.raises(ValueError, match=r"^numbers\[1\] is missing \(null\); leave out what is, or fill it"):
            factor_gpu.factor(make([12, None, 35], dtype=dtype))
        with pytest.raises(ValueError, match=r"^numbers\[0\] and 2 more are missing"):
            factor_gpu.factor(make([None, 12, None, None], dtype=dtype))


def test_an_index_of_tuples_is_refused(neighbour):
    with pytest.raises(TypeError, match=r"numbers\[0\] is \(1, 2\), of the type tuple; .*; give one list of numbers"):
        factor_gpu.factor(neighbour("pandas").MultiIndex.from_tuples([(1, 2)]))


def test_pyarrow_takes_lists_without_a_copy(neighbour):
    pyarrow = neighbour("pyarrow")
    lists = factor_gpu.factor(NUMBERS)
    array = pyarrow.array(lists)
    array.validate(full=True)
    assert array.type == pyarrow.large_list(pyarrow.uint64())
    assert array.to_pylist() == PRIMES
    assert array.values.buffers()[1].address == lists.values.__array_interface__["data"][0]
    assert pyarrow.array(lists[1:3]).to_pylist() == PRIMES[1:3]
    del lists
    assert array.to_pylist() == PRIMES
    assert pyarrow.array(factor_gpu.factor([])).to_pylist() == []


def test_pyarrow_takes_lists_of_two_words(neighbour):
    pyarrow = neighbour("pyarrow")
    array = pyarrow.array(factor_gpu.factor([2**64, 2**100 + 1, 1]))
    array.validate(full=True)
    assert array.type == pyarrow.large_list(pyarrow.binary(16))
    assert [[int.from_bytes(value, "little") for value in part] for part in array.to_pylist()] == factor_gpu.factor(
        [2**64, 2**100 + 1, 1]).tolist()


def test_pyarrow_children_outlive_their_parents(neighbour):
    pyarrow = neighbour("pyarrow")
    values = pyarrow.array(factor_gpu.factor(range(1, 50000))).values
    again = factor_gpu.factor(range(1, 50000))
    assert numpy.array_equal(values.to_numpy(), again.values)


def test_numbers_of_pyarrow(neighbour):
    pyarrow = neighbour("pyarrow")
    for kind in (pyarrow.uint64(), pyarrow.int32(), pyarrow.uint8()):
        assert factor_gpu.factor(pyarrow.array(NUMBERS, kind)).tolist() == PRIMES
        assert factor_gpu.phi(pyarrow.chunked_array([pyarrow.array([12], kind),
                                                     pyarrow.array([35], kind)])).tolist() == [4, 24]
    for missing in (pyarrow.array([12, None, None]), pyarrow.chunked_array([[12], [None, None]])):
        with pytest.raises(ValueError, match=r"^numbers\[1\] and 1 more are missing"):
            factor_gpu.factor(missing)
    with pytest.raises(ValueError, match=r"^numbers\[0\] is missing"):
        factor_gpu.factor(pyarrow.nulls(1))
    with pytest.raises(TypeError, match=r"numbers\[0\] is '12', of the type str; .*; convert it with int\(\)"):
        factor_gpu.factor(pyarrow.array(["12"]))
    with pytest.raises(TypeError, match="floating-point"):
        factor_gpu.factor(pyarrow.array([12.0]))


def test_polars(neighbour):
    polars = neighbour("polars")
    frame = polars.DataFrame({"n": NUMBERS})
    frame = frame.with_columns(primes=polars.Series(factor_gpu.factor(frame["n"])),
                               phi=factor_gpu.phi(frame["n"]))
    assert frame["primes"].to_list() == PRIMES and frame["phi"].to_list() == [4, 24, 96, 1]
    assert frame["primes"].dtype == polars.List(polars.UInt64)
    assert [len(part) for part in factor_gpu.chunks(frame["n"], 3)] == [3, 1]
    with pytest.raises(ValueError, match=r"^numbers\[1\] is missing"):
        factor_gpu.factor(polars.Series([12, None]))
    with pytest.raises(TypeError, match="texts; convert them"):
        factor_gpu.factor(polars.Series(["12"]))


def test_duckdb_and_parquet(neighbour, tmp_path):
    duckdb, pyarrow = neighbour("duckdb"), neighbour("pyarrow")
    parquet = neighbour("pyarrow.parquet")
    answers = pyarrow.table({"n": range(1, 1001), "primes": factor_gpu.factor(range(1, 1001))})
    parquet.write_table(answers, tmp_path / "n.parquet")
    count = duckdb.sql("select count(*) from answers where len(primes) = 1").fetchall()
    read = duckdb.sql(f"select sum(list_sum(primes)) from '{tmp_path}/n.parquet'").fetchall()
    assert count == [(168,)]
    assert read == [(int(factor_gpu.sopfr(range(1, 1001)).sum()),)]
