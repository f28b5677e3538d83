// SPDX-License-Identifier: MIT
/*
 * ptx_test.cpp: the PTX machine on small texts: each family of opcodes against values worked out by
 * hand, the flow of control, and everything that must stop a kernel.
 */
#include "ptx.h"

#include <cstring>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

using fg_ptx::Schedule;

/* One allocation of words. */
class Words : public fg_ptx::Memory {
  public:
    explicit Words(std::size_t count) : values(count) {}
    bool find(std::uint64_t address, std::uint64_t *begin, std::uint64_t *bytes) const override {
        *begin = reinterpret_cast<std::uint64_t>(values.data());
        *bytes = values.size() * sizeof values[0];
        return address >= *begin && address - *begin < *bytes;
    }
    std::vector<std::uint64_t> values;
};

/* A kernel k(words) whose %rd0 is the address of the words, %rd1 that of the thread's own word, and
 * %r0 the thread. */
std::string kernel_text(const std::string &body, const std::string &module = "") {
    return ".version 8.0\n.target sm_90\n.address_size 64\n" + module +
           "\n.visible .entry k(.param .u64 words)\n{\n"
           ".reg .pred %p<9>; .reg .b16 %rs<9>; .reg .b32 %r<30>; .reg .b64 %rd<30>;\n"
           ".reg .f32 %f<9>; .reg .f64 %fd<9>;\n"
           "ld.param.u64 %rd0, [words];\nmov.u32 %r0, %tid.x;\nmul.wide.u32 %rd1, %r0, 8;\n"
           "add.s64 %rd1, %rd1, %rd0;\n" +
           body + "\nret;\n}\n";
}

class Machine : public testing::Test {
  protected:
    /* Runs the body with a word for each thread; returns the message of what stopped it. */
    std::string stopped(const std::string &body, unsigned threads = 32, unsigned blocks = 1,
                        Schedule schedule = Schedule::in_order, const std::string &module = "") {
        try {
            fg_ptx::Program program;
            program.add_text("text.ptx", kernel_text(body, module));
            fg_ptx::Settings settings;
            settings.schedule = schedule;
            settings.max_steps = 100000;
            std::uint64_t *const data = words_.values.data();
            fg_ptx::Argument argument(sizeof data);
            std::memcpy(argument.data(), &data, sizeof data);
            fg_ptx::run(program.kernel("k"), {blocks, 1, 1}, {threads, 1, 1}, {argument}, words_,
                        settings);
        } catch (const std::runtime_error &error) {
            return error.what();
        }
        return "";
    }
    void runs(const std::string &body, unsigned threads = 32) {
        for (const Schedule schedule :
             {Schedule::in_order, Schedule::random, Schedule::independent}) {
            EXPECT_EQ(stopped(body, threads, 1, schedule), "") << body;
        }
    }
    /* Expects a message with both parts. */
    void stops(const std::string &body, const std::string &part, const std::string &other = "k: ") {
        const std::string message = stopped(body);
        EXPECT_NE(message.find(part), std::string::npos) << body << "\n" << message;
        EXPECT_NE(message.find(other), std::string::npos) << body << "\n" << message;
    }

    Words words_{256};
};

/* An instruction between "ld" of a, b, c and "st" of the result. */
struct Case {
    const char *instruction; /* reads $a $b $c, writes $d */
    unsigned to_bits, from_bits;
    std::uint64_t a, b, c, result;
};

std::string spelled(std::string text, unsigned to_bits, unsigned from_bits) {
    const auto reg = [](unsigned bits, const char *number) {
        return std::string(bits == 16 ? "%rs" : bits == 32 ? "%r" : "%rd") + number;
    };
    const std::pair<const char *, std::string> names[] = {
        {"$a", reg(from_bits, "2")}, {"$b", reg(from_bits, "3")}, {"$c", reg(from_bits, "4")},
        {"$w", reg(to_bits, "6")},   {"$d", reg(to_bits, "5")},
    };
    for (const auto &name : names) {
        for (std::size_t at; (at = text.find(name.first)) != std::string::npos;) {
            text.replace(at, 2, name.second);
        }
    }
    return text;
}

