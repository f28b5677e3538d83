// SPDX-License-Identifier: MIT
/*
 * wide_lanes_test.cpp: every form of the steps for numbers of two words, on lanes that differ as
 * much as they can: strong tests against GMP's powers, curves and P-1 against one lane modulo each
 * prime of a number.
 */
#include "support/random_numbers.h"
#include "support/wide_integer.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

extern "C" {
#include "methods/factor/wide_lanes.h"
}

/* One lane of the full form, which montgomery_wide_test.cpp holds to GMP. */
#include "algorithms/ecm_tables.h"
#include "algorithms/ecm_wide_tables.h"
#include "algorithms/pm1_wide_tables.h"
#include "arith/montgomery_wide.h"
namespace one_lane {
#define FG_RESIDUES "arith/residues_scalar.h"
#define FG_LANES 1
#define FG_WORDS 2
#define FG_HEADROOM 0
#include "algorithms/ecm.h"
#include "algorithms/pm1.h"
} // namespace one_lane

namespace {

using wide::Integer;
using Lanes = std::array<fg_wide, FG_WIDE_LANES_MOST>;

/* A form of an entry, and the bits from which on numbers come to it. */
struct Form {
    const fg_wide_lanes *entry;
    const fg_wide_form *form;
    unsigned least_bits;
};

void PrintTo(const Form &form, std::ostream *out) {
    *out << form.entry->name << form.form->bits;
}

std::vector<Form> all_forms() {
    std::vector<Form> forms;
    for (unsigned i = 0; i < fg_wide_lanes_count; i++)
        for (unsigned k = 0, least = 65; k < fg_wide_lanes_all[i]->form_count; k++) {
            const fg_wide_form *const form = fg_wide_lanes_all[i]->forms[k];
            forms.push_back({fg_wide_lanes_all[i], form, least});
            least = form->bits + 1;
        }
    return forms;
}

struct Free {
    void operator()(void *space) const { std::free(space); }
};

using wide_numbers::random_prime;

class WideLanes : public testing::TestWithParam<Form> {
  protected:
    WideLanes() : space_(std::aligned_alloc(FG_WIDE_SPACE_ALIGNMENT, FG_WIDE_SPACE_BYTES)) {}
    void SetUp() override {
        if (!GetParam().entry->runs_here())
            GTEST_SKIP() << "this CPU has no " << GetParam().entry->name;
    }

    const fg_wide_form &form() const { return *GetParam().form; }
    void *space() { return space_.get(); }
    /* Of lanes full of numbers: each program takes some times as long as the one before. */
    static size_t turns(uint32_t program, unsigned lanes) {
        return std::max<size_t>((scaled(200) >> 2 * program) / lanes, 1);
    }

    /* Every size that the form takes, also those that its entry leaves to others. */
    unsigned any_bits() {
        const unsigned least = random.between(0, 1) == 0 ? 65 : GetParam().least_bits;
        return random.between(0, 2) == 0 ? form().bits
                                         : (unsigned)random.between(least, form().bits);
    }

    RandomNumbers random;

