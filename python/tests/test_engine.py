# SPDX-License-Identifier: MIT
"""Engines: where they run, who may use them, and how a batch ends before its end."""
import copy
import gc
import multiprocessing
import os
import pathlib
import pickle
import re
import resource
import signal
import subprocess
import sys
import textwrap
import threading
import time

import factor_gpu
import numpy
import pytest

# "cuda" too, if ./dev python --all runs these on the emulated device.
USABLE = [one.name for one in factor_gpu.backends() if one.usable]
PRIME61 = 2**61 - 1 # the method exhaustive tests as many candidates: that takes years


def run_script(text, *arguments):
    """Runs a script in a process of its own and returns what it printed."""
    # A shell that starts its tests in the background has them ignore Ctrl-C.
    text = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n" + textwrap.dedent(text)
    ran = subprocess.run([sys.executable, "-c", text, *arguments], check=False, timeout=120,
                         capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.parametrize("backend", ["auto", *USABLE])
@pytest.mark.parametrize("method", ["auto", "factor", "trial", "exhaustive"])
def test_every_backend_and_method(backend, method):
    with factor_gpu.Engine(backend=backend, method=method, jobs=2) as engine:
        assert engine.factor(range(1000, 1020)).tolist() == factor_gpu.factor(range(1000, 1020)).tolist()
        assert engine.divisors([360, 97]).tolist() == factor_gpu.divisors([360, 97]).tolist()
        assert engine.column([360, 97], "phi").tolist() == [96, 96]
        assert engine.backend in {b.name for b in factor_gpu.backends()}
        assert engine.method == ("factor" if method == "auto" else method) or engine.method == method


def test_an_engine_says_what_it_is():
    engine = factor_gpu.Engine(backend="threads", jobs=3)
    assert (engine.backend, engine.jobs, engine.method, engine.allow_zeros) == ("threads", 3, "auto", False)
    assert repr(engine) == "Engine(backend='threads', method='auto', jobs=3)"
    assert not engine.closed
    engine.close()
    assert engine.closed and repr(engine) == "Engine(closed)"
    engine.close()
    with pytest.raises(factor_gpu.ArgumentError, match="the engine is closed; open another one"):
        engine.factor(12)


def test_what_an_engine_refuses():
    with pytest.raises(factor_gpu.ArgumentError, match="there is no backend 'abacus'; there are auto, .*, cuda$"):
        factor_gpu.Engine(backend="abacus")
    with pytest.raises(ValueError, match="there is no method 'guess'; there are auto, exhaustive"):
        factor_gpu.Engine(method="guess")
    with pytest.raises(ValueError, match="jobs is 5000; it is a whole number from 0 to 4096"):
        factor_gpu.Engine(jobs=5000)
    with pytest.raises(TypeError, match="jobs is 1.5, of the type float"):
        factor_gpu.Engine(jobs=1.5)
    with pytest.raises(ValueError, match="jobs is -1; it is"):
        factor_gpu.Engine(jobs=-1)
    with pytest.raises(TypeError, match="jobs is '2', of the type str"):
        factor_gpu.Engine(jobs="2")
    with pytest.raises(ValueError, match=r"devices\[1\] is -1; it is"):
        factor_gpu.Engine(devices=[0, -1])
    for devices in (3, "01"):
        with pytest.raises(TypeError, match=r"devices is a list of indices, as in \[0, 1\], or 'all'"):
            factor_gpu.Engine(devices=devices)
    for name in ("backend", "method", "allow_zeros"):
        with pytest.raises(TypeError, match=f"^{name} is None, of the type NoneType; it is (the name of a|True)"):
            factor_gpu.Engine(**{name: None})
    with pytest.raises(ValueError, match="devices are for the backend cuda, not for threads; leave them out"):
        factor_gpu.Engine(backend="threads", devices=[0])
    with pytest.raises(ValueError, match="there is no method 'é{20}';"):
        factor_gpu.Engine(method="é" * 100)
    for text in ("\ud800", "auto\0"):
        with pytest.raises(ValueError, match=r"there is no method '.*\\"):
            factor_gpu.Engine(method=text)
        with pytest.raises(ValueError, match=r"there is no backend '.*\\"):
            factor_gpu.Engine(backend=text)
    for text in ("é" * 400, "x" + "é" * 400): # one of them is cut in the middle of a character
        with pytest.raises(ValueError, match="there is no backend 'x?é"):
            factor_gpu.Engine(backend=text)
    with pytest.raises(ValueError, match="devices is empty"):
        factor_gpu.Engine(devices=[])
    if not next(b for b in factor_gpu.backends() if b.name == "cuda").usable:
        with pytest.raises(factor_gpu.UnavailableError):
            factor_gpu.Engine(backend="cuda")
        assert factor_gpu.devices() == []


def test_cuda_and_auto_take_all_devices(monkeypatch):
    monkeypatch.setenv("FG_EMULATED_DEVICES", "2")
    run_script('''
        import factor_gpu
        there = tuple(one.index for one in factor_gpu.devices() if one.usable)
        with factor_gpu.Engine(devices="all") as engine:
            assert engine.devices == there and engine.factor(12) == [2, 2, 3]
        if there:
            assert there == (0, 1) or not factor_gpu.devices()[0].name.startswith("Emulated")
            with factor_gpu.Engine(backend="cuda", devices="all") as engine:
                assert engine.devices == there
                assert engine.factor([12, 35] * 1000).tolist() == [[2, 2, 3], [5, 7]] * 1000
            with factor_gpu.Engine(devices=[there[-1]]) as engine:
                assert engine.devices == there[-1:]
        else:
            try:
                factor_gpu.Engine(backend="cuda", devices="all")
                raise SystemExit("there is no device, and cuda was opened")
            except factor_gpu.UnavailableError:
                pass
        assert factor_gpu.Engine().devices == ()
    ''')


def test_what_the_system_refuses_is_said_without_options_of_the_program():
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
    try:
        with pytest.raises(factor_gpu.SystemRefusedError, match="no socket for a worker process .*; try a smaller jobs, "
                                                                "a larger ulimit -n, or backend='threads'$"):
            factor_gpu.Engine(backend="pool")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_a_method_that_takes_no_wide_numbers_says_so():
    with factor_gpu.Engine(method="trial") as engine:
        with pytest.raises(factor_gpu.ArgumentError):
            engine.factor(2**100)
        assert engine.factor(12) == [2, 2, 3]


def test_exceptions_are_the_librarys_statuses():
    from factor_gpu import _core, _errors
    assert len(_errors.STATUS_CLASSES) == 10
    for status, kind in enumerate(_errors.STATUS_CLASSES, 1):
        assert issubclass(kind, factor_gpu.Error)
        assert _core.status_text(status)
    assert _core.status_text(1) == "an argument is outside its range"
    assert _core.status_text(8) == "the work was cancelled"
    assert _errors.class_of_status(8) is factor_gpu.CancelledError
    assert _errors.class_of_status(99) is factor_gpu.Error
    assert {kind.__module__ for kind in (factor_gpu.Error, *_errors.STATUS_CLASSES)} == {"factor_gpu"}
    assert type(pickle.loads(pickle.dumps(factor_gpu.DeviceError("lost")))) is factor_gpu.DeviceError


@pytest.mark.parametrize("backend", USABLE)
def test_ctrl_c_ends_a_batch_and_the_engine_lives_on(backend):
    printed = run_script("""
        import os, signal, sys, threading, time
        import factor_gpu
        # The emulated device answers a launch for years of the method exhaustive as a whole.
        emulated = sys.argv[1] == "cuda"
        engine = factor_gpu.Engine(backend=sys.argv[1], method="factor" if emulated else "exhaustive", jobs=2)
        numbers = [(2**32 - 5) * (2**32 - 17)] * 200_000 if emulated else [12, 2**61 - 1]
        sent = []
        def press():
            time.sleep(0.3)
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)
        for _ in range(2):
            threading.Thread(target=press).start()
            try:
                engine.divisors(numbers)
            except KeyboardInterrupt:
                print("interrupted", time.monotonic() - sent[-1])
            print(engine.divisors([12, 35]).tolist())
    """, backend)
    lines = printed.splitlines()
    assert lines[1::2] == ["[[1, 2, 3, 4, 6, 12], [1, 5, 7, 35]]"] * 2
    for line in lines[::2]:
        assert line.startswith("interrupted")
        assert float(line.split()[1]) < 60 # 0.1 s on an idle machine, and years without a cancel


def test_ctrl_c_ends_the_short_functions_and_large_batches_too():
    printed = run_script("""
        import os, signal, threading, time
        import factor_gpu
        def press():
            time.sleep(0.2)
            os.kill(os.getpid(), signal.SIGINT)
        for work in (lambda: factor_gpu.factor(range(10**15, 10**15 + 10**9)),
                     lambda: factor_gpu.phi([(2**64 - 59) * (2**63 - 25)] * 10**6)):
            threading.Thread(target=press).start()
            try:
                work()
            except KeyboardInterrupt:
                print("interrupted")
            print(factor_gpu.phi(12))
    """)
    assert printed.split() == ["interrupted", "4"] * 2


@pytest.mark.long
@pytest.mark.parametrize("work", [
    "factor_gpu.factor(semiprimes)", "factor_gpu.divisors(semiprimes)",
    "factor_gpu.columns(semiprimes, ['phi', 'count'])",
    "factor_gpu.factor(wide)", "factor_gpu.sigma(wide)", "factor_gpu.is_prime(primes)",
    "factor_gpu.columns(range(10**15, 10**15 + 10**9), ['phi', 'mobius'])",
    "factor_gpu.Engine(method='sieve').column(range(10**17, 10**17 + 10**9), 'phi')",
    "factor_gpu.compare(semiprimes[:10**4], '--repeat=1000', program=program)",
    "parts.factor_part(range(10**15, 10**15 + 10**9), 1, 1, folder + '/x.npy', ['phi', 'sigma'])",
])
def test_ctrl_c_ends_every_call(work, tmp_path):
    """CPU time, because others may use this machine: 0.2 s on two CPUs, and minutes without a cancel."""
    program = os.environ.get("FACTOR_GPU_PROGRAM", "")
    if "program" in work and not program:
        pytest.skip("FACTOR_GPU_PROGRAM names no program")
    printed = run_script("""
        import os, signal, sys, threading, time
        import factor_gpu, numpy
        from factor_gpu import parts
        program, folder = sys.argv[2:]
        semiprimes = numpy.full(2 * 10**7, (2**32 - 5) * (2**32 - 17), numpy.uint64)
        primes = numpy.full(2 * 10**7, 2**64 - 59, numpy.uint64)
        wide = [(2**61 - 1) * (2**64 - 59)] * 10**5
        def press():
            time.sleep(0.5)
            sent.append(time.process_time())
            os.kill(os.getpid(), signal.SIGINT)
        sent = []
        work = eval("lambda: " + sys.argv[1]) # called outside, because eval() remembers Ctrl-C to the end
        threading.Thread(target=press).start()
        try:
            work()
            print("ended by itself")
        except KeyboardInterrupt:
            print(time.process_time() - sent[0], os.listdir(folder), factor_gpu.factor(360))
    """, work, program, str(tmp_path))
    seconds, files, primes = printed.strip().replace(" [", "|[").split("|")
    assert float(seconds) < 5 and files == "[]" and primes == "[2, 2, 2, 3, 3, 5]"


@pytest.mark.long
@pytest.mark.parametrize("backend", USABLE)
def test_ctrl_c_ends_every_method_within_a_fifth_of_a_second(backend):
    """CPU time of one worker and its parent. Others may use this machine, so that the clock says little."""
    program = pathlib.Path(__file__).parents[1] / "bench" / "interrupt.py"
    ran = subprocess.run([sys.executable, program, "--rounds=5", f"--backend={backend}"], check=False, timeout=600,
                         capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = [line for line in ran.stdout.splitlines() if "left out" not in line]
    assert len(lines) >= 8
    for line in lines:
        median, most = re.search(r"of the CPU ([0-9.]+) s, ([0-9.]+) s at most", line).groups()
        assert float(median) < 0.2 and float(most) < 0.4, line


def test_signals_are_served_while_numbers_are_read_and_lists_are_made():
    # A loop that looks for no signal has one served after its end. Time of the CPU, not of the clock.
    printed = run_script("""
        import signal
        import factor_gpu, numpy
        served = 0
        def count(number, frame):
            global served
            served += 1
        signal.signal(signal.SIGPROF, count)
        slow = [numpy.uint64(1)] * 2_000_000 + [1.5] # refused when the others are read
        lists = factor_gpu.factor(range(1, 500_001))
        one_wide_sum = numpy.append(numpy.ones(10**6, numpy.uint64), numpy.uint64(2**64 - 16))
        for work in (lambda: factor_gpu.sigma(one_wide_sum), lambda: factor_gpu.phi(slow),
                     lambda: factor_gpu.phi(numpy.array(slow, object)),
                     lambda: factor_gpu.phi(range(200_000_000, -1, -10)), lists.tolist):
            served = 0
            signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
            try:
                work()
            except (TypeError, ValueError):
                pass
            signal.setitimer(signal.ITIMER_PROF, 0)
            print(served)
    """)
    served = [int(line) for line in printed.split()]
    assert len(served) == 5 and min(served) >= 3


def test_other_threads_run_while_numbers_are_read():
    printed = run_script("""
        import sys, threading, time
        import factor_gpu, numpy
        sys.setswitchinterval(1e-5)
        turns, ended = 0, False
        def take_turns():
            global turns
            while not ended:
                turns += 1
                time.sleep(0) # so that a turn ends at once
        slow = [numpy.uint64(1)] * 1_000_000 + [1.5] # refused when the others are read
        thread = threading.Thread(target=take_turns)
        thread.start()
        most = 0
        for _ in range(20): # the other thread may be without a processor for a while
            before = turns
            try:
                factor_gpu.phi(slow)
            except TypeError:
                most = max(most, turns - before)
            if most >= 5:
                break
        ended = True
        thread.join()
        print(most)
    """)
    assert int(printed) >= 5 # one or two without a turn within the loop


def test_other_signals_are_served_while_a_batch_runs():
    printed = run_script("""
        import signal
        import factor_gpu
        seen = []
        def remember(number, frame):
            seen.append(number)
            if len(seen) == 1:
                signal.setitimer(signal.ITIMER_REAL, 0.2)
            else:
                raise TimeoutError("too long")
        signal.signal(signal.SIGALRM, remember)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with factor_gpu.Engine(method="exhaustive") as engine:
            try:
                engine.divisors([2**61 - 1])
            except TimeoutError as error:
                print(error, len(seen))
            print(engine.divisors(12))
    """)
    assert printed.splitlines() == ["too long 2", "[1, 2, 3, 4, 6, 12]"]


def test_a_signal_handler_cannot_use_the_engine_that_it_interrupts():
    printed = run_script("""
        import signal
        import factor_gpu
        engine = factor_gpu.Engine(method="exhaustive")
        def use(number, frame):
            print(factor_gpu.factor(12)) # another engine
            engine.factor(12)
        signal.signal(signal.SIGALRM, use)
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        try:
            engine.divisors([2**61 - 1])
        except factor_gpu.ArgumentError as error:
            print(error)
    """)
    assert printed.splitlines()[0] == "[2, 2, 3]"
    assert "interrupted; use another engine" in printed


def test_cancel_from_another_thread_ends_one_batch_only():
    with factor_gpu.Engine(method="exhaustive") as engine:
        engine.cancel() # there is no batch: nothing happens
        assert engine.divisors(12) == [1, 2, 3, 4, 6, 12]
        for _ in range(3):
            timer = threading.Timer(0.2, engine.cancel)
            timer.start()
            with pytest.raises(factor_gpu.CancelledError):
                engine.divisors([PRIME61])
            timer.join()
            assert engine.divisors(12) == [1, 2, 3, 4, 6, 12]


def test_cancels_that_come_too_late_end_nothing():
    numbers = numpy.arange(1, 20001)
    with factor_gpu.Engine() as engine:
        stop = threading.Event()

        def cancel():
            while not stop.is_set():
                engine.cancel()
        canceller = threading.Thread(target=cancel)
        canceller.start()
        cancelled = 0
        for batch in range(5000):
            if batch >= 50 and cancelled > 0: # on one processor many batches end before a cancel
                break
            try:
                engine.factor(numbers)
            except factor_gpu.CancelledError:
                cancelled += 1
        stop.set()
        canceller.join()
        assert cancelled > 0
        for _ in range(3):
            assert len(engine.factor(numbers)) == 20000


def test_other_threads_of_python_run_during_a_batch():
    with factor_gpu.Engine(method="exhaustive", jobs=1) as engine:
        turns = 0
        worker = threading.Thread(target=lambda: pytest.raises(factor_gpu.CancelledError, engine.divisors,
                                                               [PRIME61]))
        worker.start()
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            turns += 1
        engine.cancel()
        while worker.is_alive(): # the batch may have begun after the first cancel
            engine.cancel()
            worker.join(0.05)
    assert turns > 1000


def test_threads_take_turns_with_one_engine():
    numbers = [numpy.random.default_rng(seed).integers(2, 2**40, 20000) for seed in range(4)]
    found = [None] * 4

    def work(i):
        for _ in range(5):
            found[i] = factor_gpu.factor(numbers[i])
            assert factor_gpu.factor([12, 35]).tolist() == [[2, 2, 3], [5, 7]]
    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i in range(4):
        products = numpy.multiply.reduceat(found[i].values, found[i].offsets[:-1].astype(numpy.int64))
        assert numpy.array_equal(products, numbers[i].astype(numpy.uint64))


def shares_of(numbers):
    return factor_gpu.factor(numbers), factor_gpu.phi(numbers)


@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_pools_of_processes(start):
    factor_gpu.factor(range(1, 50000)) # the engine of the functions has threads now
    parts = list(factor_gpu.chunks(range(1, 20001), 5000))
    with multiprocessing.get_context(start).Pool(2) as pool:
        answers = pool.map(shares_of, parts)
    assert [primes for lists, _ in answers for primes in lists.tolist()] == factor_gpu.factor(
        range(1, 20001)).tolist()
    assert sum(int(phi.sum()) for _, phi in answers) == int(factor_gpu.phi(range(1, 20001)).sum())


def test_a_forked_child_is_refused_the_engine_of_its_parent():
    printed = run_script("""
        import os, sys, warnings
        warnings.simplefilter("ignore")
        import factor_gpu
        engine = factor_gpu.Engine(backend=sys.argv[1], jobs=2)
        lists = engine.factor(range(1, 100000))
        child = os.fork()
        if child == 0:
            for use in (lambda: engine.factor([12]), engine.cancel, lambda: engine.backend):
                try:
                    use()
                except factor_gpu.ArgumentError as error:
                    print(error)
            print(lists[11], factor_gpu.factor(12))
            with factor_gpu.Engine() as own:
                print(own.factor(35))
            engine.close()
            del engine
            sys.exit(0)
        print(os.waitpid(child, 0)[1], engine.factor([12]).tolist())
    """, "threads")
    lines = printed.splitlines()
    assert sum("belongs to process" in line for line in lines) == 3
    assert lines[3:] == ["[2 2 3] [2, 2, 3]", "[5, 7]", "0 [[2, 2, 3]]"]


def test_engines_are_not_copied_or_pickled():
    with factor_gpu.Engine() as engine:
        for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="cannot be copied or pickled"):
                attempt(engine)


def test_a_process_ends_while_a_thread_waits_for_a_batch():
    printed = run_script("""
        import threading, time
        import factor_gpu
        engine = factor_gpu.Engine(method="exhaustive")
        threading.Thread(target=engine.divisors, args=([2**61 - 1],), daemon=True).start()
        time.sleep(0.3)
        print("end", flush=True)
    """)
    assert printed == "end\n"


def test_engines_come_and_go_without_leaving_threads():
    def count():
        return len(os.listdir("/proc/self/task"))
    before = count()
    for _ in range(20):
        with factor_gpu.Engine(backend="threads", jobs=4) as engine:
            engine.factor(range(1, 20000))
        factor_gpu.Engine(backend="threads", jobs=4).factor(range(1, 20000))
    gc.collect()
    assert count() <= before + 8 # a thread that has just ended may still be listed


def test_sigint_is_handled_as_before():
    before = signal.getsignal(signal.SIGINT)
    factor_gpu.factor(range(1, 100000))
    assert signal.getsignal(signal.SIGINT) is before