std::string program_of(const Case &each) {
    const std::string from = std::to_string(each.from_bits), to = std::to_string(each.to_bits);
    const std::string load = "ld.global.u" + from + " ";
    return spelled(load + "$a, [%rd0];" + load + "$b, [%rd0+8];" + load + "$c, [%rd0+16];" +
                       "ld.global.u" + to + " $w, [%rd0+16];" + each.instruction +
                       ";st.global.u64 [%rd0+24], 0;st.global.u" + to + " [%rd0+24], $d;",
                   each.to_bits, each.from_bits);
}

constexpr std::uint64_t top = UINT64_C(1) << 63, all = UINT64_MAX;

const Case integer_cases[] = {
    {"add.s32 $d, $a, $b", 32, 32, 0xffffffff, 2, 0, 1},
    {"add.s64 $d, $a, $b", 64, 64, all, 2, 0, 1},
    {"add.s16 $d, $a, $b", 16, 16, 0xffff, 3, 0, 2},
    {"sub.s64 $d, $a, $b", 64, 64, 1, 2, 0, all},
    {"mul.lo.s64 $d, $a, $b", 64, 64, top + 3, 2, 0, 6},
    {"mul.hi.u64 $d, $a, $b", 64, 64, top, 6, 0, 3},
    {"mul.hi.s64 $d, $a, $b", 64, 64, all, 6, 0, all},
    {"mul.hi.u32 $d, $a, $b", 32, 32, 0x80000000, 6, 0, 3},
    {"mul.wide.u32 $d, $a, $b", 64, 32, 0xffffffff, 0xffffffff, 0, 0xfffffffe00000001},
    {"mul.wide.s32 $d, $a, $b", 64, 32, 0xffffffff, 2, 0, all - 1},
    {"mul.wide.u16 $d, $a, $b", 32, 16, 0xffff, 0x10, 0, 0xffff0},
    {"mad.lo.s32 $d, $a, $b, $c", 32, 32, 5, 7, 11, 46},
    {"mad.hi.u32 $d, $a, $b, $c", 32, 32, 0x80000000, 6, 11, 14},
    {"mad.wide.u32 $d, $a, $b, $w", 64, 32, 0xffffffff, 2, 3, 0x200000001},
    {"min.u32 $d, $a, $b", 32, 32, 0xffffffff, 2, 0, 2},
    {"min.s32 $d, $a, $b", 32, 32, 0xffffffff, 2, 0, 0xffffffff},
    {"max.u64 $d, $a, $b", 64, 64, all, 2, 0, all},
    {"div.u64 $d, $a, $b", 64, 64, all, 10, 0, 1844674407370955161},
    {"div.s32 $d, $a, $b", 32, 32, 0xfffffff9, 2, 0, 0xfffffffd},
    {"rem.u32 $d, $a, $b", 32, 32, 47, 10, 0, 7},
    {"rem.s32 $d, $a, $b", 32, 32, 0xfffffff9, 2, 0, 0xffffffff},
    {"neg.s64 $d, $a", 64, 64, 1, 0, 0, all},
    {"abs.s32 $d, $a", 32, 32, 0xfffffffb, 0, 0, 5},
    {"and.b32 $d, $a, $b", 32, 32, 12, 10, 0, 8},
    {"or.b64 $d, $a, $b", 64, 64, 12, 10, 0, 14},
    {"xor.b32 $d, $a, $b", 32, 32, 12, 10, 0, 6},
    {"not.b32 $d, $a", 32, 32, 12, 0, 0, 0xfffffff3},
    {"shl.b32 $d, $a, 4", 32, 32, 0xf0000001, 0, 0, 16},
    {"shl.b64 $d, $a, 64", 64, 64, 1, 0, 0, 0},
    {"shr.u64 $d, $a, 60", 64, 64, top, 0, 0, 8},
    {"shr.s32 $d, $a, 31", 32, 32, 0x80000000, 0, 0, 0xffffffff},
    {"shf.r.wrap.b32 $d, $a, $b, 36", 32, 32, 0x12345678, 0xabcdef09, 0, 0x91234567},
    {"shf.l.wrap.b32 $d, $a, $b, 4", 32, 32, 0x12345678, 0xabcdef09, 0, 0xbcdef091},
    {"shf.r.clamp.b32 $d, $a, $b, 36", 32, 32, 0x12345678, 0xabcdef09, 0, 0xabcdef09},
    {"prmt.b32 $d, $a, $b, 0x7052", 32, 32, 0x44332211, 0x88776655, 0, 0x88116633},
    {"lop3.b32 $d, $a, $b, $c, 0x80", 32, 32, 14, 13, 11, 8},
    {"clz.b64 $d, $a", 32, 64, 1, 0, 0, 63},
    {"clz.b32 $d, $a", 32, 32, 0, 0, 0, 32},
    {"popc.b64 $d, $a", 32, 64, all, 0, 0, 64},
    {"brev.b32 $d, $a", 32, 32, 6, 0, 0, 0x60000000},
    {"bfind.u32 $d, $a", 32, 32, 9, 0, 0, 3},
    {"bfe.u32 $d, $a, 4, 8", 32, 32, 0x12345678, 0, 0, 0x67},
    {"bfe.s32 $d, $a, 4, 4", 32, 32, 0x80, 0, 0, 0xfffffff8},
    {"bfi.b32 $d, $a, $b, 8, 4", 32, 32, 0xfa, 0x12345678, 0, 0x12345a78},
    {"cvt.u64.u32 $d, $a", 64, 32, 0xffffffff, 0, 0, 0xffffffff},
    {"cvt.s64.s32 $d, $a", 64, 32, 0xffffffff, 0, 0, all},
    {"cvt.u32.u64 $d, $a", 32, 64, 0x123456789, 0, 0, 0x23456789},
    {"cvt.u32.u16 $d, $a", 32, 16, 0xfffe, 0, 0, 0xfffe},
    {"mov.b64 {%r8, %r9}, $a; mov.b64 $d, {%r9, %r8}", 64, 64, 0x100000002, 0, 0, 0x200000001},
};