  private:
    std::unique_ptr<void, Free> space_;
};

/* The definition of the strong test. */
bool passes(fg_wide n, uint32_t base) {
    const unsigned twos = fg_wide_trailing_zeros(n - 1);
    const Integer minus_one(n - 1), modulus(n);
    Integer x = Integer(base).power_modulo(Integer((n - 1) >> twos), modulus);
    if (x == Integer(1))
        return true;
    for (unsigned r = 0; r < twos; r++, x = x * x % modulus)
        if (x == minus_one)
            return true;
    return false;
}

/* (k + 1)(2k + 1), which passes for a quarter of the bases if both are prime, or 0. */
fg_wide twin(RandomNumbers &random, unsigned bits) {
    const fg_wide k = random.with_bits(bits / 2) & ~(uint64_t)1;
    if (!oracle::is_wide_prime(k + 1) || !oracle::is_wide_prime(2 * k + 1))
        return 0;
    return (k + 1) * (2 * k + 1);
}

fg_wide tested_number(RandomNumbers &random, unsigned bits) {
    switch (random.between(0, 3)) {
    case 0:
        return random_prime(random, bits);
    case 1:
        for (unsigned i = 0; i < 100; i++) {
            const fg_wide n = twin(random, std::min(bits, 126u));
            if (n >> 64 != 0 && fg_wide_bit_length(n) <= bits)
                return n;
        }
        return random_prime(random, bits);
    default:
        return wide::odd_near_bounds(random, 65, bits);
    }
}

TEST_P(WideLanes, StrongTestsMatchGmp) {
    SCOPED_TRACE(random.trace());
    static const uint32_t primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41};
    const fg_wide_steps &steps = *form().primality;
    for (size_t turn = 0; turn < std::max<size_t>(scaled(1600) / steps.lanes, 10); turn++) {
        Lanes n;
        std::array<uint32_t, FG_WIDE_LANES_MOST> bases;
        for (unsigned i = 0; i < steps.lanes; i++) {
            n[i] = tested_number(random, any_bits());
            bases[i] = turn % 3 == 0 ? 2
                       : turn % 3 == 1
                           ? primes[random.between(0, std::size(primes) - 1)]
                           : (uint32_t)random.with_bits((unsigned)random.between(2, 32));
        }
        const uint32_t passed = steps.strong_base(n.data(), bases.data());
        for (unsigned i = 0; i < steps.lanes; i++)
            ASSERT_EQ((passed >> i & 1) != 0, passes(n[i], bases[i]))
                << Integer(n[i]) << " to base " << bases[i];
    }
}

/* A random exponent, (n - 1) / 2 or (n + 1) / 2, or a small one. */
fg_wide any_exponent(RandomNumbers &random, fg_wide n) {
    switch (random.between(0, 3)) {
    case 0:
        return (n - 1) / 2;
    case 1:
        return n / 2 + 1;
    case 2:
        return random.between(1, 100);
    default:
        return wide_numbers::random_of(random, (unsigned)random.between(1, 128));
    }
}

TEST_P(WideLanes, PowersOfWitnessesBelowMatchGmp) {
    SCOPED_TRACE(random.trace());
    const fg_wide_steps &steps = *form().primality;
    for (size_t turn = 0; turn < std::max<size_t>(scaled(1600) / steps.lanes, 10); turn++) {
        Lanes n, exponents, differences;
        std::array<uint32_t, FG_WIDE_LANES_MOST> bases;
        for (unsigned i = 0; i < steps.lanes; i++) {
            n[i] = tested_number(random, any_bits());
            exponents[i] = any_exponent(random, n[i]);
            bases[i] = (uint32_t)random.between(1, 511);
        }
        const uint32_t minus_one =
            steps.witness_below(n.data(), bases.data(), exponents.data(), differences.data());
        for (unsigned i = 0; i < steps.lanes; i++) {
            const Integer modulus(n[i]);
            const Integer power = Integer(bases[i]).power_modulo(Integer(exponents[i]), modulus);
            ASSERT_EQ((minus_one >> i & 1) != 0, power == Integer(n[i] - 1)) << modulus;
            ASSERT_EQ(Integer(differences[i]).gcd(modulus),
                      (power + modulus - Integer(1)).gcd(modulus))
                << modulus << " base " << bases[i];
        }
    }
}

/* The trace of w^k, w = (x + sqrt d) / (x - sqrt d), by V_2i = V_i^2 - 2 and so on; -1 if x^2 - d
 * has no inverse modulo n. */
