# SPDX-License-Identifier: MIT
"""gpu_model_units.py: tests of tools/gpu_model on small texts whose answers are counted by hand."""
import os
import sys
import unittest
from collections import Counter

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools", "gpu_model"))

# pylint: disable=wrong-import-position
import baseline
import counters
import header
import host
import machine_code
import report
import wide_batches
from cards import CARDS
from clocks import KernelCost, ListCost, kernel_cost, list_cost
from counts import KernelCounts, Line, add_line, difference, products_of
from executed import block_runs, executed
from lists import LISTS, Counted, ModelError
from pipes import PIPES, UnknownOpcode, Widths, check_known, is_product, pipe_clocks

MANGLED = "_ZN41_GLOBAL__N__af8f3c_7_some_cu_ff11loop_kernelE9fg_window"

# A loop of four instructions, a division behind it, and what nvdisasm pads a kernel with.
TEXT = f"""
	.section	.text.{MANGLED},"ax",@progbits
.text.{MANGLED}:
	//## File ".nv_debug_ptx_txt", line 10
        /*0000*/                   LDC R1, c[0x0][0x28] ;
.L_x_1:
	//## File ".nv_debug_ptx_txt", line 11
        /*0010*/                   IMAD.WIDE.U32 R2, R2, R3, RZ ;
        /*0020*/                   IMAD.MOV.U32 R4, RZ, RZ, R2 ;
	//## File ".nv_debug_ptx_txt", line 12
        /*0030*/                   IADD3 R4, R4, 0x1, RZ ;
	//## File ".nv_debug_ptx_txt", line 13
        /*0040*/              @!P0 BRA `(.L_x_1) ;
	//## File ".nv_debug_ptx_txt", line 14
        /*0050*/                   STG.E desc[UR4][R2.64], R4 ;
        /*0060*/                   CALL.REL.NOINC `($__internal_0_$__cuda_sm20_div_u64) ;
        /*0070*/                   EXIT ;
        .weak           $__internal_0_$__cuda_sm20_div_u64
$__internal_0_$__cuda_sm20_div_u64:
        /*0080*/                   MUFU.RCP R0, R0 ;
        /*0090*/                   RET.REL.NODEC R4 `({MANGLED}) ;
.L_x_2:
        /*00a0*/                   BRA `(.L_x_2);
        /*00b0*/                   NOP;
	.section	.nv.info,"",@"SHT_CUDA_INFO"
        /*00c0*/                   .word 0x00000001 ;
"""


def loop_counts(runs=100):
    """A warp runs the loop `runs` times, with all lanes."""
    opcodes = {10: ("ld.param.u64", 1), 11: ("mul.wide.u32", runs), 12: ("add.s32", runs),
               13: ("bra", runs), 14: ("st.global.u32", 1)}
    lines = {line: Line(opcode, count, 32 * count, 4 if line == 14 else 0)
             for line, (opcode, count) in opcodes.items()}
    return KernelCounts("loop_kernel", 1, lines=lines)


def loop_kernel():
    return machine_code.parse(TEXT)[0]