TEST_F(Machine, ComputesWithIntegers) {
    for (const Case &each : integer_cases) {
        words_.values = {each.a, each.b, each.c, 0};
        runs(program_of(each), 1);
        EXPECT_EQ(words_.values[3], each.result) << each.instruction;
    }
}

/* Each carries from a to b. */
const Case carry_cases[] = {
    {"add.cc.u32 $d, $a, $b; addc.u32 $d, $c, 0", 32, 32, 0xffffffff, 1, 5, 6},
    {"add.cc.u64 $d, $a, $b; addc.cc.u64 $d, $c, $c; addc.u64 $d, 0, 0", 64, 64, all, 1, all, 1},
    {"sub.cc.u32 $d, $a, $b; subc.u32 $d, $c, 0", 32, 32, 0, 1, 5, 4},
    {"mad.lo.cc.u32 $d, $a, $a, $b; madc.hi.u32 $d, $a, $a, $c", 32, 32, 0xffffffff, 0xffffffff, 0,
     0xffffffff},
    {"mad.lo.cc.u64 $d, $a, 2, $b; addc.u64 $d, 0, 0", 64, 64, top, all, 0, 0},
    {"mad.hi.cc.u32 $d, $a, $a, $b; addc.u32 $d, 0, 0", 32, 32, 0xffffffff, 2, 0, 1},
};

TEST_F(Machine, CarriesFromOneInstructionToTheNext) {
    for (const Case &each : carry_cases) {
        words_.values = {each.a, each.b, each.c, 0};
        runs(program_of(each), 1);
        EXPECT_EQ(words_.values[3], each.result & (each.to_bits == 32 ? 0xffffffff : all))
            << each.instruction;
    }
}

std::uint64_t bits(double x) {
    std::uint64_t word;
    std::memcpy(&word, &x, sizeof word);
    return word;
}