bool trace_of_power(uint32_t x, uint32_t d, fg_wide k, fg_wide n, Integer *trace) {
    const Integer modulus(n), two(2);
    const Integer square(x * x), norm = (square + modulus - Integer(d)) % modulus;
    Integer inverse;
    if (mpz_invert(inverse.mpz(), norm.mpz(), modulus.mpz()) == 0)
        return false;
    const Integer t = (square + Integer(d)) * two * inverse % modulus;
    Integer low = two, high = t;
    for (unsigned bit = fg_wide_bit_length(k); bit-- > 0;) {
        const Integer between = (low * high + modulus - t) % modulus;
        if ((k >> bit & 1) != 0) {
            low = between;
            high = (high * high + modulus - two) % modulus;
        } else {
            high = between;
            low = (low * low + modulus - two) % modulus;
        }
    }
    *trace = low;
    return true;
}

/* A composite number may have no answer: a difference of 0. */
TEST_P(WideLanes, PowersOfWitnessesAboveMatchGmp) {
    SCOPED_TRACE(random.trace());
    const fg_wide_steps &steps = *form().primality;
    for (size_t turn = 0; turn < std::max<size_t>(scaled(800) / steps.lanes, 10); turn++) {
        Lanes n, exponents, differences;
        std::array<uint32_t, FG_WIDE_LANES_MOST> x, d;
        for (unsigned i = 0; i < steps.lanes; i++) {
            n[i] = tested_number(random, any_bits());
            exponents[i] = any_exponent(random, n[i]);
            x[i] = (uint32_t)random.between(1, 511);
            do
                d[i] = (uint32_t)random.between(2, random.any() % 2 == 0 ? 50 : 32767);
            while (d[i] == x[i] * x[i]);
        }
        const uint32_t minus_one =
            steps.witness_above(n.data(), x.data(), d.data(), exponents.data(), differences.data());
        for (unsigned i = 0; i < steps.lanes; i++) {
            const Integer modulus(n[i]);
            Integer trace;
            const bool has_trace = trace_of_power(x[i], d[i], exponents[i], n[i], &trace);
            if (differences[i] == 0 && !oracle::is_wide_prime(n[i])) {
                ASSERT_EQ(minus_one >> i & 1, 0u) << modulus;
                continue;
            }
            ASSERT_TRUE(has_trace) << modulus;
            ASSERT_EQ((minus_one >> i & 1) != 0, trace == modulus - Integer(2)) << modulus;
            ASSERT_EQ(Integer(differences[i]).gcd(modulus),
                      (trace + modulus - Integer(2)).gcd(modulus))
                << modulus << " x " << x[i] << " d " << d[i] << " k " << Integer(exponents[i]);
        }
    }
}

/* Two primes above FG_ECM_MIN, or three, whose product has at most `bits` bits, or 71. */
std::vector<uint64_t> choose_primes(RandomNumbers &random, unsigned bits) {
    bits = std::max(bits, 71u);
    std::vector<uint64_t> primes;
    const auto add = [&](unsigned least, unsigned most) {
        const auto size = (unsigned)random.between(least, most);
        primes.push_back((uint64_t)random_prime(random, size));
        bits -= size;
    };
    if (bits >= 105)
        add(35, bits - 70);
    add(bits > 98 ? bits - 63 : 35, std::min(bits - 35, 63u));
    add(bits, bits);
    return primes;
}

/* The primes of a lane's number, and what the one-lane form finds modulo each of them. */
struct Expected {
    fg_wide n = 1, found = 1, early = 1;
};

template <typename Run> Expected expect(const std::vector<uint64_t> &primes, Run run) {
    Expected expected;
    for (const uint64_t p : primes) {
        fg_wide found, early;
        run(p, &found, &early);
        expected.n *= p;
        expected.found *= found % p == 0 ? p : 1;
        expected.early *= early % p == 0 ? p : 1;
    }
    return expected;
}

