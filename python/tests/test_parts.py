# SPDX-License-Identifier: MIT
"""Parts against the program: the same cuts, the same bytes, the same rows."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import os
import pickle
import random
from pathlib import Path

import numpy
import pytest
from factor_gpu import parts
from parts_support import (
    PROGRAM,
    SEED,
    Find,
    answer_whole,
    digest,
    expect_as_program,
    needs_program,
    rows_of,
    run_program,
    save_random,
    verify_by_program,
)

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
        f"{source}: row 3: -4 is negative",
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