TEST_F(Machine, ComputesWithFloatingPointNumbers) {
    const Case cases[] = {
        {"add.f64 $d, $a, $b", 64, 64, bits(1.5), bits(2), 0, bits(3.5)},
        {"sub.f64 $d, $a, $b", 64, 64, bits(1.5), bits(2), 0, bits(-0.5)},
        {"mul.rn.f64 $d, $a, $b", 64, 64, bits(1.5), bits(2), 0, bits(3)},
        {"div.rn.f64 $d, $a, $b", 64, 64, bits(3), bits(2), 0, bits(1.5)},
        /* (1 + 2^-52)^2 - (1 + 2^-51) = 2^-104 is lost if the product is rounded. */
        {"fma.rn.f64 $d, $a, $a, $b", 64, 64, bits(1 + 0x1p-52), bits(-(1 + 0x1p-51)), 0,
         bits(0x1p-104)},
        {"sqrt.rn.f64 $d, $a", 64, 64, bits(2.25), 0, 0, bits(1.5)},
        {"rcp.rn.f64 $d, $a", 64, 64, bits(4), 0, 0, bits(0.25)},
        {"neg.f64 $d, $a", 64, 64, bits(4), 0, 0, bits(-4)},
        {"copysign.f64 $d, $a, $b", 64, 64, bits(-1), bits(4), 0, bits(-4)},
        {"cvt.rn.f64.u64 $d, $a", 64, 64, all, 0, 0, bits(18446744073709551616.0)},
        {"cvt.rzi.u64.f64 $d, $a", 64, 64, bits(2.75), 0, 0, 2},
        {"cvt.rni.u64.f64 $d, $a", 64, 64, bits(2.75), 0, 0, 3},
        {"cvt.rzi.u64.f64 $d, $a", 64, 64, bits(-1), 0, 0, 0},
        {"cvt.rzi.s64.f64 $d, $a", 64, 64, bits(-2.75), 0, 0, all - 1},
        {"cvt.rzi.u64.f64 $d, $a", 64, 64, bits(1e30), 0, 0, all},
        {"cvt.rzi.f64.f64 $d, $a", 64, 64, bits(-2.75), 0, 0, bits(-2)},
        {"setp.ltu.f64 %p1, $a, $b; selp.b64 $d, 1, 2, %p1", 64, 64, bits(2), bits(1), 0, 2},
        {"setp.gtu.f64 %p1, $a, $a; selp.b64 $d, 1, 2, %p1", 64, 64, bits(__builtin_nan("")), 0, 0,
         1},
        {"setp.neu.f64 %p1, $a, $a; selp.b64 $d, 1, 2, %p1", 64, 64, bits(__builtin_nan("")), 0, 0,
         1},
        {"setp.ge.f64 %p1, $a, $a; selp.b64 $d, 1, 2, %p1", 64, 64, bits(__builtin_nan("")), 0, 0,
         2},
    };
    for (const Case &each : cases) {
        words_.values = {each.a, each.b, each.c, 0};
        runs(program_of(each), 1);
        EXPECT_EQ(words_.values[3], each.result) << each.instruction;
    }
}

TEST_F(Machine, Compares) {
    const Case cases[] = {
        {"setp.lt.u32 %p1, $a, $b; selp.u32 $d, 1, 0, %p1", 32, 32, 0xffffffff, 1, 0, 0},
        {"setp.lt.s32 %p1, $a, $b; selp.u32 $d, 1, 0, %p1", 32, 32, 0xffffffff, 1, 0, 1},
        {"setp.ge.u64 %p1, $a, $b; selp.b64 $d, 1, 0, %p1", 64, 64, all, all, 0, 1},
        {"setp.ne.s16 %p1, $a, $b; selp.u16 $d, 1, 0, %p1", 16, 16, 0x100, 0x200, 0, 1},
        {"setp.eq.s32 %p2, $a, $b; setp.gt.and.u32 %p1|%p3, $a, 1, %p2; selp.u32 $d, 1, 0, %p1", 32,
         32, 5, 5, 0, 1},
        {"setp.eq.s32 %p2, $a, $b; setp.gt.or.u32 %p3|%p1, $a, 1, %p2; selp.u32 $d, 1, 0, %p1", 32,
         32, 5, 6, 0, 0},
        {"setp.eq.s32 %p1, $a, $b; not.pred %p2, %p1; xor.pred %p1, %p1, %p2; selp.u32 $d, 1, 0, "
         "%p1",
         32, 32, 5, 6, 0, 1},
    };
    for (const Case &each : cases) {
        words_.values = {each.a, each.b, each.c, 0};
        runs(program_of(each), 1);
        EXPECT_EQ(words_.values[3], each.result) << each.instruction;
    }
}