void expect_gcds(const fg_wide_form &form, const std::vector<Expected> &expected, const Lanes &n,
                 const Lanes &found, const Lanes &early) {
    Lanes gcds;
    form.gcd(found.data(), n.data(), (unsigned)expected.size(), gcds.data());
    for (size_t i = 0; i < expected.size(); i++)
        ASSERT_EQ(Integer(gcds[i]), Integer(expected[i].found))
            << "lane " << i << " of " << Integer(n[i]);
    form.gcd(early.data(), n.data(), (unsigned)expected.size(), gcds.data());
    for (size_t i = 0; i < expected.size(); i++)
        ASSERT_EQ(Integer(gcds[i]), Integer(expected[i].early))
            << "lane " << i << " of " << Integer(n[i]);
}

TEST_P(WideLanes, CurvesFindWhatTheOneLaneFormFinds) {
    SCOPED_TRACE(random.trace());
    for (const fg_wide_steps *const steps : {form().ecm, form().ecm_few}) {
        if (steps == nullptr)
            continue;
        for (uint32_t program = 0; program < FG_WIDE_ECM_PROGRAM_COUNT; program++)
            for (size_t turn = 0; turn < turns(program, steps->lanes); turn++) {
                Lanes n, found, early;
                std::array<fg_wide_curve, FG_WIDE_LANES_MOST> curves;
                std::vector<Expected> expected;
                for (unsigned i = 0; i < steps->lanes; i++) {
                    const auto index = (uint32_t)random.between(0, FG_ECM_CURVE_COUNT - 1);
                    const fg_ecm_curve &curve = fg_ecm_curves[index];
                    const fg_wide_curve start = {curve.x, curve.y, curve.z};
                    expected.push_back(expect(
                        choose_primes(random, any_bits()), [&](fg_wide p, fg_wide *f, fg_wide *e) {
                            const one_lane::fg_field field = one_lane::fg_prepare(&p);
                            one_lane::fg_ecm_run(&field, &fg_wide_ecm_programs[program], &start, f,
                                                 e);
                        }));
                    n[i] = expected[i].n;
                    curves[i] = start;
                }
                steps->ecm(n.data(), program, curves.data(), space(), found.data(), early.data());
                ASSERT_NO_FATAL_FAILURE(expect_gcds(form(), expected, n, found, early));
            }
    }
}

TEST_P(WideLanes, PMinus1FindsWhatTheOneLaneFormFinds) {
    SCOPED_TRACE(random.trace());
    for (const fg_wide_steps *const steps : {form().pm1, form().pm1_few}) {
        if (steps == nullptr)
            continue;
        for (uint32_t program = 0; program < FG_WIDE_PM1_PROGRAM_COUNT; program++)
            for (size_t turn = 0; turn < turns(program, steps->lanes); turn++) {
                Lanes n, found, early;
                std::vector<Expected> expected;
                for (unsigned i = 0; i < steps->lanes; i++) {
                    expected.push_back(expect(
                        choose_primes(random, any_bits()), [&](fg_wide p, fg_wide *f, fg_wide *e) {
                            const one_lane::fg_field field = one_lane::fg_prepare(&p);
                            one_lane::fg_pm1_run(&field, &fg_wide_pm1_programs[program], f, e);
                        }));
                    n[i] = expected[i].n;
                }
                steps->pm1(n.data(), program, space(), found.data(), early.data());
                ASSERT_NO_FATAL_FAILURE(expect_gcds(form(), expected, n, found, early));
            }
    }
}

TEST_P(WideLanes, GcdsMatchGmpForEveryCount) {
    SCOPED_TRACE(random.trace());
    for (unsigned count = 1; count <= FG_WIDE_LANES_MOST; count++)
        for (size_t turn = 0; turn < scaled(100); turn++) {
            Lanes a, n, gcds;
            for (unsigned i = 0; i < count; i++) {
                const auto bits = (unsigned)random.between(1, 126);
                const fg_wide common = wide_numbers::random_of(random, bits) | 1;
                n[i] = common * (wide::below(random, (fg_wide)1 << (127 - bits)) | 1);
                a[i] = common * wide::below(random, (fg_wide)1 << (128 - bits));
                if (random.between(0, 9) == 0)
                    a[i] = 0;
            }
            form().gcd(a.data(), n.data(), count, gcds.data());
            for (unsigned i = 0; i < count; i++)
                ASSERT_EQ(Integer(gcds[i]), Integer(a[i]).gcd(Integer(n[i])))
                    << Integer(a[i]) << " and " << Integer(n[i]);
        }
}

