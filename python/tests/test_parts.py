# SPDX-License-Identifier: MIT
"""Parts against the program: the same cuts, the same bytes, the same rows."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import os
import pickle
import random
import resource
from collections.abc import Callable
from pathlib import Path

import numpy
import pytest
from factor_gpu import DeviceError, Engine, parts
from parts_support import (
    PROGRAM,
    SEED,
    Find,
    answer_whole,
    digest,
    needs_program,
    run_program,
    save_random,
    verify_by_program,
)

#: The members of a row that two runs over the same part have in common.
COMMON = ("format", "version", "program", "input", "part", "of", "numbers", "numbers_sha256", "bytes",
          "output_sha256", "options", "method", "exit_status")
GOOD = ("1", "17", "+17", "0x1f", "+0X1F", "007", "18446744073709551615", "99,", "8;", ",", "1000000007")
BAD = ("abc", "0", "-5", "1.5", "18446744073709551616", "12,13", "0x", "8;;", "0x1g")


def random_text(generator: random.Random, tokens: int) -> bytes:
    text = generator.choice(["", "\ufeff"])
    for _ in range(tokens):
        kind = generator.random()
        if kind < 0.7:
            text += str(generator.getrandbits(generator.choice([8, 20, 64])))
        elif kind < 0.85:
            text += generator.choice(GOOD)
        elif kind < 0.92:
            text += generator.choice(["# 12 13", "7#8 9", "#", "# caf\u00e9 0x"]) + "\n"
        else:
            text += generator.choice(BAD)
        text += generator.choice([" ", "\n", "\n", "\t", ", ", ";\n", "\r\n", "\v", "\n \n"])
    return text.encode()


def rows_of(manifest: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in manifest.read_text().splitlines()]


def expect_as_program(folder: Path, source: object, of: int, suffix: str, columns: str) -> None:
    """Answers all parts by both, and expects the same files and rows."""
    folder.mkdir()
    ours, theirs = folder / "ours.jsonl", folder / "theirs.jsonl"
    for part in range(1, of + 1):
        mine, other = folder / f"a{part}{suffix}", folder / f"b{part}{suffix}"
        done = parts.factor_part(str(source), part, of, mine, columns, manifest=ours)
        run = run_program("-q", f"--shard={part}/{of}", f"--show={columns}", f"--format={suffix[1:]}",
                          f"--output={other}", f"--manifest={theirs}", source)
        assert mine.read_bytes() == other.read_bytes(), (source, part, of, columns, run.stderr)
        assert done.exit_status == run.returncode, (done, run.stderr)
        places = [text.split(" ")[1] for text in run.stderr.splitlines() if "argument" not in text]
        assert [text.split(" ")[0] for text in done.complaints][: len(places)] == places
    for mine_row, other_row in zip(rows_of(ours), rows_of(theirs), strict=True):
        assert list(mine_row) == list(other_row)
        assert [mine_row[key] for key in COMMON] == [other_row[key] for key in COMMON]
    assert parts.verify(ours).problems == []
    assert parts.verify(theirs).problems == []
    assert verify_by_program(ours) == ""


@needs_program
@pytest.mark.parametrize("seed", range(SEED, SEED + 4))
def test_texts_are_cut_and_read_as_by_the_program(tmp_path: Path, seed: int) -> None:
    generator = random.Random(seed)
    source = tmp_path / "numbers.txt"
    for run, tokens in enumerate([0, 1, 6, 60]):
        source.write_bytes(random_text(generator, tokens))
        columns = generator.choice(["phi", "sigma,mobius", "count,smooth=7,is_prime"])
        expect_as_program(tmp_path / f"npy{run}", source, generator.choice([1, 2, 9]), ".npy", columns)
        lists = generator.choice(["primes", "divisors", "phi,primes", "primes,sigma,divisors"])
        expect_as_program(tmp_path / f"words{run}", source, generator.choice([1, 5]), ".u64le", lists)


@needs_program
def test_a_long_text_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from factor_gpu import _sources

    monkeypatch.setattr(_sources, "_TEXT_PIECE", 64)
    monkeypatch.setattr(_sources, "_LOOK_BYTES", 16)
    generator = random.Random(SEED)
    source = tmp_path / "numbers.txt"
    source.write_bytes(random_text(generator, 300) + b"# " + b"7 " * 200 + b"\n" + b"9" * 300 + b"\n5")
    expect_as_program(tmp_path / "parts", source, 3, ".u64le", "primes")


@needs_program
@pytest.mark.parametrize(
    ("source", "of"),
    [("1..100", 7), ("0..5000", 3), ("10^9..+20000", 20), ("5..100000..7", 2),
     ("2^64-5000..18446744073709551615", 7), ("1e6..1000010", 12), ("0x10..0x20", 1)],
)
def test_ranges_are_cut_as_by_the_program(tmp_path: Path, source: str, of: int) -> None:
    expect_as_program(tmp_path / "npy", source, of, ".npy", "phi,liouville")
    expect_as_program(tmp_path / "words", source, min(of, 3), ".u64le", "primes")


@needs_program
@pytest.mark.parametrize("dtype", ["<u8", ">u4", "<i2", "|u1"])
def test_arrays_are_cut_as_by_the_program(tmp_path: Path, dtype: str) -> None:
    least = -3 if dtype == "<i2" else 0
    values = numpy.random.default_rng(SEED).integers(least, 120, 100).astype(dtype)
    numpy.save(tmp_path / "numbers.npy", values)
    expect_as_program(tmp_path / "npy", tmp_path / "numbers.npy", 20, ".npy", "sigma")
    expect_as_program(tmp_path / "words", tmp_path / "numbers.npy", 7, ".u64le", "primes")


def test_of_many_bad_numbers_the_first_are_named(tmp_path: Path) -> None:
    numpy.save(tmp_path / "in.npy", numpy.zeros(50, dtype=int))
    done = parts.factor_part(tmp_path / "in.npy", 1, 1, tmp_path / "out.npy", "phi")
    assert (done.numbers, done.exit_status, len(done.complaints)) == (0, 1, 21)
    assert "element 19: 0" in done.complaints[19] and "and 30 more" in done.complaints[20]


@needs_program
def test_binary_data_ends_a_text(tmp_path: Path) -> None:
    source = tmp_path / "numbers.txt"
    source.write_bytes(b"12 " * 200_000 + b"13 1\x014 15\n" + b"16 " * 100)
    expect_as_program(tmp_path / "one", source, 1, ".u64le", "primes")
    expect_as_program(tmp_path / "two", source, 2, ".u64le", "primes")


@needs_program
@pytest.mark.parametrize("of", [1, 7, 64])
def test_parts_together_are_one_run(tmp_path: Path, of: int) -> None:
    source, manifest = tmp_path / "numbers.npy", tmp_path / "parts.jsonl"
    save_random(source, 3000)
    outputs = [tmp_path / f"part{part:03d}.u64le" for part in range(1, of + 1)]
    for one, output in zip(parts.plan(source, of), outputs, strict=True):
        parts.factor_part(one.source, one.part, one.of, output, ["phi", "divisors"], manifest=manifest)
    whole = answer_whole(source, "phi,divisors", tmp_path / "whole.u64le")
    assert digest(*outputs) == digest(whole)
    assert parts.verify(manifest)


# ---- Parquet ----


@needs_program
def test_parquet_is_cut_between_row_groups(tmp_path: Path, neighbour: Find) -> None:
    arrow, parquet = neighbour("pyarrow"), neighbour("pyarrow.parquet")
    values = numpy.random.default_rng(SEED).integers(1, 2**40, 5000, dtype=numpy.uint64)
    table = arrow.table({"name": ["x"] * 5000, "value": values})
    parquet.write_table(table, tmp_path / "in.parquet", row_group_size=450)
    numpy.save(tmp_path / "in.npy", values)
    names = "primes,sigma,mobius,is_prime,phi"
    for of in (1, 7, 64):
        outputs = [tmp_path / f"of{of}-{part}.parquet" for part in range(1, of + 1)]
        plan = parts.plan(tmp_path / "in.parquet", of, column="value")
        done = [
            parts.factor_part(one.source, one.part, of, output, names, manifest=tmp_path / "m.jsonl")
            for one, output in zip(plan, outputs, strict=True)
        ]
        assert sum(one.numbers for one in done) == 5000
        if of == 7:  # 12 row groups
            assert {one.numbers for one in done} <= {450, 900, 500}
        result = arrow.concat_tables([parquet.read_table(output) for output in outputs])
        assert result.column("n").to_numpy().tolist() == values.tolist()
        # From the values in Parquet to the program's records.
        words = []
        for row in result.to_pylist():
            sigma = int(row["sigma"])
            words += [row["n"], len(row["primes"]), *row["primes"], sigma % 2**64, sigma >> 64,
                      row["mobius"] % 2**64, int(row["is_prime"]), row["phi"]]
        whole = answer_whole(tmp_path / "in.npy", names, tmp_path / f"whole{of}.u64le")
        assert numpy.array(words, dtype="<u8").tobytes() == whole.read_bytes()
    assert parts.verify(tmp_path / "m.jsonl").problems == []
    assert verify_by_program(tmp_path / "m.jsonl") == ""


def test_parquet_without_a_number_is_reported(tmp_path: Path, neighbour: Find) -> None:
    arrow, parquet = neighbour("pyarrow"), neighbour("pyarrow.parquet")
    source, output = tmp_path / "in.parquet", tmp_path / "out.parquet"
    table = arrow.table({"n": arrow.array([6, None, 0, -4, 7, None, 35], arrow.int64())})
    parquet.write_table(table, source, row_group_size=4)
    done = parts.factor_part(source, 1, 1, output, "primes")
    assert done.exit_status == 1
    assert done.complaints == (
        f"{source}: row 1: has no number",
        f"{source}: row 3: -4 is not a whole number",
        f"{source}: row 5: has no number",
    )
    assert parquet.read_table(output).to_pylist() == [
        {"n": 6, "primes": [2, 3]}, {"n": 0, "primes": []}, {"n": 7, "primes": [7]},
        {"n": 35, "primes": [5, 7]}]


def test_a_column_of_parquet_has_to_be_clear(tmp_path: Path, neighbour: Find) -> None:
    arrow, parquet = neighbour("pyarrow"), neighbour("pyarrow.parquet")
    parquet.write_table(arrow.table({"a": [1], "b": [2.5]}), tmp_path / "in.parquet")
    for column, words in [(None, "name one of them, as in '.*in.parquet:a'$"), ("c", "no column c"),
                          ("b", "the column b is of the type double: save whole numbers")]:
        with pytest.raises(ValueError, match=words):
            parts.plan(tmp_path / "in.parquet", 2, column=column)
    by_name = parts.plan(tmp_path / "in.parquet", 2, column="a")
    assert parts.plan(f"{tmp_path}/in.parquet:a", 2) == by_name
    with pytest.raises(ValueError, match="has no columns"):
        parts.plan("1..10", 2, column="a")


# ---- Again, at once, and killed ----


def test_a_part_that_is_complete_is_left_as_it_is(tmp_path: Path) -> None:
    output, manifest = tmp_path / "part.npy", tmp_path / "parts.jsonl"
    first = parts.factor_part(range(1, 5001), 1, 2, output, "phi", manifest=manifest)
    before = output.stat()
    again = parts.factor_part("1..5000", 1, 2, output, "phi", manifest=manifest)
    assert again.was_there and again.sha256 == first.sha256
    assert output.stat().st_mtime_ns == before.st_mtime_ns
    assert len(rows_of(manifest)) == 1
    assert (str(first).count("complete before"), str(again).count("complete before")) == (0, 1)
    # Cut off, or without its row it is not.
    output.write_bytes(output.read_bytes()[:-1] + b"\xff")
    assert not parts.factor_part("1..5000", 1, 2, output, "phi", manifest=manifest).was_there
    assert output.stat().st_size == before.st_size
    manifest.unlink()
    assert not parts.factor_part("1..5000", 1, 2, output, "phi", manifest=manifest).was_there


def test_a_part_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    output, manifest = tmp_path / "part.npy", tmp_path / "parts.jsonl"
    parts.factor_part("1..5000", 1, 2, output, "phi", manifest=manifest)
    before, rows = output.read_bytes(), manifest.read_text()
    for source, part, of, columns in [("1..5000", 1, 2, "count"), ("1..5000", 1, 3, "phi"), ("1..5000", 2, 2, "phi"),
                                      ("1..5001", 1, 2, "phi")]:
        with pytest.raises(FileExistsError, match="part.npy is part 1 of 2 of 1..5000 .* take another folder"):
            parts.factor_part(source, part, of, output, columns, manifest=manifest)
    assert (output.read_bytes(), manifest.read_text()) == (before, rows)
    output.unlink()
    parts.factor_part("1..5000", 1, 2, output, "count", manifest=manifest)
    assert numpy.load(output)[:4].tolist() == [1, 2, 2, 3]


def test_a_relative_name_is_said_from_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    numpy.save("in.npy", numpy.array([6, 10]))
    one = parts.plan("in.npy", 1)[0]
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    with pytest.raises(parts.SourceError, match=f"seen from {tmp_path}/elsewhere on "):
        parts.factor_part(one.source, 1, 1, tmp_path / "a.npy", "phi")


def test_leftovers_of_the_dead_go_and_those_of_the_living_stay(tmp_path: Path) -> None:
    output = tmp_path / "part.npy"
    dead, alive = (tmp_path / f"part.npy.host-{number}-01abcdef.part" for number in (1, 2))
    others = [tmp_path / name for name in (
        "part.npy2.host-1-01abcdef.part", "part.npy.part", "part.npy.mine.part", "part.npy.host-1-0.part",
        "part.npy.host-1-01abcdeF.part", "part.npy.host-x-01abcdef.part")]
    for path in (dead, alive, *others):
        path.write_text("x")
    with open(alive, "rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        parts.factor_part(range(1, 10), 1, 1, output, "phi")
        assert (dead.exists(), alive.exists()) == (False, True)
    parts.factor_part(range(1, 10), 1, 1, output, "phi")
    assert not alive.exists()
    assert all(path.exists() for path in others)


def test_without_a_digest_no_part_is_complete(tmp_path: Path) -> None:
    source, manifest = tmp_path / "in.npy", tmp_path / "parts.jsonl"
    for numbers in ([6, 10], [7, 11], [7, 11]):
        numpy.save(source, numpy.array(numbers))
        one = parts.plan(source, 1, digest=False)[0]
        done = parts.factor_part(one.source, 1, 1, tmp_path / "a.npy", "phi", manifest=manifest)
        assert not done.was_there
        assert numpy.load(tmp_path / "a.npy").tolist() == [n - 1 if n % 2 else n // 2 - 1 for n in numbers]
    inputs = [row["input"] for row in rows_of(manifest)]
    size = source.stat().st_size
    assert inputs == [[{"name": str(source), "bytes": size, "sha256": None}]] * 3


@pytest.mark.parametrize("how", ["written", "replaced"])
def test_an_input_that_changed_since_its_plan_is_refused(tmp_path: Path, how: str) -> None:
    source, manifest = tmp_path / "in.npy", tmp_path / "parts.jsonl"
    numpy.save(source, numpy.array([6, 10]))
    one = parts.plan(source, 1)[0]
    parts.factor_part(one.source, 1, 1, tmp_path / "a.npy", "phi", manifest=manifest)
    old = source.stat()
    if how == "written":
        numpy.save(source, numpy.array([7, 11]))
        os.utime(source, ns=(old.st_mtime_ns, old.st_mtime_ns + 1))
    else:
        numpy.save(tmp_path / "other.npy", numpy.array([7, 11]))
        os.utime(tmp_path / "other.npy", ns=(old.st_mtime_ns, old.st_mtime_ns))
        os.replace(tmp_path / "other.npy", source)
    assert source.stat().st_size == old.st_size
    for name in ("a.npy", "b.npy"):
        with pytest.raises(parts.SourceError, match="in.npy has changed since it was planned"):
            parts.factor_part(one.source, 1, 1, tmp_path / name, "phi", manifest=manifest)
    assert not (tmp_path / "b.npy").exists()
    assert [row["exit_status"] for row in rows_of(manifest)] == [0, 3, 3]


def test_an_input_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "in.npy"
    numpy.save(source, numpy.array([6, 10]))
    answer = parts._answer_chunk

    def write_meanwhile(*arguments: object) -> object:
        os.utime(source, ns=(1, 1))
        return answer(*arguments)

    monkeypatch.setattr(parts, "_answer_chunk", write_meanwhile)
    with pytest.raises(parts.SourceError, match="plan it again"):
        parts.factor_part(source, 1, 1, tmp_path / "a.npy", "phi")
    assert [path.name for path in tmp_path.iterdir()] == ["in.npy"]


@needs_program
def test_long_tokens_are_read_as_by_the_program(tmp_path: Path) -> None:
    source = tmp_path / "numbers.txt"
    plain = ["0" * 5000 + "12", "9" * 5000, "0" * 50]
    other = ["+" + "0" * 60 + "7,", "1" * 50 + ";", "0x" + "0" * 5000 + "1f", "0x" + "f" * 5000,
             "x\\'\u00e9" * 20, "a\\'\u00e9", "0" * 19 + "18446744073709551616"]
    for tokens in (plain, plain + other):
        source.write_text("5\n" + "\n".join(tokens) + "\n6\n")
        done = parts.factor_part(source, 1, 1, tmp_path / "a.u64le", "phi,sigma")
        run = run_program("-q", "-s", "phi,sigma", "-f", "u64le", "-o", tmp_path / "b.u64le", source)
        assert (tmp_path / "a.u64le").read_bytes() == (tmp_path / "b.u64le").read_bytes()
        theirs = [line.removeprefix("factor-gpu: ") for line in run.stderr.splitlines()]
        assert len(done.complaints) == len(theirs)  # which may have some advice behind
        assert [text[: len(ours)] for ours, text in zip(done.complaints, theirs)] == list(done.complaints)


def test_a_link_is_followed_and_a_mode_is_kept(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "part.npy", tmp_path / "part.npy"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    parts.factor_part(range(1, 10), 1, 1, link, "phi")
    assert link.is_symlink() and numpy.load(target).tolist() == [1, 1, 2, 2, 4, 2, 6, 4, 6]
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_name_may_be_any_bytes(tmp_path: Path) -> None:
    manifest = tmp_path / "parts.jsonl"
    output = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.npy")
    parts.factor_part(range(1, 10), 1, 1, output, "phi", manifest=manifest)
    assert numpy.load(output).sum() == 28
    assert verify_by_program(manifest) == "" if PROGRAM else True
    assert parts.verify(manifest, missing_ok=True)  # in the manifest the name is a text
    source = os.fsdecode(os.fsencode(tmp_path) + b"/b\xe9.npy")
    numpy.save(source, numpy.arange(1, 10, dtype=numpy.uint64))
    for again in (False, True):
        part = parts.factor_part(source, 1, 1, tmp_path / "1.npy", "phi", manifest=manifest)
        assert part.was_there == again


def append_rows(path: str, count: int) -> None:
    from factor_gpu import _manifest

    for number in range(count):
        _manifest.append(path, {"process": os.getpid(), "number": number, "text": "x" * 500})


def test_rows_of_several_processes_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "parts.jsonl"
    path.write_text('{"half": ')
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=append_rows, args=(str(path), 40)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    half, *lines = path.read_text().splitlines()
    assert half == '{"half": '
    rows = [json.loads(line) for line in lines]
    assert len({(row["process"], row["number"]) for row in rows}) == 80


def test_a_forked_child_answers_parts_too(tmp_path: Path) -> None:
    parts.factor_part(range(1, 1000), 1, 2, tmp_path / "a.npy", "phi")
    child = os.fork()
    if child == 0:
        try:
            parts.factor_part(range(1, 1000), 2, 2, tmp_path / "b.npy", "phi")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    joined = numpy.concatenate([numpy.load(tmp_path / name) for name in ("a.npy", "b.npy")])
    assert len(joined) == 999 and joined[996] == 996  # phi(997)


def test_a_plan_and_what_comes_back_are_small(tmp_path: Path) -> None:
    plan = parts.plan("1..10^12", 10_000)
    assert len(plan) == 10_000
    done = parts.factor_part(range(1, 1000), 1, 1, tmp_path / "a.npy", "phi")
    for one in (plan[17], done):
        assert pickle.loads(pickle.dumps(one)) == one
        assert len(pickle.dumps(one)) < 1000


# ---- What is refused ----


@pytest.mark.parametrize(
    ("source", "part", "of", "name", "columns", "words"),
    [
        ("1..9", 0, 4, "a.npy", "phi", "the parts are 1 to 4"),
        ("1..9", 5, 4, "a.npy", "phi", "the parts are 1 to 4"),
        ("1..9", 1, 0, "a.npy", "phi", "cut into 1 to 1000000"),
        ("1..9", 1, 1, "a.txt", "phi", "npy, .u64le or .parquet"),
        ("1..9", 1, 1, "a.npy", "primes", "an array has no lists"),
        ("1..9", 1, 1, "a.npy", "phi,phi", "each once"),
        ("1..9", 1, 1, "a.npy", [], "at least one"),
        ("9..1", 1, 1, "a.npy", "phi", "must ascend"),
        ("1..2^64", 1, 1, "a.npy", "phi", "end at 2\\^64 - 1"),
        (range(9, 1, -1), 1, 1, "a.npy", "phi", "are not between"),
        ("1..9", 1, 1, "a.npy", "totient", "no column 'totient'"),
        ("1..2", 9, 9, "a.npy", "totient", "no column 'totient'"),  # a part without numbers
        ("1..9", 1, 1, "a.npy", "smooth", "the bound of 'smooth'"),
        ("1..9", 1, 1, "a.npy", "smooth=+7", "from 1 to 18446744073709551615"),
        ("1..9", 1, 1, "a.npy", "smooth=0", "the bound of"),
        ("1..9", 1, 1, "a.npy", "smooth=2^64", "the bound of"),
        ("1..9", 1, 1, "a.npy", "phi=7", "phi has no bound"),
        ("1..9", 1, 1, "a.npy", "smooth=7,smooth=007", "each once"),
        ("1..9", 1, 1, "a.npy", [("smooth", 0)], "the bound of"),
    ],
)
def test_arguments_that_make_no_sense(
    tmp_path: Path, source: str, part: int, of: int, name: str, columns: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        parts.factor_part(source, part, of, tmp_path / name, columns)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("columns", ["smooth=007", "smooth=0x7", "smooth=10^1-3", [("smooth", 7)]])
def test_a_bound_may_be_spelled_as_for_the_program(tmp_path: Path, columns: object) -> None:
    manifest = tmp_path / "parts.jsonl"
    parts.factor_part("1..12", 1, 1, tmp_path / "a.npy", columns, manifest=manifest)
    assert numpy.load(tmp_path / "a.npy").tolist() == [n != 11 for n in range(1, 13)]
    assert rows_of(manifest)[0]["options"] == "show=smooth=7 exponents=no format=npy strict=no"
    if PROGRAM and isinstance(columns, str):
        expect_as_program(tmp_path / "parts", "1..12", 2, ".npy", columns)


@pytest.mark.parametrize(("name", "other"), [
    ("destination", "source"), ("destination", "manifest"), ("manifest", "source"),
])
@pytest.mark.parametrize("link", [None, os.link, os.symlink])
def test_no_file_is_written_that_has_another_use(
    tmp_path: Path, name: str, other: str, link: Callable[[Path, Path], None] | None
) -> None:
    files = {use: tmp_path / f"{use}.npy" for use in ("source", "destination", "manifest")}
    save_random(files["source"], 10)
    save_random(files[other], 10)
    if link is None:
        files[name] = files[other]
    else:
        link(files[other], files[name])
    before = digest(files[other])
    with pytest.raises(ValueError, match=f"{name} .* would overwrite the {other} .*: both are one file; name another"):
        parts.factor_part(files["source"], 1, 1, files["destination"], "phi", manifest=files["manifest"])
    assert digest(files[other]) == before


def test_a_column_is_a_name_or_a_pair(tmp_path: Path) -> None:
    for columns in ([7], [b"phi"], [("smooth", 7, 8)]):
        with pytest.raises(TypeError, match="is no column"):
            parts.factor_part("1..9", 1, 1, tmp_path / "a.npy", columns)


def test_numbers_of_numpy_are_numbers(tmp_path: Path) -> None:
    manifest, two = tmp_path / "parts.jsonl", numpy.int64(2)
    for one in parts.plan("1..9", two):
        columns, part = [("smooth", numpy.uint8(3))], numpy.uint8(one.part)
        parts.factor_part(one.source, part, two, tmp_path / f"{part}.npy", columns, manifest=manifest)
    assert parts.verify(manifest) and len(rows_of(manifest)) == 2


def test_a_manifest_that_cannot_be_written_costs_no_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_answer", lambda *_: pytest.fail("the part was answered"))
    with pytest.raises(FileNotFoundError, match="parts.jsonl"):
        parts.factor_part("1..9", 1, 1, tmp_path / "a.npy", "phi", manifest=tmp_path / "no" / "parts.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_no_numbers(tmp_path: Path) -> None:
    numpy.save(tmp_path / "float.npy", numpy.ones(3))
    numpy.save(tmp_path / "square.npy", numpy.ones((2, 2), dtype=int))
    numpy.save(tmp_path / "cut.npy", numpy.ones(30, dtype=int))
    os.truncate(tmp_path / "cut.npy", 200)
    (tmp_path / "text.gz").write_bytes(b"\x1f\x8b\x08\x00")
    for name, header in [("open.npy", b"{'descr': '<u8'"), ("keys.npy", b"{'descr': '<u8', 1: 2}")]:
        (tmp_path / name).write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    for name, words in [("float.npy", "whole numbers"), ("square.npy", "one dimension"),
                        ("open.npy", "its .npy header cannot be read"), ("keys.npy", "its .npy header cannot be read"),
                        ("cut.npy", "whole copy"), ("text.gz", "neither a text")]:
        for call in (lambda: parts.factor_part(tmp_path / name, 1, 1, tmp_path / "a.npy", "phi"),
                     lambda: parts.plan(tmp_path / name, 2)):
            with pytest.raises(ValueError, match=words):
                call()
    with pytest.raises(FileNotFoundError):
        parts.plan(tmp_path / "nothing.txt", 3)


def test_failures_have_a_row_and_leave_no_file(tmp_path: Path) -> None:
    source, manifest = tmp_path / "in.npy", tmp_path / "parts.jsonl"
    save_random(source, 1000)
    one = parts.plan(source, 1)[0]
    with pytest.raises(FileNotFoundError):
        parts.factor_part(one.source, 1, 1, tmp_path / "no" / "a.npy", "phi", manifest=manifest)
    save_random(source, 999)
    with pytest.raises(parts.SourceError, match="plan it again"):
        parts.factor_part(one.source, 1, 1, tmp_path / "a.npy", "phi", manifest=manifest)
    source.unlink()
    with pytest.raises(OSError, match="in.npy"):
        parts.factor_part(one.source, 1, 1, tmp_path / "a.npy", "phi", manifest=manifest)
    assert [row["exit_status"] for row in rows_of(manifest)] == [6, 3, 3]
    assert not parts.verify(manifest)
    assert {path.name for path in tmp_path.iterdir()} == {"parts.jsonl"}


@pytest.mark.parametrize("name", ["a.npy", "a.u64le", "a.parquet"])
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, neighbour: Find, name: str) -> None:
    if name == "a.parquet":
        neighbour("pyarrow.parquet")
    manifest, limits = tmp_path / "parts.jsonl", resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limits[1]))
    try:
        with pytest.raises(OSError, match=f"File too large: '{tmp_path}/{name}'"):
            parts.factor_part("1..50000", 1, 1, tmp_path / name, "phi", manifest=manifest)
        assert [path.name for path in tmp_path.iterdir()] == ["parts.jsonl"]
        manifest.write_text("\n" * 8192)
        with pytest.raises(OSError, match=f"File too large: '{manifest}'"):
            parts.factor_part("1..5", 1, 1, tmp_path / name, "phi", manifest=manifest)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_an_engine_that_has_failed_is_not_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FailingEngine(Engine):
        def columns(self, numbers: object, names: object, *, wide: str = "ints") -> object:
            raise DeviceError("the GPU reported an error")

    monkeypatch.setattr(parts, "Engine", FailingEngine)
    with pytest.raises(DeviceError):
        parts.factor_part(range(1, 10), 1, 1, tmp_path / "a.npy", "phi", jobs=3)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    assert parts.factor_part(range(1, 10), 1, 1, tmp_path / "a.npy", "phi", jobs=3).numbers == 9


# ---- verify() ----


def spoil(manifest: Path, rows: list[dict[str, object]], how: str) -> None:
    """Makes one thing wrong, which `how` says, in a manifest of three parts."""
    lines = [json.dumps(row) for row in rows]
    output = Path(str(rows[1]["output"]))
    if how == "missing":
        del lines[1]
    elif how == "changed":
        output.write_bytes(output.read_bytes()[:-1] + b"\xff")
    elif how == "moved":
        output.rename(output.with_name("elsewhere"))
    elif how == "twice":
        lines.append(json.dumps({**rows[1], "output": "again.u64le"}))
    elif how == "other input":
        lines[1] = json.dumps({**rows[1], "input": [{**rows[1]["input"][0], "sha256": "0" * 64}]})
    elif how == "failed":
        lines[1] = json.dumps({**rows[1], "exit_status": 6, "output_sha256": None})
    elif how == "failed before":
        lines.insert(0, json.dumps({**rows[1], "exit_status": 6, "output_sha256": None}))
    elif how == "differs":
        lines.insert(0, json.dumps({**rows[1], "output_sha256": "0" * 64}))
    elif how == "half a line":
        lines[1] = lines[1][:50]
    elif how == "other version":
        lines[1] = json.dumps({**rows[1], "version": 2})
    elif how == "bad part":
        lines[1] = json.dumps({**rows[1], "part": 4})
    elif how == "blank line":
        lines.insert(1, "")
    elif how == "empty":
        lines = []
    elif how == "other sum":
        lines.append(json.dumps({**rows[1], "part": 1, "of": 1, "output": "whole"}))
    manifest.write_text("".join(line + "\n" for line in lines))


@needs_program
@pytest.mark.parametrize(
    ("how", "is_wrong"),
    [("nothing", False), ("missing", True), ("changed", True), ("moved", False), ("twice", True),
     ("other input", True), ("failed", True), ("failed before", False), ("differs", True),
     ("half a line", True), ("other version", True), ("bad part", True), ("blank line", False),
     ("empty", True), ("other sum", True)],
)
def test_verify_finds_what_the_program_finds(tmp_path: Path, how: str, is_wrong: bool) -> None:
    manifest = tmp_path / "parts.jsonl"
    for part in (1, 2, 3):
        output = tmp_path / f"part{part}.u64le"
        parts.factor_part("1..9000", part, 3, output, "primes", manifest=manifest)
    spoil(manifest, rows_of(manifest), how)
    verdict = parts.verify(manifest, missing_ok=True)
    text = verify_by_program(manifest)
    assert (not verdict, text != "") == (is_wrong, is_wrong), (verdict.problems, text)
    if is_wrong and how != "empty":
        assert f"{len(verdict.problems)} thing" in text


def test_verify_misses_a_file_that_is_not_here(tmp_path: Path) -> None:
    manifest = tmp_path / "parts.jsonl"
    outputs = [tmp_path / f"part{part}.u64le" for part in (1, 2)]
    for part, output in enumerate(outputs, 1):
        parts.factor_part("1..9000", part, 2, output, "primes", manifest=manifest)
    outputs[1].unlink()
    verdict = parts.verify(manifest)
    assert verdict.problems == [f"part 2: {outputs[1]} is not here, so it cannot be checked"]
    assert str(verdict) == verdict.problems[0]
    assert str(parts.verify(manifest, missing_ok=True)) == "all parts are there"
    assert verdict.wholes[0].outputs_missing == 1
    parts.factor_part("1..9000", 2, 2, outputs[1], "primes", manifest=manifest)
    assert parts.verify(manifest)


@needs_program
def test_verify_cannot_check_what_went_to_standard_output(tmp_path: Path) -> None:
    manifest = tmp_path / "parts.jsonl"
    run_program(f"--manifest={manifest}", "1..9")
    assert parts.verify(manifest).problems == [
        "part 1: it went to standard output, so it cannot be checked"]
    assert parts.verify(manifest, missing_ok=True)