TEST_F(Machine, LanesPartAndMeetAgain) {
    /* Lane t adds 1 + ... + t in a loop of its own length; then all vote. */
    runs("mov.u32 %r1, 0; mov.u32 %r2, 0;\nLOOP:\nsetp.ge.u32 %p1, %r1, %r0; @%p1 bra DONE;\n"
         "add.s32 %r1, %r1, 1; add.s32 %r2, %r2, %r1; bra.uni LOOP;\nDONE:\n"
         "setp.gt.u32 %p2, %r2, 3; vote.sync.ballot.b32 %r3, %p2, -1;\n"
         "cvt.u64.u32 %rd2, %r2; cvt.u64.u32 %rd3, %r3; shl.b64 %rd3, %rd3, 32;\n"
         "or.b64 %rd2, %rd2, %rd3; st.global.u64 [%rd1], %rd2;");
    for (unsigned t = 0; t < 32; t++) {
        EXPECT_EQ(words_.values[t] & 0xffffffff, t * (t + 1) / 2);
        EXPECT_EQ(words_.values[t] >> 32, 0xfffffff8u); /* lanes 0, 1, 2 have at most 3 */
    }
}

TEST_F(Machine, VotesAndShuffles) {
    runs("setp.eq.s32 %p1, %r0, 7; vote.sync.any.pred %p2, %p1, -1;\n"
         "vote.sync.all.pred %p3, %p1, -1; selp.u32 %r1, 1, 0, %p2; selp.u32 %r2, 16, 0, %p3;\n"
         "shfl.sync.up.b32 %r3|%p4, %r0, 1, 0, -1; shfl.sync.down.b32 %r4|%p5, %r0, 1, 31, -1;\n"
         "shfl.sync.bfly.b32 %r5, %r0, 3, 31, -1; shfl.sync.idx.b32 %r6, %r0, 5, 31, -1;\n"
         "selp.u32 %r7, 256, 0, %p4; add.s32 %r1, %r1, %r2; add.s32 %r1, %r1, %r7;\n"
         "mad.lo.u32 %r1, %r3, 4096, %r1; cvt.u64.u32 %rd2, %r1;\n"
         "mad.lo.u32 %r4, %r4, 32, %r5; mad.lo.u32 %r4, %r4, 32, %r6;\n"
         "cvt.u64.u32 %rd3, %r4; shl.b64 %rd3, %rd3, 32; or.b64 %rd2, %rd2, %rd3;\n"
         "st.global.u64 [%rd1], %rd2;");
    for (std::uint64_t t = 0; t < 32; t++) {
        const std::uint64_t up = t == 0 ? 0 : t - 1, down = t == 31 ? 31 : t + 1;
        EXPECT_EQ(words_.values[t],
                  1 + (t == 0 ? 0 : 256) + up * 4096 + (((down * 32 + (t ^ 3)) * 32 + 5) << 32));
    }
}

constexpr const char *reverse = ".shared .align 8 .b8 area[1024];\n"
                                "mov.u32 %r1, area; shl.b32 %r2, %r0, 3; add.s32 %r2, %r2, %r1;\n"
                                "cvt.u64.u32 %rd2, %r0; st.shared.u64 [%r2], %rd2;\n";
constexpr const char *read_reversed =
    "sub.s32 %r3, 127, %r0; shl.b32 %r3, %r3, 3; add.s32 %r3, %r3, %r1;\n"
    "ld.shared.u64 %rd3, [%r3]; st.global.u64 [%rd1], %rd3;";

