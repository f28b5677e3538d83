// SPDX-License-Identifier: MIT
/*
 * lanes_test.cpp: every entry of the table of lanes on lanes that differ as much as they can: a
 * prime beside a semiprime beside a power beside a pseudoprime, sizes on both sides of every limb.
 *
 * A lane must give what the one-lane form gives (which other tests hold to FLINT), whatever stands
 * beside it; the probable-prime tests on a sample also what their definitions with FLINT give.
 */
#include "support/chosen_numbers.h"
#include "support/lane_forms.h"
#include "support/oracle.h"
#include "support/probable_prime_definitions.h"
#include "support/pseudoprimes.h"
#include "support/random_numbers.h"

extern "C" {
#include "algorithms/lucas_parameter.h"
}

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <pthread.h>
#include <string>
#include <vector>

namespace {

using chosen::random_prime;
using oracle::Numbers;

/* Returns an odd semiprime with exactly `bits` bits, 16 at least. */
uint64_t random_semiprime(RandomNumbers &random, unsigned bits) {
    for (;;) {
        const auto first = (unsigned)random.between(5, bits / 2);
        uint64_t n;
        if (!__builtin_mul_overflow(random_prime(random, first),
                                    random_prime(random, bits - first + (random.any() & 1)), &n) &&
            fg_bit_length64(n) == bits)
            return n;
    }
}

uint64_t one_of(RandomNumbers &random, const Numbers &numbers) {
    return numbers[random.between(0, numbers.size() - 1)];
}

/* Numbers of every kind between `least` and `most`, odd. */
class Kinds {
  public:
    Kinds(uint64_t least, uint64_t most) : least_(least), most_(most) {
        static const Numbers chernick = pseudoprimes::chernick(3000);
        static const Numbers of_three = pseudoprimes::carmichael_of_three_primes(60);
        for (const Numbers *list :
             {&chernick, &of_three, &pseudoprimes::strong_to_base_2, &pseudoprimes::lucas,
              &pseudoprimes::strong_to_first_primes, &pseudoprimes::almost_extra_strong_lucas,
              &pseudoprimes::wieferich_squares})
            std::copy_if(list->begin(), list->end(), std::back_inserter(deceivers_),
                         [this](uint64_t n) { return fits(n); });
        for (unsigned bits = 4; bits <= 64; bits++)
            for (uint64_t offset = 1; offset < 40; offset += 2) {
                const uint64_t power = bits == 64 ? 0 : UINT64_C(1) << bits;
                const bool at_limb = (bits >= 47 && bits <= 53) || bits >= 63;
                for (const uint64_t n : {power - offset, power + offset})
                    if (fits(n))
                        (at_limb ? at_limbs_ : at_powers_).push_back(n);
            }
    }

    uint64_t choose(RandomNumbers &random) const {
        for (;;) {
            const uint64_t n = try_one(random);
            if (fits(n))
                return n;
        }
    }

    const Numbers &at_limbs() const { return at_limbs_; }

  private:
    /* 2^64 - 1 has no Lucas test. */
    bool fits(uint64_t n) const {
        return n % 2 == 1 && n >= least_ && n < most_ && n != UINT64_MAX;
    }

    uint64_t try_one(RandomNumbers &random) const {
        const unsigned bits =
            (unsigned)random.between(fg_bit_length64(least_), fg_bit_length64(most_ - 1));
        switch (random.between(0, 7)) {
        case 0:
            return random_prime(random, bits);
        case 1:
            return random_semiprime(random, std::max(bits, 16u));
        case 2: { /* a power of a prime */
            const auto exponent = (unsigned)random.between(2, 5);
            const uint64_t prime = random_prime(random, std::max(bits / exponent, 3u));
            uint64_t power = prime;
            for (unsigned i = 1; i < exponent; i++)
                if (__builtin_mul_overflow(power, prime, &power))
                    return 0;
            return power;
        }
        case 3:
            return deceivers_.empty() ? 0 : one_of(random, deceivers_);
        case 4:
            return at_powers_.empty() ? 0 : one_of(random, at_powers_);
        case 5:
            return at_limbs_.empty() ? 0 : one_of(random, at_limbs_);
        case 6:
            return most_ - 1 - random.between(0, 200);
        default:
            return random.with_bits(bits);
        }
    }