class MachineCode(unittest.TestCase):
    def test_blocks_lines_and_names(self):
        kernel = loop_kernel()
        self.assertEqual(kernel.name, "loop_kernel")
        self.assertEqual([[i.opcode for i in block.instructions] for block in kernel.blocks],
                         [["LDC"], ["IMAD.WIDE.U32", "IMAD.MOV.U32", "IADD3", "BRA"],
                          ["STG.E", "CALL.REL.NOINC", "EXIT"], ["MUFU.RCP", "RET.REL.NODEC"]])
        self.assertEqual([i.line for i in kernel.blocks[1].instructions], [11, 11, 12, 13])
        self.assertTrue(kernel.blocks[1].instructions[3].guarded)

    def test_a_name_is_not_mixed_up_with_the_digits_before_it(self):
        mangled = "_ZN38_GLOBAL__N__a8fee2ed_6_ecm_cu_ea780dc716ecm_roomy_kernelE1"
        self.assertEqual(machine_code.kernel_name(mangled), "ecm_roomy_kernel")
        self.assertEqual(machine_code.kernel_name("_Z5otherv"), "_Z5otherv")

    def test_a_jump_through_a_table_ends_a_block(self):
        call = "CALL.REL.NOINC `($__internal_0_$__cuda_sm20_div_u64)"
        for jump in ("BRX R2 -0x70", "BRXU UR4 -0x70"):
            opcode = jump.split()[0]
            kernel = machine_code.parse(TEXT.replace(call, jump))[0]
            self.assertEqual([i.opcode for i in kernel.blocks[2].instructions], ["STG.E", opcode])
            check_known([opcode])

    def test_text_of_another_kind_is_an_error(self):
        with self.assertRaises(machine_code.DisassemblyError):
            machine_code.parse("nothing\n")
        with self.assertRaisesRegex(machine_code.DisassemblyError, "generate-line-info"):
            machine_code.parse("\n".join(line for line in TEXT.splitlines() if "File" not in line))


class Pipes(unittest.TestCase):
    def test_unknown_opcodes_are_named(self):
        with self.assertRaisesRegex(UnknownOpcode, "FROB.X, ZORK"):
            check_known(["IMAD", "ZORK", "FROB.X", "ZORK"])

    def test_every_opcode_has_one_pipe(self):
        bases = " ".join(PIPES.values()).split()
        self.assertEqual(len(bases), len(set(bases)))

    def test_clocks(self):
        executed_once = Counter({"IMAD.WIDE.U32": 3, "IADD3.X": 5, "DFMA": 2, "BRA": 1})
        clocks = pipe_clocks(executed_once, Widths())
        self.assertEqual((clocks["fma"], clocks["alu"], clocks["fp64"], clocks["issue"]), (6, 10, 4, 11))
        slow = pipe_clocks(executed_once, Widths(fp64=64, wide_slots=2))
        self.assertEqual((slow["fma"], slow["fp64"]), (12, 128))

    def test_moves_and_carries_are_no_products(self):
        self.assertEqual([is_product(o) for o in ("IMAD", "IMAD.WIDE.U32", "IMAD.HI.U32", "IMAD.MOV.U32",
                                                  "IMAD.X", "IMAD.SHL.U32", "IADD3")],
                         [True, True, True, False, False, False, False])