INSTANTIATE_TEST_SUITE_P(, WideLanes, testing::ValuesIn(all_forms()), [](const auto &info) {
    return info.param.entry->name + std::to_string(info.param.form->bits);
});

/* The odd primes below 2^14 modulo which n is 1 or -1. */
std::vector<uint16_t> primes_of_sides(fg_wide n) {
    std::vector<uint16_t> primes;
    for (unsigned p = 3; p < 1 << 14; p += 2) {
        bool is_prime = true;
        for (unsigned d = 3; d * d <= p && is_prime; d += 2)
            is_prime = p % d != 0;
        const auto rest = static_cast<unsigned>(n % p);
        if (is_prime && (rest == 1 || rest == p - 1))
            primes.push_back(static_cast<uint16_t>(p));
    }
    return primes;
}

/* Numbers of any size, the largest, and those that are next to products of many small primes. */
TEST(WideLanesTable, EveryEntryFindsTheSmallPrimesOfBothSides) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<fg_wide> numbers = {(fg_wide)0 - 1, (fg_wide)0 - 3, (fg_wide)1 << 127};
    for (unsigned i = 0; i < scaled(60); i++) {
        const fg_wide n = fg_wide_join(random.any(), random.any());
        numbers.push_back(n >> random.between(0, 63));
        fg_wide product = 2;
        while (fg_wide_bit_length(product) < 114)
            product *= random.between(1, (1 << 14) - 1) | 1;
        numbers.push_back(product + 1);
        numbers.push_back(product - 1);
    }
    const auto table = std::make_unique<fg_side_primes>();
    fg_side_primes_fill(table.get());
    for (const fg_wide n : numbers) {
        const std::vector<uint16_t> expected = primes_of_sides(n);
        for (unsigned i = 0; i < fg_wide_lanes_count; i++) {
            if (!fg_wide_lanes_all[i]->runs_here())
                continue;
            uint16_t hits[FG_SIDE_HITS_MOST];
            const unsigned count = fg_wide_lanes_all[i]->side_primes(table.get(), n, hits);
            std::vector<uint16_t> found(hits, hits + count);
            found.erase(std::unique(found.begin(), found.end()), found.end());
            EXPECT_EQ(found, expected) << fg_wide_lanes_all[i]->name;
        }
    }
}

TEST(WideLanesTable, EveryEntryEndsWithAFormForEveryNumber) {
    for (unsigned i = 0; i < fg_wide_lanes_count; i++) {
        const fg_wide_lanes &entry = *fg_wide_lanes_all[i];
        ASSERT_LE(entry.form_count, (unsigned)FG_WIDE_FORMS_MOST);
        EXPECT_EQ(entry.forms[entry.form_count - 1]->bits, 128u) << entry.name;
        for (unsigned k = 0; k < entry.form_count; k++) {
            EXPECT_GT(entry.forms[k]->bits, k == 0 ? 64 : entry.forms[k - 1]->bits);
            for (const fg_wide_steps *steps :
                 {entry.forms[k]->primality, entry.forms[k]->pm1, entry.forms[k]->ecm})
                EXPECT_LE(steps->lanes, (unsigned)FG_WIDE_LANES_MOST);
            const fg_wide_steps *const few = entry.forms[k]->pm1_few;
            EXPECT_TRUE(few == nullptr || few->lanes < entry.forms[k]->pm1->lanes) << entry.name;
        }
    }
    EXPECT_TRUE(fg_wide_lanes_select()->runs_here());
}

} // namespace