TEST_F(Machine, ABarrierOrdersTheWarpsOfABlock) {
    runs(std::string(reverse) + "bar.sync 0;\n" + read_reversed, 128);
    for (unsigned t = 0; t < 128; t++) {
        EXPECT_EQ(words_.values[t], 127 - t);
    }
}

TEST_F(Machine, AMissingBarrierShows) {
    EXPECT_EQ(stopped(std::string(reverse) + read_reversed, 128), "");
    EXPECT_EQ(words_.values[0], UINT64_C(0xA5A5A5A5A5A5A5A5)); /* garbage: warp 3 comes later */
}

TEST_F(Machine, ALaneThatIsLeftOutKeepsItsValueAndItsCarry) {
    EXPECT_EQ(stopped("mov.u32 %r2, 5; mov.u32 %r3, 0xffffffff; add.cc.u32 %r2, %r2, 1;\n"
                      "setp.lt.u32 %p1, %r0, 16; @%p1 add.cc.u32 %r2, %r3, 1;\n"
                      "addc.u32 %r2, %r2, 100; cvt.u64.u32 %rd2, %r2; st.global.u64 [%rd1], %rd2;"),
              "");
    EXPECT_EQ(words_.values[15], 101u);
    EXPECT_EQ(words_.values[16], 106u);
}

TEST_F(Machine, AtomicsCountEveryLaneOfEveryBlock) {
    for (const Schedule schedule : {Schedule::in_order, Schedule::independent}) {
        words_.values.assign(256, 0);
        EXPECT_EQ(stopped("atom.global.add.u64 %rd2, [%rd0], 1; red.global.max.u32 [%rd0+8], %r0;\n"
                          "atom.global.cas.b32 %r1, [%rd0+16], 0, 7;\n"
                          "atom.global.exch.b32 %r1, [%rd0+24], 9; atom.global.inc.u32 %r1, "
                          "[%rd0+32], 2;",
                          96, 7, schedule),
                  "");
        EXPECT_EQ(words_.values[0], 96u * 7);
        EXPECT_EQ(words_.values[1], 95u);
        EXPECT_EQ(words_.values[2], 7u);
        EXPECT_EQ(words_.values[3], 9u);
        EXPECT_EQ(words_.values[4], 96u * 7 % 3);
    }
}

TEST_F(Machine, ABlockMayWaitForOneBeforeIt) {
    EXPECT_EQ(stopped("mov.u32 %r1, %ctaid.x; setp.eq.s32 %p1, %r1, 0; @%p1 bra FIRST;\nSPIN:\n"
                      "ld.relaxed.gpu.global.u64 %rd2, [%rd0]; setp.eq.s64 %p1, %rd2, 0;\n"
                      "@%p1 bra SPIN;\nbra DONE;\nFIRST:\nst.global.u64 [%rd0], 1;\nDONE:",
                      1, 3, Schedule::random),
              "");
}

TEST_F(Machine, LocalMemoryAndCallsWork) {
    const std::string module = ".func (.param .b64 result) twice(.param .b64 x)\n{\n"
                               ".reg .b64 %rd<3>; .reg .pred %p<2>;\nld.param.b64 %rd1, [x];\n"
                               "setp.eq.s64 %p1, %rd1, 3; @%p1 bra OUT;\n"
                               "add.s64 %rd1, %rd1, %rd1;\nOUT:\n"
                               "st.param.b64 [result], %rd1; ret;\n}\n"
                               ".const .align 8 .b8 table[16] = {1, 0, 0, 0, 0, 0, 0, 0, 44};\n";
    EXPECT_EQ(
        stopped(".local .align 8 .b8 depot[16]; mov.b64 %rd5, depot; cvt.u64.u32 %rd2, %r0;\n"
                "st.local.v2.u64 [%rd5], {%rd2, %rd2};\n"
                "{ .param .b64 in; st.param.b64 [in], %rd2; .param .b64 out;\n"
                "call.uni (out), twice, (in);\nld.param.b64 %rd3, [out]; }\n"
                "ld.local.u64 %rd4, [%rd5+8]; add.s64 %rd3, %rd3, %rd4;\n"
                "mov.u64 %rd6, table; ld.const.u64 %rd7, [%rd6+8]; add.s64 %rd3, %rd3, %rd7;\n"
                "st.global.u64 [%rd1], %rd3;",
                32, 1, Schedule::in_order, module),
        "");
    EXPECT_EQ(words_.values[5], 15u + 44);
    EXPECT_EQ(words_.values[3], 6u + 44);
}