class Execution(unittest.TestCase):
    def test_blocks_run_as_often_as_their_lines(self):
        self.assertEqual(block_runs(loop_kernel(), loop_counts()), [1, 100, 1, 1])

    def test_a_moved_instruction_does_not_change_its_block(self):
        moved = TEXT.replace("R1, c[0x0][0x28] ;", "R1, c[0x0][0x28] ;\n        /*0008*/ S2R R9, SR_TID.X ;"
                             '\n\t//## File "x.ptx", line 12\n        /*000c*/ MOV R9, 0x1 ;')
        kernel = machine_code.parse(moved)[0]
        done = executed(kernel, loop_counts())
        self.assertEqual(block_runs(kernel, loop_counts())[0], 1)
        self.assertGreater(done.moved, 0)
        self.assertEqual(done.memory_ratio, 1)

    def test_copies_of_an_unrolled_loop_share_its_runs(self):
        once = "        /*0010*/ LDG.E R2, desc[UR4][R2.64] ;\n        /*0020*/ IADD3 R3, R3, R2, RZ ;\n"
        unrolled = (f'\t.section .text.{MANGLED},"ax",@progbits\n\t//## File "x.ptx", line 20\n.L_x_1:\n'
                    + once * 4 + "        /*0050*/ @P0 BRA `(.L_x_1) ;\n")
        kernel = machine_code.parse(unrolled)[0]
        counts = KernelCounts("loop_kernel", 1, lines={20: Line("ld.global.u32", 400, 12800)})
        done = executed(kernel, counts)
        self.assertEqual(done.opcodes["LDG.E"], 400)
        self.assertEqual(done.opcodes["BRA"], 100)

    def test_costs(self):
        cost = kernel_cost(loop_kernel(), loop_counts(), units=10, widths=Widths())
        self.assertEqual(cost.multiplications, 10)
        self.assertEqual(cost.pipes["fma"], 2 * 200 / 10)
        self.assertEqual(cost.pipes["alu"], 2 * 100 / 10)
        self.assertEqual(cost.instructions, (1 + 400 + 3 + 2) / 10)
        self.assertEqual((cost.bound, cost.clocks), ("issue", 40.6))
        self.assertEqual(cost.code_bytes, 10 * 16)

    def test_32_bit_products_of_ptx(self):
        self.assertEqual([products_of(o) for o in ("mul.hi.u64", "mul.lo.s64", "madc.hi.cc.u32", "mul.wide.u32",
                                                   "mad.lo.cc.u32", "mul.rn.f64", "add.s64")],
                         [4, 3, 1, 1, 1, 0, 0])

    def test_the_start_is_taken_off(self):
        rest = difference({"k": loop_counts(100)}, {"k": loop_counts(40)})["k"]
        self.assertEqual((rest.lines[11].runs, rest.lines[11].lanes, rest.lines[10].runs), (60, 1920, 0))
        self.assertEqual(rest.launches, 0)

    def test_a_kernel_without_machine_code_is_an_error(self):
        with self.assertRaisesRegex(ModelError, "loop_kernel"):
            list_cost(Counted(10, {MANGLED: loop_counts()}), {}, Widths())


class Counters(unittest.TestCase):
    def counted(self):
        """10 numbers: a hundred products, a branch that parts half of its 20 warps, accesses to memory."""
        lines = {1: Line("mul.wide.u32", 100, 3200), 2: Line("bra", 20, 320, splits=10),
                 3: Line("ld.global.u64", 10, 320, sectors=80), 4: Line("st.shared.u64", 5, 160, wavefronts=30),
                 5: Line("ld.const.u32", 4, 128, constant_words=84), 6: Line("fma.rn.f64", 1, 32),
                 7: Line("atom.global.add.u32", 2, 64, sectors=2, same_address=64)}
        return Counted(10, {"k": KernelCounts("some_kernel", 1, 512, lines)})

    def cells(self, kernel):
        """Returns the cells of a kernel's row by their headings, of both tables."""
        found, titles = {}, []
        for line in counters.lines_of(LISTS[0], self.counted()):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells[0] == "kernel":
                titles = cells
            elif cells[0] == kernel:
                found.update(zip(titles, cells))
        return found

    def test_figures_are_for_a_number(self):
        cells = self.cells("some_kernel")
        self.assertEqual((cells["instructions"], cells["multiplications"], cells["multiply"]), ("14.2", "10", "10"))
        self.assertEqual((cells["memory"], cells["constants"], cells["doubles"], cells["branch"]),
                         ("1.7", "0.4", "0.1", "2"))
        self.assertEqual((cells["splits"], cells["of branches"], cells["sectors"]), ("1", "50.0%", "8.2"))
        self.assertEqual((cells["an access"], cells["constant words"]), ("6.83", "21.00"))
        self.assertEqual((cells["atomics at one address"], cells["lanes of 32"]), ("100%", "29.75"))
        self.assertEqual(cells["local bytes"], "512")
        self.assertEqual(self.cells(counters.ALL)["instructions"], "14.2")

    def test_a_pass_of_shared_memory_moves_128_bytes(self):
        self.assertEqual(self.cells("some_kernel")["shared passes"], "3.00")
        self.assertEqual([counters.words_of(o) for o in ("ld.shared.u8", "ld.shared.u32", "st.shared.v2.u64",
                                                         "ld.shared.v4.u32")], [1, 1, 4, 4])

    def test_kinds(self):
        self.assertEqual([counters.kind_of(o) for o in ("mad.lo.u32", "ld.param.u64", "st.local.u64", "selp.f64",
                                                        "setp.lt.f64", "vote.sync.any.pred", "frob.u32")],
                         ["multiply", "constants", "memory", "compare", "doubles", "meet", "other"])

    def test_light_kernels_share_a_row(self):
        heavy, light = (KernelCounts(name, 1, lines={1: Line("add.s64", runs, 32 * runs)})
                        for name, runs in (("heavy_kernel", 1000), ("light_kernel", 1)))
        self.assertEqual([row.name for row in counters.rows_of([light, heavy])],
                         ["heavy_kernel", counters.OTHERS, counters.ALL])

    def test_every_count_of_a_line_is_read(self):
        counts = KernelCounts("k")
        entry = {"line": 7, "opcode": "bra", "runs": 3, "lanes": 40, "splits": 2}
        add_line(counts, entry)
        add_line(counts, entry)
        self.assertEqual(counts.lines[7], Line("bra", 6, 80, splits=4))