    uint64_t least_, most_;
    Numbers deceivers_, at_powers_, at_limbs_;
};

struct Lanes {
    uint64_t n[FG_LANES_MOST];
};

class LanesTest : public LaneFormTest {
  protected:
    const LaneForm &form() const { return GetParam(); }
    /* Moduli are below this; 2^64 - 1 is none. Every form takes the small ones too. */
    uint64_t most() const { return form().steps->most + (form().bits() < 64); }
    /* Those that its entry leaves to this form are not below this, or `smallest`. */
    uint64_t least(uint64_t smallest) const {
        uint64_t least = smallest;
        for (unsigned i = 0; form().entry->forms[i]->most < form().steps->most; i++)
            least = form().entry->forms[i]->most + 1;
        return least;
    }

    /* All lanes of their own kind; or one number in all; or one among many of another. */
    Lanes choose_lanes(const Kinds &kinds, unsigned count) {
        Lanes lanes;
        const uint64_t manner = random.between(0, 9);
        const uint64_t n = kinds.choose(random), odd_one = random.between(0, count - 1);
        for (unsigned lane = 0; lane < count; lane++)
            lanes.n[lane] =
                manner == 0 || (manner == 1 && lane != odd_one) ? n : kinds.choose(random);
        return lanes;
    }

    /* Each lane against one lane by itself, and against the definition if `by_definition`. */
    void expect_strong(const Lanes &lanes, bool by_definition) {
        const unsigned count = form().primality_lanes();
        const uint32_t passed = form().steps->primality->strong_base2(lanes.n);
        ASSERT_EQ(passed >> (count - 1) >> 1, 0u);
        for (unsigned lane = 0; lane < count; lane++) {
            const fg_full::fg_field field = fg_full::fg_prepare(&lanes.n[lane]);
            const bool got = (passed >> lane & 1) != 0;
            ASSERT_EQ(got, fg_full::fg_strong_base2(&field) != 0)
                << lanes.n[lane] << " in lane " << lane;
            if (by_definition) {
                ASSERT_EQ(got, strong_base2_by_definition(lanes.n[lane]))
                    << lanes.n[lane] << " in lane " << lane;
            }
        }
    }
    void expect_lucas(const Lanes &lanes, bool by_definition) {
        const unsigned count = form().primality_lanes();
        uint32_t parameters[FG_LANES_MOST];
        for (unsigned lane = 0; lane < count; lane++)
            parameters[lane] = fg_lucas_parameter(lanes.n[lane]);
        const uint32_t passed = form().steps->primality->lucas(lanes.n, parameters);
        ASSERT_EQ(passed >> (count - 1) >> 1, 0u);
        for (unsigned lane = 0; lane < count; lane++) {
            if (parameters[lane] == 0)
                continue;
            const fg_full::fg_field field = fg_full::fg_prepare(&lanes.n[lane]);
            const bool got = (passed >> lane & 1) != 0;
            ASSERT_EQ(got, fg_full::fg_lucas(&field, &parameters[lane]) != 0)
                << lanes.n[lane] << " in lane " << lane;
            if (by_definition) {
                ASSERT_EQ(got, lucas_by_definition(lanes.n[lane], parameters[lane]))
                    << lanes.n[lane] << " in lane " << lane;
            }
        }
    }

