// SPDX-License-Identifier: MIT
// The lines of jsonl as programs read them that infer a column's type from its first lines: pandas,
// Arrow and DuckDB, each with every choice of --json-integers. The first numbers are small and the
// last ones large.
//
// FG_TEST_PYTHON names an interpreter that has them, such as one of a virtual environment after
// `pip install pandas pyarrow duckdb`.
#include "support/spawn.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>

namespace {

std::string python() {
    const char *const named = std::getenv("FG_TEST_PYTHON");
    return named != nullptr ? named : "/usr/bin/python3";
}

// A program that reads the JSON. It is given the file `path`, the choice `integers` and the right
// values `rows`; it sets `table`, a dictionary of lists, to the values that it read.
struct Reader {
    const char *module, *script;
};

const Reader readers[] = {
    {"pandas", R"py(
import pandas
frame = pandas.read_json(path, lines=True, dtype=False)
table = frame.to_dict("list")
assert str(frame["count"].dtype) == ("int64" if integers != "string" else str(frame["n"].dtype))
if integers == "number":
    assert str(frame["n"].dtype) == "uint64", frame.dtypes
)py"},
    {"pyarrow", R"py(
import pyarrow as pa, pyarrow.json
inferred = pa.json.read_json(path).schema  # refuses a column whose type changes
text = pa.string()
assert inferred.field("primes").type == (pa.list_(text) if integers != "number" else pa.list_(pa.float64())), inferred
schema = None
if integers == "number":  # without a schema Arrow makes floats of what exceeds 2^63
    schema = pa.schema([("n", pa.uint64()), ("primes", pa.list_(pa.uint64())), ("count", pa.int64()),
                        ("gpf", pa.uint64()), ("mobius", pa.int8()), ("is_prime", pa.bool_())])
options = pa.json.ParseOptions(explicit_schema=schema)
table = pa.json.read_json(path, parse_options=options).to_pydict()
)py"},
    {"duckdb", R"py(
import duckdb
inferred = dict((row[0], row[1]) for row in duckdb.sql(f"describe select * from read_json('{path}')").fetchall())
assert "JSON" not in " ".join(inferred.values()), inferred  # its type for a column of several
assert inferred["n"] == ("VARCHAR" if integers != "number" else "HUGEINT"), inferred
assert inferred["count"] == ("VARCHAR" if integers == "string" else "BIGINT"), inferred
query = f"""select * from read_json('{path}', columns={{n: 'UBIGINT', primes: 'UBIGINT[]',
            count: 'BIGINT', gpf: 'UBIGINT', mobius: 'TINYINT', is_prime: 'BOOLEAN'}})"""
result = duckdb.sql(query)
table = dict(zip(result.columns, map(list, zip(*result.fetchall()))))
)py"},
};

const char head[] = R"py(
import sys
path, integers = sys.argv[1:]
)py";

const char tail[] = R"py(
def whole(value):
    if isinstance(value, (list, tuple)):
        return [whole(v) for v in value]
    assert isinstance(value, (bool, int, str)), repr(value)  # never a float
    return value if isinstance(value, bool) else int(value)
big, square = 18446744073709551557, 9007199254740997
expected = {
    "n": [12, 97, 18014398509481994, big],
    "primes": [[2, 2, 3], [97], [2, square], [big]],
    "count": [6, 2, 4, 2],
    "gpf": [3, 97, square, big],
    "mobius": [0, -1, 1, -1],
    "is_prime": [False, True, False, True],
}
got = {name: [whole(value) for value in values] for name, values in table.items()}
assert got == expected, got
print("as expected")
)py";

class CliJsonReaders : public testing::TestWithParam<Reader> {};

TEST_P(CliJsonReaders, ReadEachChoiceExactly) {
    const Reader reader = GetParam();
    if (access(python().c_str(), X_OK) != 0 ||
        spawn::run({python(), "-c", std::string("import ") + reader.module}).status != 0)
        GTEST_SKIP() << python() << " has no " << reader.module
                     << "; FG_TEST_PYTHON may name one that has (pip install " << reader.module
                     << ")";
    for (const char *const integers : {"auto", "number", "string"}) {
        const spawn::Result written =
            spawn::run({factor_gpu(), "--format=jsonl", "--show=primes,count,gpf,mobius,is_prime",
                        std::string("--json-integers=") + integers},
                       "12 97 18014398509481994 18446744073709551557\n");
        ASSERT_EQ(written.status, 0) << written.err;
        const spawn::TemporaryFile file(written.out);
        const spawn::Result read = spawn::run(
            {python(), "-c", std::string(head) + reader.script + tail, file.path(), integers});
        EXPECT_EQ(read.out, "as expected\n") << integers << ": " << written.out << read.err;
    }
}

// The widest values, 128 bits, and pairs of prime and exponent.
TEST_P(CliJsonReaders, ReadWideValuesAndPairsAsStrings) {
    const Reader reader = GetParam();
    if (access(python().c_str(), X_OK) != 0 ||
        spawn::run({python(), "-c", std::string("import ") + reader.module}).status != 0)
        GTEST_SKIP() << python() << " has no " << reader.module;
    const spawn::Result written =
        spawn::run({factor_gpu(), "--format=jsonl", "--show=primes,sigma", "--exponents"},
                   "12 18401055938125660800\n");
    ASSERT_EQ(written.status, 0) << written.err;
    const spawn::TemporaryFile file(written.out);
    const std::string script = R"py(
import sys
module, path = sys.argv[1:]
if module == "pandas":
    import pandas
    table = pandas.read_json(path, lines=True, dtype=False).to_dict("list")
elif module == "pyarrow":
    import pyarrow.json
    table = pyarrow.json.read_json(path).to_pydict()
else:
    import duckdb
    result = duckdb.sql(f"select * from read_json('{path}')")
    table = dict(zip(result.columns, map(list, zip(*result.fetchall()))))
assert table["primes"][0] == [["2", "2"], ["3", "1"]], table
n, sigma = 1, 1
for p, e in table["primes"][1]:
    n, sigma = n * int(p) ** int(e), sigma * (int(p) ** (int(e) + 1) - 1) // (int(p) - 1)
assert table["n"] == ["12", str(n)] and table["sigma"] == ["28", str(sigma)], table
assert sigma > 2 ** 64
print("as expected")
)py";
    const spawn::Result read = spawn::run({python(), "-c", script, reader.module, file.path()});
    EXPECT_EQ(read.out, "as expected\n") << written.out << read.err;
}

INSTANTIATE_TEST_SUITE_P(Of, CliJsonReaders, testing::ValuesIn(readers),
                         [](const testing::TestParamInfo<Reader> &reader) {
                             return std::string(reader.param.module);
                         });

} // namespace