class Table(unittest.TestCase):
    def test_the_rate_of_the_study(self):
        """20,300 clocks a number are 45.6 million numbers a second on 132 multiprocessors."""
        self.assertEqual(report.quantity(CARDS[0].rate(20300, 1.755)), "45.6 M/s")
        self.assertEqual(report.quantity(0.75 * CARDS[0].rate(20300, 1.755)), "34.2 M/s")

    def test_launches_take_their_time(self):
        """4 multiprocessors' batch of 1,000 numbers in 1 ms, and 500 launches of 2 us."""
        pipes = {pipe: 0.0 for pipe in PIPES} | {"issue": 12 * 1.755e9 / 1e6}
        kernel = KernelCost(1, pipes, 0, 0, 32, 0, 1, 0)
        cost = ListCost(1000, 500, {"k": kernel})
        self.assertAlmostEqual(report.with_launches(CARDS[0], cost, 1.755) / (33e3 / 2e-3), 1, 3)

    def test_columns_are_aligned(self):
        self.assertEqual(list(report.table(("a", "b"), [("long", "1")])),
                         ["| a    | b |", "| ---- | - |", "| long | 1 |"])

    def test_the_host_divides_its_work_among_cores(self):
        self.assertEqual(host.ListHostCost("primes-64", "primes", 20.0).rate(16), 8e8)

    def test_the_host_is_read_from_its_benchmark(self):
        race = {"topic": "answers-random-64-primes", "units_per_run": 1000,
                "rows": [{"name": "1 thread", "median_s": 1}, {"name": host.ROW, "median_s": 2e-5}]}
        wall = dict(race, topic="answers-random-64-primes-wall")
        cost = host.of_bench({"environment": {"cpu": "x"}, "races": [race, wall]})
        self.assertEqual([(one.name, round(one.ns, 6)) for one in cost.lists], [("random-64-primes", 20)])