TEST_F(Machine, AFunctionNeedNotHaveAResult) {
    const std::string module = ".func note(.param .b64 where, .param .b64 what)\n{\n"
                               ".local .align 8 .b8 depot[8]; .reg .b64 %rd<4>;\n"
                               "ld.param.b64 %rd1, [where]; ld.param.b64 %rd2, [what];\n"
                               "mov.b64 %rd3, depot; st.local.u64 [%rd3], %rd2;\n"
                               "ld.local.u64 %rd2, [%rd3]; st.global.u64 [%rd1], %rd2; ret;\n}\n";
    const std::string given = "{ .param .b64 to; st.param.b64 [to], %rd1;\n"
                              ".param .b64 x; st.param.b64 [x], 77;\n";
    EXPECT_EQ(stopped(given + "call.uni note, (to, x); }", 32, 1, Schedule::in_order, module), "");
    EXPECT_EQ(words_.values[5], 77u);
    for (const char *const call : {"note, (to)", "(x), note, (to, x)", "other, (to, x)"}) {
        EXPECT_NE(stopped(given + "call.uni " + call + "; }", 32, 1, Schedule::in_order, module)
                      .find("a call "),
                  std::string::npos)
            << call;
    }
}

TEST_F(Machine, UnknownInstructionsAreNamedWithTheirLine) {
    EXPECT_NE(stopped("frob.b32 %r1, %r2;").find("text.ptx:13: `frob.b32 %r1, %r2`: unknown"),
              std::string::npos);
    for (const char *const instruction :
         {"add.sat.s32 %r1, %r2, %r3;", "mul.rz.f64 %fd1, %fd2, %fd3;", "bar.sync 1;",
          "ld.global.b128 %rd2, [%rd1];", "mov.u32 %r1, %clock;", "add.s32 %r1, %r2, %nothing;",
          "fma.rn.f16 %rs1, %rs2, %rs3, %rs4;", "vote.ballot.b32 %r1, %p1;"}) {
        EXPECT_NE(stopped(instruction), "") << instruction;
    }
}

TEST_F(Machine, AddressesAreChecked) {
    const std::string shared = ".shared .align 8 .b8 area[64]; mov.u32 %r1, area;\n";
    stops("ld.global.u64 %rd2, [%rd0+4];", "not aligned", "lane 0: 8 bytes");
    stops("ld.global.u64 %rd2, [%rd0+2048];", "not in memory of that space", "block (0, 0, 0)");
    stops("st.global.u32 [%rd0+-4], %r0;", "not in memory of that space", "warp 0");
    stops("ld.global.v2.u64 {%rd2, %rd3}, [%rd0+2040];", "", "text.ptx:13");
    stops(shared + "ld.shared.u32 %r2, [%r1+64];", "not in memory of that space");
    stops(shared + "st.shared.u64 [%r1+4], %rd0;", "not aligned");
    stops("mov.u64 %rd2, 0; ld.u64 %rd3, [%rd2];", "not in memory of that space");
    stops(".local .align 8 .b8 depot[8]; mov.b64 %rd2, depot; ld.local.u64 %rd3, [%rd2+8];",
          "not in memory of that space");
    stops("setp.eq.s32 %p1, %r0, 9; @%p1 ld.global.u8 %r1, [%rd0+4096];", "lane 9", "`@%p1 ld");
}