    /* found and early are those of one lane up to a unit factor: they have the same gcds. */
    static void expect_same(uint64_t got, uint64_t expected, uint64_t n, const std::string &where) {
        ASSERT_EQ(std::gcd(got, n), std::gcd(expected, n)) << n << where;
    }
    void expect_pm1(const Lanes &lanes, uint32_t program) {
        uint64_t found[FG_LANES_MOST], early[FG_LANES_MOST], found_alone, early_alone;
        form().pm1(lanes.n, program, found, early);
        const LaneForm alone = {nullptr, nullptr, OneLane::full};
        for (unsigned lane = 0; lane < form().pm1_lanes(); lane++) {
            alone.pm1(&lanes.n[lane], program, &found_alone, &early_alone);
            const std::string where =
                " in lane " + std::to_string(lane) + ", program " + std::to_string(program);
            ASSERT_NO_FATAL_FAILURE(
                expect_same(early[lane], early_alone, lanes.n[lane], where + ", early"));
            ASSERT_NO_FATAL_FAILURE(expect_same(found[lane], found_alone, lanes.n[lane], where));
            count(found_alone, lanes.n[lane]);
        }
    }
    void expect_ecm(const Lanes &lanes, uint32_t program, const uint32_t *curves) {
        uint64_t found[FG_LANES_MOST], early[FG_LANES_MOST], found_alone, early_alone;
        form().ecm(lanes.n, program, curves, found, early);
        const LaneForm alone = {nullptr, nullptr, OneLane::full};
        for (unsigned lane = 0; lane < form().ecm_lanes(); lane++) {
            alone.ecm(&lanes.n[lane], program, &curves[lane], &found_alone, &early_alone);
            const std::string where = " in lane " + std::to_string(lane) + ", program " +
                                      std::to_string(program) + ", curve " +
                                      std::to_string(curves[lane]);
            ASSERT_NO_FATAL_FAILURE(
                expect_same(early[lane], early_alone, lanes.n[lane], where + ", early"));
            ASSERT_NO_FATAL_FAILURE(expect_same(found[lane], found_alone, lanes.n[lane], where));
            count(found_alone, lanes.n[lane]);
        }
    }
    void count(uint64_t found, uint64_t n) {
        const uint64_t common = std::gcd(found, n);
        (common == 1 ? nothing_ : common == n ? all_ : split_)++;
    }