class WideBatches(unittest.TestCase):
    """Two numbers stand for 128: in the first round both wait for P-1, in the second one for four curves."""
    PM1, CURVE = ("pm1", "B", "lazy"), ("ecm", "E", "full")

    def batch(self):
        lengths = [[2 * (queue == self.PM1) for queue in wide_batches.QUEUES],
                   [int(queue == self.CURVE) for queue in wide_batches.QUEUES]]
        text = "\n".join(["128", *(" ".join(map(str, [4, *one])) for one in lengths)])
        return wide_batches.parse_rounds("some", 2, text)

    def costs(self):
        """A warp takes 1,000 clocks of P-1, and 3,000 of curves, with as many instructions."""
        return {queue: KernelCost(clocks, {pipe: 0.0 for pipe in PIPES} | {"issue": clocks}, 0, 0, 32, 0, 1, 0)
                for queue in wide_batches.QUEUES for clocks in [3000.0 if queue[0] == "ecm" else 1000.0]}

    def test_queues_are_in_the_order_of_the_kernels(self):
        self.assertEqual([wide_batches.QUEUES.index(q) for q in (self.PM1, self.CURVE)], [4, 15 + 12])

    def test_warps_are_those_of_the_whole_batch(self):
        first, second = self.batch().rounds
        self.assertEqual((first.warps(self.PM1, 64), second.warps(self.CURVE, 64)), (4, 8))
        self.assertEqual(second.warps(self.CURVE, 1.5), 1)

    def test_clocks_are_for_a_number(self):
        batch, costs = self.batch(), self.costs()
        self.assertEqual(batch.clocks(costs), (4 * 1000 + 8 * 3000) / 128)
        self.assertEqual(wide_batches.share(batch, costs, lambda queue: queue[0] == "pm1"), "14%")

    def test_a_batch_alone_waits_for_its_longest_warps(self):
        self.assertAlmostEqual(self.batch().alone_s(self.costs(), CARDS[0]), 1.25 * 4000 / 1.755e9)

    def test_numbers_are_given_in_two_words(self):
        self.assertEqual(wide_batches.words([2**64 + 10, 3]), "1 a\n0 3\n")

    def test_a_line_of_another_length_is_an_error(self):
        with self.assertRaisesRegex(ModelError, "30"):
            wide_batches.parse_rounds("some", 2, "128\n4 1 2\n")


class Header(unittest.TestCase):
    TEXT = "".join(f"#define {name} 1.0\n" for name in header.CONSTANTS)

    def test_constants_are_replaced(self):
        pipes = {pipe: 0.0 for pipe in PIPES} | {"issue": 20345.0}
        costs = {name: ListCost(1, 1, {"k": KernelCost(1, pipes, 0, 0, 32, 0, 1, 0)})
                 for name in header.CONSTANTS.values()}
        self.assertEqual(header.replaced(self.TEXT, costs).splitlines()[0],
                         "#define FG_PREDICTED_SEMIPRIME64_CLOCKS 20300.0")
        with self.assertRaisesRegex(ModelError, "SEMIPRIME64"):
            header.replaced("", costs)

    def test_literals_are_doubles(self):
        self.assertEqual([header.literal(v) for v in (20345, 0.06931, 3, 12.34)],
                         ["20300.0", "0.0693", "3.0", "12.3"])


class Baseline(unittest.TestCase):
    def figures(self, instructions):
        return {"random-64": {"heavy_kernel": {"ptx_instructions": instructions},
                              "light_kernel": {"ptx_instructions": 0.5}}}

    def test_one_more_instruction_in_a_loop_of_33_is_noticed(self):
        found = baseline.compare(self.figures(33 * 100), self.figures(34 * 100))
        self.assertEqual([change.where for change in found],
                         ["random-64, all kernels", "random-64, heavy_kernel"])
        self.assertTrue(all(change.dearer for change in found))
        self.assertIn("dearer by 3.0%", str(found[1]))

    def test_one_in_a_loop_of_34_is_within_the_tolerance(self):
        self.assertEqual(baseline.compare(self.figures(34 * 100), self.figures(35 * 100)), [])

    def test_a_cheaper_kernel_is_told(self):
        self.assertFalse(any(c.dearer for c in baseline.compare(self.figures(100), self.figures(90))))

    def test_a_new_kernel_is_dearer(self):
        now = self.figures(100)
        now["random-64"]["new_kernel"] = {"ptx_instructions": 50.0}
        self.assertIn("random-64, new_kernel", [c.where for c in baseline.compare(self.figures(100), now)])

    def test_a_light_kernel_has_no_say(self):
        now = self.figures(100)
        now["random-64"]["light_kernel"]["ptx_instructions"] = 0.9
        self.assertEqual(baseline.compare(self.figures(100), now), [])

    def test_a_missing_list_is_an_error(self):
        with self.assertRaisesRegex(ModelError, "random-64"):
            baseline.compare(self.figures(1), {})


if __name__ == "__main__":
    unittest.main()
