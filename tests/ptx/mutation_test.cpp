// SPDX-License-Identifier: MIT
/*
 * mutation_test.cpp: faults in the kernels' PTX, each of which a test of the kernels must notice.
 *
 * A mutation that cannot be placed is a failure: what nvcc makes has changed, and another must take
 * its place. FG_PTX_FOLDERS is the folder of PTX, FG_KERNEL_TEST the program with the tests,
 * FG_WIDE_TEST that with those of numbers of two words.
 */
#include "mutation.h"
#include "ptx.h"
#include "support/random_numbers.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace fg_ptx {

/* ctest lists a case with its parameter. */
static void PrintTo(const Mutation &mutation, std::ostream *stream) {
    *stream << mutation.kernel;
}

} // namespace fg_ptx

namespace {

namespace fs = std::filesystem;
using fg_ptx::Mutation;
using Change = Mutation::Change;

constexpr const char *arithmetic = "*DeviceArithmetic.WordsWhere*";
constexpr const char *rows = "*DeviceRows.Factors*";
constexpr const char *window = "*Window.Ends*";
constexpr const char *self_test = "*CudaWave.TheSelfTest*";
constexpr const char *last_resort = "*CudaWave.TheLastResort*";
constexpr const char *few_blocks = "*CudaWave.FewBlocks*";
constexpr const char *many_tiles = "*CudaWave.Lengths*";
constexpr const char *segments = "*Segments.OfSmall*";
constexpr const char *powers = "*Segments.AtPowers*";
/* In FG_WIDE_TEST. */
constexpr const char *wide_steps = "*WideWave.EveryForm*";
constexpr const char *wide_begin = "*WideWave.WithoutSteps*";
constexpr const char *wide_primes = "*WideWave.Primes*";

const Mutation mutations[] = {
    /* A register or an operand swapped. */
    {"ArithmeticProduct", "arithmetic_kernel", "mul.hi.u64", 1, Change::replace, "mul.hi.u64",
     "mul.lo.u64", arithmetic, 0},
    {"RowsCarry", "rows_kernel", "madc.hi.cc.u32", 20, Change::replace, "madc.", "mad.", rows, 0},
    {"RowsBorrow", "rows_kernel", "subc.cc.u32", 2, Change::replace, "subc.", "sub.", rows, 0},
    {"ArithmeticDifference", "arithmetic_kernel", "sub.s64", -1, Change::swap, "", "", arithmetic,
     0},
    {"Trial32Difference", "trial32_kernel", "sub.s32", 5, Change::swap, "", "", window, 0},
    {"Trial64Sum", "trial64_kernel", "mad.lo.u32", 2, Change::swap, "", "", window, 0},
    {"Exhaustive32Rotation", "exhaustive32_kernel", "shf.r.wrap.b32", 3, Change::swap, "", "",
     window, 0},
    {"Exhaustive64Product", "exhaustive64_kernel", "mul.lo.s64", -1, Change::replace, "mul.lo.s64",
     "mul.hi.s64", window, 0},
    {"SmallPrimesBound", "19small_primes_kernel", "setp.lt.u32", 3, Change::replace, "setp.lt",
     "setp.ge", self_test, 0},
    {"Base2Difference", "base2_kernel", "sub.s64", 3, Change::swap, "", "", self_test, 0},
    {"LucasCarry", "lucas_kernel", "madc.hi.cc.u32", 30, Change::replace, "madc.", "mad.",
     self_test, 0},
    {"HartRoot", "hart_kernel", "sqrt.rn.f64", 1, Change::replace, "sqrt.rn.f64", "neg.f64",
     self_test, 0},
    {"Pm1FullCarry", "15pm1_full_kernel", "madc.hi.cc.u32", 100, Change::replace, "madc.", "mad.",
     self_test, 0},
    {"Pm1RoomyDifference", "pm1_roomy_kernel", "sub.s64", 4, Change::swap, "", "", self_test, 0},
    {"EcmFullProduct", "15ecm_full_kernel", "mul.wide.u32", 40, Change::replace, "mul.wide.u32",
     "mul.wide.s32", self_test, 0},
    {"EcmRoomyCarry", "ecm_roomy_kernel", "madc.hi.cc.u32", 60, Change::replace, "madc.", "mad.",
     self_test, 0},
    {"CountValuesProduct", "count_values_kernel", "mul.hi.u64", 1, Change::replace, "mul.hi.u64",
     "mul.lo.u64", self_test, 0},
    {"PrimesLength", "13primes_kernel", "st.global.u64", 1, Change::remove, "", "", self_test, 0},
    {"ShortDivisorsStore", "short_divisors_kernel", "st.global.u64", 1, Change::remove, "", "",
     few_blocks, 0},
    /* A barrier removed. The loops over lists of divisors and over the last resort's numbers have
     * every barrier of theirs here: none stands at their ends, because after the last one only one
     * thread reads what it may then write again. */
    {"CountQueuesBarrier", "count_queues_kernel", "bar.sync", 1, Change::remove, "", "", few_blocks,
     2},
    {"PlacePartsBarrier", "place_parts_kernel", "bar.sync", 3, Change::remove, "", "", few_blocks,
     2},
    {"LastResortFirstBarrier", "last_resort_kernel", "bar.sync", 1, Change::remove, "", "",
     last_resort, 2},
    {"LastResortBarrier", "last_resort_kernel", "bar.sync", 2, Change::remove, "", "", last_resort,
     2},
    {"MediumDivisorsBarrierOfFactors", "medium_divisors_kernel", "bar.warp.sync", 1, Change::remove,
     "", "", few_blocks, 2},
    {"MediumDivisorsFirstBarrier", "medium_divisors_kernel", "bar.warp.sync", 2, Change::remove, "",
     "", few_blocks, 2},
    {"MediumDivisorsBarrierOfALevel", "medium_divisors_kernel", "bar.warp.sync", 3, Change::remove,
     "", "", few_blocks, 2},
    {"LongDivisorsFirstBarrier", "long_divisors_kernel", "bar.sync", 1, Change::remove, "", "",
     few_blocks, 2},
    {"LongDivisorsBarrierOfFactors", "long_divisors_kernel", "bar.sync", 2, Change::remove, "", "",
     few_blocks, 2},
    {"LongDivisorsBarrierOfTheFirstLevel", "long_divisors_kernel", "bar.sync", 3, Change::remove,
     "", "", few_blocks, 2},
    {"LongDivisorsBarrierOfALevel", "long_divisors_kernel", "bar.sync", 4, Change::remove, "", "",
     few_blocks, 2},
    {"ScanBarrier", "DeviceScanKernel", "bar.sync", 2, Change::remove, "", "", few_blocks, 2},
    /* A vote, a predicate or lanes lost. */
    {"EcmLanesThatLeave", "ecm_roomy_kernel", "vote.sync.ballot.b32", 1, Change::insert, "",
     "{ .reg .pred %gone; .reg .b32 %lane; mov.u32 %lane, %laneid; setp.gt.u32 %gone, %lane, 15; "
     "@%gone exit; }",
     few_blocks, 0},
    {"EcmVote", "15ecm_full_kernel", "vote.sync.ballot.b32", 1, Change::remove, "", "", self_test,
     0},
    {"OpenRoundPredicate", "open_round_kernel", "bra", 1, Change::negate, "", "", self_test, 0},
    {"ScanPredicate", "DeviceScanKernel", "{  .reg .u32 r0;  .reg .pred p;  shfl.sync.up.b32", 1,
     Change::replace, "@p add", "@!p add", many_tiles, 0},
    {"ScanTileStatus", "DeviceScanKernel", "ld.relaxed.gpu.v2.u32", 1, Change::remove, "", "",
     many_tiles, 0},
    {"EcmDoubleProduct", "ecm_double_kernel", "fma.rn.f64", 40, Change::swap, "", "", self_test, 0},
    {"Pm1DoubleProduct", "pm1_double_kernel", "fma.rn.f64", 20, Change::swap, "", "", self_test, 0},
    {"EcmFullCarry", "15ecm_full_kernel", "madc.hi.cc.u32", 100, Change::replace, "madc.", "mad.",
     self_test, 0},
    {"ScanStart", "DeviceScanInitKernel", "st.global.v2.u32", 1, Change::remove, "", "", many_tiles,
     1},
    /* Numbers of two words. */
    {"WideSmallPrimesProduct", "wide_small_primes_kernel", "mul.hi.u64", 1, Change::replace,
     "mul.hi.u64", "mul.lo.u64", wide_begin, 0},
    {"WidePm1FullCarry", "wide_pm1_full_kernel", "madc.hi.cc.u32", 300, Change::replace, "madc.",
     "mad.", wide_steps, 0},
    {"WidePm1LazyCarry", "wide_pm1_lazy_kernel", "madc.hi.cc.u32", -50, Change::replace, "madc.",
     "mad.", wide_steps, 0},
    {"WidePm1Of96BitsCarry", "wide_pm1_96_kernel", "madc.hi.cc.u32", -152, Change::replace, "madc.",
     "mad.", wide_steps, 0},
    {"WideEcmFullVote", "wide_ecm_full_kernel", "vote.sync.ballot.b32", 1, Change::remove, "", "",
     wide_steps, 0},
    {"WideEcmLazyVote", "wide_ecm_lazy_kernel", "vote.sync.ballot.b32", 1, Change::remove, "", "",
     wide_steps, 0},
    {"WideEcmOf96BitsVote", "wide_ecm_96_kernel", "vote.sync.ballot.b32", 1, Change::remove, "", "",
     wide_steps, 0},
    {"WideBase2FullColumn", "wide_base2_full_kernel", "addc.cc.u32", 4, Change::replace, "addc.",
     "add.", wide_primes, 0},
    {"WideBase2FullCarry", "wide_base2_full_kernel", "madc.hi.cc.u32", -6, Change::replace, "madc.",
     "mad.", wide_primes, 0},
    {"WideBase2LazyCarry", "wide_base2_lazy_kernel", "madc.hi.cc.u32", 20, Change::replace, "madc.",
     "mad.", wide_primes, 0},
    {"WideBase2Of96BitsCarry", "wide_base2_96_kernel", "madc.lo.cc.u32", 5, Change::replace,
     "madc.", "mad.", wide_primes, 0},
    /* Those before would only change the base, and a prime passes the test to any. */
    {"WideBasesEarlyCarry", "wide_bases_kernel", "madc.hi.cc.u32", 40, Change::replace, "madc.",
     "mad.", wide_primes, 0},
    {"WideBasesCarry", "wide_bases_kernel", "madc.hi.cc.u32", 120, Change::replace, "madc.", "mad.",
     wide_primes, 0},
    {"WideBasesLastCarry", "wide_bases_kernel", "madc.hi.cc.u32", -1, Change::replace, "madc.",
     "mad.", wide_primes, 0},
    {"WideBasesLowCarry", "wide_bases_kernel", "madc.lo.cc.u32", -20, Change::replace, "madc.",
     "mad.", wide_primes, 0},
    {"WideBasesColumn", "wide_bases_kernel", "addc.u32", 60, Change::replace, "addc.", "add.",
     wide_primes, 0},
    {"CountWideQueuesBarrier", "count_wide_queues_kernel", "bar.sync", 2, Change::remove, "", "",
     wide_begin, 2},
    {"OpenWideRoundStore", "open_wide_round_kernel", "st.global.u32", -2, Change::remove, "", "",
     wide_begin, 0},
    /* Ranges. */
    {"SievePlacesInverse", "sieve_places_kernel", "sub.s64", 1, Change::swap, "", "", segments, 0},
    {"SieveBucketsRemainder", "sieve_buckets_kernel", "sub.s64", 1, Change::swap, "", "", powers,
     0},
    {"SegmentCountsSum", "segment_counts_kernel", "atom.shared.add.u32", 2, Change::remove, "", "",
     segments, 0},
    {"SegmentCountsBarrier", "segment_counts_kernel", "bar.sync", 2, Change::remove, "", "",
     segments, 2},
    {"SegmentProductsLanes", "segment_products_kernel", "shfl.sync.down.b32", 2, Change::replace,
     "down", "up", segments, 0},
    {"SegmentProductsBarrier", "segment_products_kernel", "bar.sync", 2, Change::remove, "", "",
     segments, 2},
    {"PlaceWidePartsBarrier", "place_wide_parts_kernel", "bar.sync", 2, Change::remove, "", "",
     wide_begin, 2},
};

/* The PTX files, of which one is mutated. */
class Mutations : public testing::TestWithParam<Mutation> {
  protected:
    void SetUp() override {
        if (std::string(FG_PTX_FOLDERS).empty()) {
            GTEST_SKIP() << "the kernels' PTX is not tested: " FG_PTX_MISSING;
        }
        std::string name = (fs::temp_directory_path() / "fg_ptx_XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override {
        if (!folder_.empty()) {
            fs::remove_all(folder_);
        }
    }
    /* Writes the mutated file, and lists it with the others as they are. Returns how many files
     * have the kernel. */
    unsigned write(const Mutation &mutation) {
        unsigned placed = 0;
        for (const auto &entry : fs::directory_iterator(FG_PTX_FOLDERS)) {
            std::string text(entry.file_size(), '\0'); /* megabytes, which take long by bytes */
            std::ifstream(entry.path()).read(text.data(), (std::streamsize)text.size());
            fs::path path = entry.path();
            if (fg_ptx::mutate(mutation, &text)) {
                placed++;
                mutated_ = path = folder_ / path.filename();
                std::ofstream(path) << text;
            }
            files_ += (files_.empty() ? "" : ":") + path.string();
        }
        return placed;
    }
    static std::string program_of(const Mutation &mutation) {
        const bool is_wide = mutation.test == wide_steps || mutation.test == wide_begin ||
                             mutation.test == wide_primes;
        return is_wide ? FG_WIDE_TEST : FG_KERNEL_TEST;
    }
    /* Runs the tests on the files, up to the first failure; returns whether they passed. */
    bool passes(const Mutation &mutation) const {
        const std::string command =
            "FG_PTX='" + files_ + "' FG_TEST_SEED=1 GTEST_THROW_ON_FAILURE=1 " +
            (every_case() ? "" : "FG_TEST_SCALE=0.25 ") +
            "FG_PTX_STEPS=4000000 FG_PTX_SCHEDULE=" + std::to_string(mutation.schedule) + " '" +
            program_of(mutation) + "' --gtest_filter='" + mutation.test + "' >'" +
            (folder_ / "output").string() + "' 2>&1";
        return std::system(command.c_str()) == 0;
    }

    fs::path folder_, mutated_;
    std::string files_;
};

TEST_P(Mutations, AreNoticed) {
    ASSERT_EQ(write(GetParam()), 1u) << "no PTX file has the kernel " << GetParam().kernel;
    fg_ptx::Program program; /* what cannot be read would be noticed for the wrong reason */
    ASSERT_NO_THROW(program.add_file(mutated_.string()));
    ASSERT_NO_THROW(program.check());
    EXPECT_FALSE(passes(GetParam())) << "the tests " << GetParam().test << " do not notice it";
}

TEST(MutationTable, HasEveryKernel) {
    if (std::string(FG_PTX_FOLDERS).empty()) {
        GTEST_SKIP() << "the kernels' PTX is not tested: " FG_PTX_MISSING;
    }
    fg_ptx::Program program;
    for (const auto &entry : fs::directory_iterator(FG_PTX_FOLDERS)) {
        program.add_file(entry.path().string());
    }
    for (const std::string &kernel : program.kernel_names()) {
        unsigned count = kernel.find("EmptyKernel") == 0; /* CUB's, which is never launched */
        for (const Mutation &mutation : mutations) {
            const std::string its_kernel = mutation.kernel;
            count +=
                kernel.find(its_kernel.substr(its_kernel.find_first_not_of("0123456789"))) == 0;
        }
        EXPECT_GT(count, 0u) << kernel << " has no mutation";
    }
}

INSTANTIATE_TEST_SUITE_P(Ptx, Mutations, testing::ValuesIn(mutations),
                         [](const testing::TestParamInfo<Mutation> &info) {
                             return std::string(info.param.name);
                         });

} // namespace