    RandomNumbers random;
    size_t nothing_ = 0, split_ = 0, all_ = 0;
};

const uint64_t least_for_tests = 9, least_for_curves = FG_ECM_MIN + 1;

TEST_P(LanesTest, StrongTestsOfMixedLanesAreThoseOfOneLane) {
    SCOPED_TRACE(random.trace());
    const Kinds kinds(least_for_tests, most());
    for (size_t i = 0; i < scaled_slow(20000); i++)
        ASSERT_NO_FATAL_FAILURE(
            expect_strong(choose_lanes(kinds, form().primality_lanes()), i % 10 == 0));
}

TEST_P(LanesTest, LucasTestsOfMixedLanesAreThoseOfOneLane) {
    SCOPED_TRACE(random.trace());
    const Kinds kinds(least_for_tests, most());
    for (size_t i = 0; i < scaled_slow(10000); i++)
        ASSERT_NO_FATAL_FAILURE(
            expect_lucas(choose_lanes(kinds, form().primality_lanes()), i % 20 == 0));
}

/* From a neighbour of a limb's end to the next that is tried. */
size_t limbs_step() {
    return sanitized() && !every_case() ? 3 : 1;
}

/* The lanes judge numbers in the form that their size calls for. */
TEST_P(LanesTest, EveryNeighbourOfALimbsEndIsJudgedAsByOneLane) {
    const Numbers numbers = Kinds(least(least_for_tests), most()).at_limbs();
    const unsigned count = form().primality_lanes();
    for (size_t at = 0; at < numbers.size(); at += limbs_step()) {
        Lanes lanes;
        for (unsigned lane = 0; lane < count; lane++)
            lanes.n[lane] = numbers[(at + 7 * lane) % numbers.size()];
        ASSERT_NO_FATAL_FAILURE(expect_strong(lanes, true));
        ASSERT_NO_FATAL_FAILURE(expect_lucas(lanes, true));
    }
}

TEST_P(LanesTest, EveryNeighbourOfALimbsEndIsSplitAsByOneLane) {
    const Numbers numbers = Kinds(least(least_for_curves), most()).at_limbs();
    for (size_t at = 0; at < numbers.size(); at += limbs_step()) {
        Lanes lanes;
        uint32_t curves[FG_LANES_MOST];
        for (unsigned lane = 0; lane < FG_LANES_MOST; lane++) {
            lanes.n[lane] = numbers[(at + 7 * lane) % numbers.size()];
            curves[lane] = (uint32_t)(at + lane) % FG_ECM_CURVE_COUNT;
        }
        ASSERT_NO_FATAL_FAILURE(expect_pm1(lanes, (uint32_t)at % FG_PM1_PROGRAM_COUNT));
        ASSERT_NO_FATAL_FAILURE(expect_ecm(lanes, (uint32_t)at % FG_ECM_PROGRAM_COUNT, curves));
    }
}

TEST_P(LanesTest, StepsOfMixedLanesFindWhatOneLaneFinds) {
    SCOPED_TRACE(random.trace());
    const Kinds kinds(least_for_curves, most());
    for (size_t i = 0; i < scaled_slow(2000); i++) {
        uint32_t curves[FG_LANES_MOST];
        for (uint32_t &curve : curves)
            curve = (uint32_t)random.between(0, FG_ECM_CURVE_COUNT - 1);
        ASSERT_NO_FATAL_FAILURE(expect_pm1(choose_lanes(kinds, form().pm1_lanes()),
                                           (uint32_t)random.between(0, FG_PM1_PROGRAM_COUNT - 1)));
        ASSERT_NO_FATAL_FAILURE(expect_ecm(choose_lanes(kinds, form().ecm_lanes()),
                                           (uint32_t)random.between(0, FG_ECM_PROGRAM_COUNT - 1),
                                           curves));
    }
    EXPECT_GT(nothing_, 0u);
    EXPECT_GT(split_, 0u);
}

class LanesPm1 : public LanesTest {};

/* P-1 takes any odd number from 9 on. */
TEST_P(LanesPm1, OfSmallNumbersFindsWhatOneLaneFinds) {
    SCOPED_TRACE(random.trace());
    const Kinds kinds(least_for_tests, UINT64_C(1) << 36);
    for (size_t i = 0; i < scaled_slow(1000); i++)
        ASSERT_NO_FATAL_FAILURE(expect_pm1(choose_lanes(kinds, form().pm1_lanes()),
                                           (uint32_t)random.between(0, FG_PM1_PROGRAM_COUNT - 1)));
    EXPECT_GT(all_, 0u);
}

TEST_P(LanesTest, SemiprimesOfEverySizeAreSplitAsByOneLane) {
    SCOPED_TRACE(random.trace());
    for (unsigned bits = 35; bits <= form().bits(); bits++)
        for (size_t i = 0; i < scaled_slow(160); i += form().ecm_lanes()) {
            Lanes lanes;
            uint32_t curves[FG_LANES_MOST];
            for (unsigned lane = 0; lane < FG_LANES_MOST; lane++) {
                curves[lane] = (uint32_t)random.between(0, FG_ECM_CURVE_COUNT - 1);
                lanes.n[lane] = random_semiprime(random, bits);
            }
            for (uint32_t program = 0; program < FG_PM1_PROGRAM_COUNT; program++) {
                ASSERT_NO_FATAL_FAILURE(expect_pm1(lanes, program));
                ASSERT_NO_FATAL_FAILURE(expect_ecm(lanes, program, curves));
            }
        }
    EXPECT_GT(nothing_, 0u);
    EXPECT_GT(split_, 0u);
}

/* The lanes moved round by one at a time: the results move with them. */
TEST_P(LanesTest, ResultsMoveRoundWithTheLanes) {
    SCOPED_TRACE(random.trace());
    const Kinds kinds(least_for_curves, most());
    for (size_t i = 0; i < scaled_slow(100); i++) {
        Lanes lanes = choose_lanes(kinds, FG_LANES_MOST);
        uint32_t curves[FG_LANES_MOST];
        for (uint32_t &curve : curves)
            curve = (uint32_t)random.between(0, FG_ECM_CURVE_COUNT - 1);
        for (unsigned turn = 0; turn < FG_LANES_MOST; turn++) {
            std::rotate(lanes.n, lanes.n + 1, lanes.n + FG_LANES_MOST);
            std::rotate(curves, curves + 1, curves + FG_LANES_MOST);
            ASSERT_NO_FATAL_FAILURE(expect_strong(lanes, false));
            ASSERT_NO_FATAL_FAILURE(expect_lucas(lanes, false));
            ASSERT_NO_FATAL_FAILURE(expect_pm1(lanes, FG_PM1_40));
            ASSERT_NO_FATAL_FAILURE(expect_ecm(lanes, FG_ECM_40, curves));
        }
    }
}

TEST_P(LanesTest, OneNumberGivesTheSameInEveryLane) {
    SCOPED_TRACE(random.trace());
    const Kinds kinds(least_for_curves, most());
    for (size_t i = 0; i < scaled_slow(300); i++) {
        const uint64_t n = kinds.choose(random);
        const auto curve = (uint32_t)random.between(0, FG_ECM_CURVE_COUNT - 1);
        Lanes lanes;
        uint32_t curves[FG_LANES_MOST];
        std::fill(std::begin(lanes.n), std::end(lanes.n), n);
        std::fill(std::begin(curves), std::end(curves), curve);
        uint64_t found[FG_LANES_MOST], early[FG_LANES_MOST];
        form().ecm(lanes.n, FG_ECM_48, curves, found, early);
        for (unsigned lane = 1; lane < form().ecm_lanes(); lane++) {
            ASSERT_EQ(found[lane], found[0]) << n << " in lane " << lane;
            ASSERT_EQ(early[lane], early[0]) << n << " in lane " << lane;
        }
        form().pm1(lanes.n, FG_PM1_48, found, early);
        for (unsigned lane = 1; lane < form().pm1_lanes(); lane++) {
            ASSERT_EQ(found[lane], found[0]) << n << " in lane " << lane;
            ASSERT_EQ(early[lane], early[0]) << n << " in lane " << lane;
        }
        const uint32_t strong = form().steps->primality->strong_base2(lanes.n);
        ASSERT_TRUE(strong == 0 || strong == UINT32_MAX >> (32 - form().primality_lanes())) << n;
    }
}

/* The stack that a step's caller must have, in bytes. Checks of memory and code that is not
 * optimised take more of it. */
size_t small_stack() {
#if defined(__OPTIMIZE__)
    if (!sanitized())
        return 64 << 10;
#endif
    return 1 << 20;
}

/* A form and memory for its steps, none of it on the stack. */
struct StepsOfAForm {
    const fg_lane_form *form;
    uint64_t n[FG_LANES_MOST], found[FG_LANES_MOST], early[FG_LANES_MOST];
    uint32_t curves[FG_LANES_MOST];
    alignas(FG_LANE_SPACE_ALIGNMENT) unsigned char space[FG_LANE_SPACE_BYTES];
};

void *run_steps(void *argument) {
    auto &steps = *static_cast<StepsOfAForm *>(argument);
    const fg_lane_form &form = *steps.form;
    form.primality->strong_base2(steps.n);
    std::fill(std::begin(steps.curves), std::end(steps.curves), 3);
    form.primality->lucas(steps.n, steps.curves);
    for (uint32_t program = 0; form.pm1 != nullptr && program < FG_PM1_PROGRAM_COUNT; program++)
        form.pm1->pm1(steps.n, program, steps.space, steps.found, steps.early);
    for (uint32_t program = 0; program < FG_ECM_PROGRAM_COUNT; program++)
        form.ecm->ecm(steps.n, program, steps.curves, steps.space, steps.found, steps.early);
    form.gcd(steps.found, steps.n, form.ecm->lanes, steps.early);
    return nullptr;
}

TEST_P(LanesTest, StepsRunOnASmallStack) {
    const auto steps = std::make_unique<StepsOfAForm>();
    steps->form = form().steps;
    for (unsigned lane = 0; lane < FG_LANES_MOST; lane++)
        steps->n[lane] = (most() - 2 * lane - 3) | 1;
    pthread_attr_t attributes;
    pthread_t thread;
    ASSERT_EQ(pthread_attr_init(&attributes), 0);
    ASSERT_EQ(pthread_attr_setstacksize(&attributes, small_stack()), 0);
    ASSERT_EQ(pthread_create(&thread, &attributes, run_steps, steps.get()), 0);
    EXPECT_EQ(pthread_join(thread, nullptr), 0);
    pthread_attr_destroy(&attributes);
}

INSTANTIATE_TEST_SUITE_P(Forms, LanesTest, testing::ValuesIn(table_lane_forms()), lane_form_name);
INSTANTIATE_TEST_SUITE_P(Forms, LanesPm1, testing::ValuesIn(with_pm1(table_lane_forms())),
                         lane_form_name);

/* ---- gcd ---- */

class LanesGcd : public LaneFormTest {};

/* Up to `most`. */
uint64_t choose_for_gcd(RandomNumbers &random, uint64_t n, uint64_t most) {
    switch (random.between(0, 7)) {
    case 0:
        return 0;
    case 1:
        return n;
    case 2: /* a multiple of n */
        return n * random.between(0, most / n);
    case 3:
        return UINT64_C(1) << random.between(0, fg_bit_length64(most) - 1);
    case 4: /* one of a divisor of n, most likely */
        return n_gcd(n, random.with_bits(10) * 3 * 5 * 7) << random.between(0, 2);
    case 5:
        return most - random.between(0, 3);
    default:
        return random.of_any_size(fg_bit_length64(most));
    }
}

TEST_P(LanesGcd, MatchesTheLibrarysForEveryCount) {
    const LaneForm &form = GetParam();
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const uint64_t guard = 0x5a5a5a5a5a5a5a5a;
    const unsigned bits = form.bits();
    const uint64_t most = bits < 62 ? 2 * form.steps->most : UINT64_MAX;
    for (size_t i = 0; i < scaled_slow(8000); i++)
        for (unsigned count = 1; count <= FG_LANES_MOST; count++) {
            /* Of their exact size, so that a sanitizer sees what lies beside them. */
            std::vector<uint64_t> a(count), n(count), gcds(count);
            for (unsigned k = 0; k < count; k++) {
                n[k] = random.with_bits((unsigned)random.between(4, bits)) | 1;
                if (random.between(0, 3) == 0)
                    n[k] = (random.with_bits(bits / 3) | 1) * (random.with_bits(bits / 3) | 1) *
                           (random.with_bits(bits / 4) | 1);
                if (random.between(0, 9) == 0)
                    n[k] = form.steps->most - 2 * random.between(0, 3);
                a[k] = choose_for_gcd(random, n[k], most);
            }
            form.steps->gcd(a.data(), n.data(), count, gcds.data());
            for (unsigned k = 0; k < count; k++)
                ASSERT_EQ(gcds[k], std::gcd(a[k], n[k]))
                    << a[k] << " and " << n[k] << " in lane " << k << " of " << count;

            uint64_t guarded[FG_LANES_MOST + 1];
            std::fill(std::begin(guarded), std::end(guarded), guard);
            form.steps->gcd(a.data(), n.data(), count, guarded);
            ASSERT_TRUE(std::equal(gcds.begin(), gcds.end(), guarded));
            ASSERT_TRUE(std::all_of(guarded + count, std::end(guarded),
                                    [](uint64_t word) { return word == guard; }));
        }
}

TEST_P(LanesGcd, MatchesTheLibrarysForEverySmallPair) {
    const LaneForm &form = GetParam();
    for (uint64_t n = 1; n < 400; n += 2)
        for (uint64_t a = 0; a < 2 * n; a += FG_LANES_MOST) {
            uint64_t as[FG_LANES_MOST], ns[FG_LANES_MOST], gcds[FG_LANES_MOST];
            for (unsigned k = 0; k < FG_LANES_MOST; k++) {
                as[k] = a + k;
                ns[k] = n;
            }
            form.steps->gcd(as, ns, FG_LANES_MOST, gcds);
            for (unsigned k = 0; k < FG_LANES_MOST; k++)
                ASSERT_EQ(gcds[k], std::gcd(as[k], n)) << as[k] << " and " << n;
        }
}

INSTANTIATE_TEST_SUITE_P(Forms, LanesGcd, testing::ValuesIn(for_many(table_lane_forms())),
                         lane_form_name);

/* ---- The table ---- */

/* Returns whether a step of the form for few has lanes for all of them, or is that of the form for
 * more. */
bool suits_few(const fg_lane_steps *few, const fg_lane_steps *more, unsigned few_most) {
    return few == nullptr || few == more || few->lanes >= few_most;
}

/* A form and those for fewer numbers. */
void expect_form(const fg_lane_form &form, const char *entry) {
    for (const fg_lane_steps *steps : {form.primality, form.pm1, form.ecm}) {
        if (steps == nullptr)
            continue;
        EXPECT_GE(steps->lanes, 1u) << entry;
        EXPECT_LE(steps->lanes, (unsigned)FG_LANES_MOST) << entry;
    }
    ASSERT_EQ(form.few == nullptr, form.few_most == 0) << entry;
    if (form.few == nullptr)
        return;
    EXPECT_LE(form.few->most, form.most) << entry;
    const fg_lane_form &few = *form.few;
    EXPECT_TRUE(suits_few(few.primality, form.primality, form.few_most)) << entry;
    EXPECT_TRUE(suits_few(few.pm1, form.pm1, form.few_most)) << entry;
    EXPECT_TRUE(suits_few(few.ecm, form.ecm, form.few_most)) << entry;
    if (form.few_more_tests > 0 || form.few_more_primes > 0 ||
        form.few_more_pm1 > 0) { /* the number that is looked at may not be the largest */
        EXPECT_EQ(few.most, form.most) << entry;
    }
    EXPECT_TRUE(few.pm1 != nullptr || form.few_more_pm1 == 0) << entry;
    EXPECT_LE(form.few->few_most, form.few_most) << entry;
    expect_form(*form.few, entry);
}

TEST(LanesTable, EntriesFitTheArraysAndHaveDifferentNames) {
    std::vector<std::string> names;
    for (unsigned i = 0; i < fg_lanes_count; i++) {
        const fg_lanes &entry = *fg_lanes_all[i];
        ASSERT_GE(entry.form_count, 1u) << entry.name;
        ASSERT_LE(entry.form_count, (unsigned)FG_LANE_FORMS_MOST) << entry.name;
        uint64_t most = FG_ECM_MIN;
        for (unsigned k = 0; k < entry.form_count; k++) {
            const fg_lane_form &form = *entry.forms[k];
            ASSERT_NO_FATAL_FAILURE(expect_form(form, entry.name));
            EXPECT_NE(form.pm1, nullptr) << entry.name;
            EXPECT_GT(form.most, most) << entry.name;
            most = form.most;
        }
        EXPECT_EQ(most, UINT64_MAX) << entry.name;
        EXPECT_EQ(std::count(names.begin(), names.end(), entry.name), 0) << entry.name;
        names.emplace_back(entry.name);
    }
    EXPECT_TRUE(fg_lanes_all[fg_lanes_count - 1]->runs_here());
}

/* The best that runs if nothing is forced; under a lower scan the lanes of that. */
TEST(LanesTable, TheChoiceFollowsTheScan) {
    const char *const before = std::getenv("FACTOR_GPU_CPU");
    const std::string restored = before != nullptr ? before : "";
    unsetenv("FACTOR_GPU_CPU");
    const fg_lanes *best = nullptr;
    for (unsigned i = fg_lanes_count; i-- > 0;)
        if (fg_lanes_all[i]->runs_here())
            best = fg_lanes_all[i];
    EXPECT_EQ(fg_lanes_select(), best);
    for (const auto &[lower, name] : {std::pair("portable", "scalar"), {"avx2", "avx2fma"}}) {
        setenv("FACTOR_GPU_CPU", lower, 1);
        if (std::string(fg_cpu_variant()) == lower) {
            EXPECT_STREQ(fg_lanes_select()->name, name) << lower;
        }
    }
    if (before != nullptr)
        setenv("FACTOR_GPU_CPU", restored.c_str(), 1);
    else
        unsetenv("FACTOR_GPU_CPU");
}

} // namespace