TEST_F(Machine, WrongCollectivesStop) {
    stops("vote.sync.ballot.b32 %r1, %p1, 0xff;", "a lane is not in its own mask");
    stops("setp.lt.u32 %p1, %r0, 16; @%p1 bra A; bra B;\nA:\n"
          "shfl.sync.idx.b32 %r1, %r0, 20, 31, 0xffff;\nB:",
          "asks for the value of lane 20, which takes no part");
    stops("setp.lt.u32 %p1, %r0, 16; @%p1 bar.warp.sync -1;", "under a predicate");
    stops("setp.lt.u32 %p1, %r0, 16; @%p1 bra A;\nvote.sync.any.pred %p2, %p1, -1;\nA:\n"
          "bar.sync 0;",
          "deadlock", "lanes 0xffff0000 of 0xffffffff");
    stops("LOOP:\nbra.uni LOOP;", "has not ended");
}

TEST_F(Machine, MessagesNameTheSeed) {
    EXPECT_NE(stopped("ld.global.u64 %rd2, [%rd0+4];", 32, 1, Schedule::independent)
                  .find("FG_PTX_SCHEDULE=2 FG_PTX_SEED=1"),
              std::string::npos);
}

/* The counts of the kernel k as JSON. */
std::string counts_of(const std::string &body, Words &words) {
    fg_ptx::Program program;
    program.add_text("text.ptx", kernel_text(body));
    fg_ptx::Settings settings;
    settings.counts_memory = true;
    std::uint64_t *const data = words.values.data();
    fg_ptx::Argument argument(sizeof data);
    std::memcpy(argument.data(), &data, sizeof data);
    fg_ptx::run(program.kernel("k"), {2, 1, 1}, {32, 1, 1}, {argument}, words, settings);
    std::ostringstream stream;
    program.write_counts(stream);
    return stream.str();
}

TEST_F(Machine, CountsWhatAccessesCost) {
    const std::string counts = counts_of(
        ".shared .align 8 .b8 area[4096]; mov.u32 %r1, area;\n"
        "ld.global.u64 %rd2, [%rd1];\n" /* 32 x 8 bytes in a row: 8 sectors */
        "mad.lo.s32 %r2, %r0, 128, %r1; st.shared.u32 [%r2], %r0;\n" /* one bank: 32 passes */
        "and.b32 %r2, %r0, 1; mad.wide.u32 %rd2, %r2, 128, %rd0;\n"
        "ld.global.u32 %r2, [%rd2];\n" /* two sectors in turns */
        "atom.global.add.u32 %r3, [%rd0], 1;\n"
        "setp.lt.u32 %p1, %r0, 8; @%p1 bra OVER;\nxor.b32 %r4, %r0, 1;\nOVER:",
        words_);
    for (const char *const part :
         {"\"opcode\": \"st.shared.u32\", \"runs\": 2, \"lanes\": 64, \"wavefronts\": 64",
          "\"opcode\": \"ld.global.u64\", \"runs\": 2, \"lanes\": 64, \"sectors\": 1",
          "\"opcode\": \"ld.global.u32\", \"runs\": 2, \"lanes\": 64, \"sectors\": 4}",
          "\"same_address\": 64", "\"splits\": 2",
          "\"opcode\": \"xor.b32\", \"runs\": 2, \"lanes\": 48",
          "\"launches\": 1, \"blocks\": 2"}) {
        EXPECT_NE(counts.find(part), std::string::npos) << part << "\n" << counts;
    }
}

TEST(Program, FindsKernelsByTheirNames) {
    fg_ptx::Program program;
    const std::string body = "() { ret; }\n";
    program.add_text("a.ptx", ".entry _Z5firstIiEvv" + body + ".entry _Z5firstIjEvv" + body +
                                  ".entry _ZN12_GLOBAL__N_16secondEPi" + body);
    EXPECT_NO_THROW(program.kernel("second"));
    EXPECT_NO_THROW(program.kernel("(first<unsigned int>)"));
    EXPECT_THROW(program.kernel("first"), std::runtime_error);
    EXPECT_THROW(program.kernel("third"), std::runtime_error);
}

} // namespace
