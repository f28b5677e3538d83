// SPDX-License-Identifier: MIT
/*
 * device_arithmetic_test.cpp: arithmetic on a device against 128-bit integers on the host: at the
 * ends of carries, around powers and roots, and at random. The device has its own code for
 * products, bits and shifts, and its own floating-point roots.
 */
#include "device_arithmetic.h"
#include "support/backend_fixture.h"
#include "support/random_numbers.h"

#include <cstdlib>
#include <utility>
#include <vector>

extern "C" {
#include "arith/inverse.h"
#include "arith/montgomery_rows.h"
}

namespace {

__extension__ typedef unsigned __int128 uint128;

/* The largest r with r^exponent <= n, bit by bit. */
uint64_t root_of(uint64_t n, unsigned exponent) {
    uint64_t root = 0;
    for (int bit = 63 / (int)exponent + 1; bit-- > 0;) {
        const uint64_t next = root | UINT64_C(1) << bit;
        uint128 power = 1;
        for (unsigned i = 0; i < exponent && power <= n; i++)
            power *= next;
        if (power <= n)
            root = next;
    }
    return root;
}

uint64_t gcd_of(uint64_t a, uint64_t b) {
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Returns the Montgomery form of x modulo n: x * 2^64. */
uint64_t image_of(uint128 x, uint64_t n) {
    return (uint64_t)(((x % n) << 64) % n);
}

class DeviceArithmetic : public Backend {
  protected:
    void check(const std::vector<fg_operands> &operands) {
        std::vector<fg_outcome> outcomes(operands.size());
        ASSERT_EQ(fg_test_device_arithmetic(operands.data(), outcomes.data(), operands.size()),
                  cudaSuccess);
        for (size_t i = 0; i < operands.size() && !HasFailure(); i++) {
            const fg_operands &in = operands[i];
            SCOPED_TRACE(std::to_string(in.a) + ", " + std::to_string(in.b) + " and " +
                         std::to_string(in.n));
            expect_words(in, outcomes[i]);
            expect_residues(in, outcomes[i]);
            expect_doubles(in, outcomes[i]);
            expect_divisibility(in, outcomes[i]);
        }
    }

  private:
    static void expect_doubles(const fg_operands &in, const fg_outcome &out) {
        __extension__ typedef __int128 int128;
        const uint64_t m = fg_operand_modulus_in_doubles(in.n);
        const int128 exact = -2 * (int128)(in.a % m) * (int128)(in.b % m);
        EXPECT_TRUE((exact - out.double_product) % (int128)m == 0) << out.double_product;
        EXPECT_TRUE((exact - out.double_tight) % (int128)m == 0) << out.double_tight;
        EXPECT_LT(std::abs(out.double_product), (int64_t)m);
        EXPECT_LE(std::abs(out.double_tight), (int64_t)(m / 2));
    }
    static void expect_words(const fg_operands &in, const fg_outcome &out) {
        EXPECT_EQ(out.high, (uint64_t)((uint128)in.a * in.b >> 64));
        EXPECT_EQ(out.low, (uint64_t)((uint128)in.a * in.b));
        EXPECT_EQ(out.inverse * in.n, 1u);
        EXPECT_EQ(out.inverse32 * (uint32_t)in.n, 1u);
        uint32_t rotated = (uint32_t)in.a;
        for (uint64_t i = 0; i < in.b % 32; i++)
            rotated = rotated / 2 + (rotated % 2 << 31);
        EXPECT_EQ(out.rotated, rotated);
        EXPECT_EQ(out.shifted, (uint32_t)(in.a >> in.b % 32));
        unsigned zeros = 0, length = 0;
        while (in.a != 0 && (in.a >> zeros) % 2 == 0)
            zeros++;
        while (length < 64 && in.a >> length != 0)
            length++;
        EXPECT_EQ(out.zeros, zeros);
        EXPECT_EQ(out.length, length);
        EXPECT_EQ(out.gcd, gcd_of(in.a, in.n));
        EXPECT_EQ(out.root, root_of(in.a, 2));
        EXPECT_EQ(out.cube_root, root_of(in.a, 3));
        EXPECT_EQ(out.fifth_root, root_of(in.a, 5));
    }

    static void expect_residues(const fg_operands &in, const fg_outcome &out) {
        const uint64_t n = in.n, a = in.a % n, b = in.b % n;
        const uint64_t product = (uint64_t)((uint128)a * b % n);
        EXPECT_EQ(out.sum, (uint64_t)(((uint128)a + b) % n));
        EXPECT_EQ(out.difference, (uint64_t)(((uint128)a + n - b) % n));
        EXPECT_LT(out.product, n);
        EXPECT_EQ(image_of(out.product, n), product);
        if (n >> 62 == 0) {
            EXPECT_LT(out.loose, 2 * n);
            EXPECT_EQ(image_of(out.loose, n), product);
            EXPECT_LT(out.loose_far, 2 * n);
            EXPECT_EQ(image_of(out.loose_far, n),
                      (uint64_t)((uint128)a * (FG_LOOSE_FACTORS - a) % n));
        }
        EXPECT_EQ(out.one, image_of(1, n));
        EXPECT_LT(out.reduced, n);
        EXPECT_EQ(image_of(out.reduced, n), b);
    }

    static void expect_divisibility(const fg_operands &in, const fg_outcome &out) {
        const uint32_t n32 = (uint32_t)in.a, d32 = (uint32_t)in.b != 0 ? (uint32_t)in.b : 1;
        EXPECT_EQ(out.limit32, UINT32_MAX / d32);
        expect_quotient(n32, d32, out.quotient32, UINT32_MAX / d32);
        expect_quotient(n32, d32 | 1, out.quotient32_odd, UINT32_MAX / (d32 | 1));
        const uint64_t d = in.b != 0 ? in.b : 1;
        EXPECT_EQ(out.limit64, (uint32_t)(UINT64_MAX / d >> 32));
        if (d << 32 != 0)
            expect_high_quotient(in.a, d, out.quotient64);
        expect_high_quotient(in.a, d | 1, out.quotient64_odd);
    }

    static void expect_quotient(uint32_t n, uint32_t d, uint32_t quotient, uint32_t limit) {
        if (n % d == 0)
            EXPECT_EQ(quotient, n / d);
        else
            EXPECT_GT(quotient, limit);
    }

    /* Of the high words alone; those of a number that d does not divide may be the limit's. */
    static void expect_high_quotient(uint64_t n, uint64_t d, uint32_t quotient) {
        if (n % d == 0)
            EXPECT_EQ(quotient, (uint32_t)(n / d >> 32));
        else
            EXPECT_GE(quotient, (uint32_t)(UINT64_MAX / d >> 32));
    }
};

TEST_P(DeviceArithmetic, WordsWhereCarriesStartAndEnd) {
    const uint32_t limbs[] = {0, 1, 2, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff};
    std::vector<uint64_t> words;
    for (const uint64_t high : limbs)
        for (const uint64_t low : limbs)
            words.push_back(high << 32 | low);
    std::vector<fg_operands> operands;
    for (const uint64_t n : words)
        for (const uint64_t a : words)
            for (const uint64_t b : {a, ~a, n, n - 1, UINT64_C(1) << 32, UINT64_MAX})
                operands.push_back({a, b, n | 1});
    check(operands);
}

/* Where a root in floating point is one too many or too few. */
TEST_P(DeviceArithmetic, PowersAndTheirNeighbours) {
    std::vector<fg_operands> operands;
    for (const unsigned exponent : {2u, 3u, 5u})
        for (unsigned bits = 1; bits * exponent <= 64; bits++)
            for (uint64_t base = (UINT64_C(1) << bits) - 1; base <= UINT64_C(1) << bits; base++) {
                uint64_t power = 1; /* modulo 2^64, where the last does not fit */
                for (unsigned i = 0; i < exponent; i++)
                    power *= base;
                for (const uint64_t a : {power - 1, power, power + 1})
                    operands.push_back({a, base, power | 1});
            }
    for (uint64_t below = 0; below < 100; below++)
        operands.push_back({UINT64_MAX - below, UINT32_MAX - below, UINT64_MAX - 2 * below});
    check(operands);
}

TEST_P(DeviceArithmetic, MultiplesAndTheirNeighbours) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<fg_operands> operands;
    for (size_t i = 0; i < scaled(is_emulated() ? 2000 : 100000); i++) {
        const uint64_t d = random.of_any_size();
        const uint64_t multiple = d * random.between(1, UINT64_MAX / d);
        const uint64_t d32 = random.of_any_size(32);
        const uint64_t multiple32 = d32 * random.between(1, UINT32_MAX / d32);
        for (uint64_t beside = 0; beside <= 2; beside++) {
            operands.push_back({multiple + beside - 1, d, random.of_any_size() | 1});
            operands.push_back({multiple32 + beside - 1, d32, random.of_any_size() | 1});
        }
    }
    check(operands);
}

TEST_P(DeviceArithmetic, RandomOperandsOfEverySize) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::vector<fg_operands> operands(scaled(is_emulated() ? 20000 : 1000000));
    for (fg_operands &each : operands)
        each = {random.of_any_size(), random.of_any_size(), random.of_any_size() | 1};
    check(operands);
}

FG_INSTANTIATE_FOR_BACKENDS(DeviceArithmetic);

/* Numbers of 128 bits modulo n. a, b < n for a difference and a sum. */
uint128 difference_modulo(uint128 a, uint128 b, uint128 n) {
    return a < b ? a - b + n : a - b;
}

uint128 sum_modulo(uint128 a, uint128 b, uint128 n) {
    return b == 0 ? a : difference_modulo(a, n - b, n);
}

uint128 product_modulo(uint128 a, uint128 b, uint128 n) {
    const uint128 factor = a % n;
    uint128 product = 0;
    for (int bit = 128; bit-- > 0;) {
        product = sum_modulo(product, product, n);
        if (b >> bit & 1)
            product = sum_modulo(product, factor, n);
    }
    return product;
}

uint128 join(const uint32_t *words) {
    uint128 number = 0;
    for (int i = 4; i-- > 0;)
        number = number << 32 | words[i];
    return number;
}

void split(uint128 number, uint32_t *words) {
    for (int i = 0; i < 4; i++)
        words[i] = (uint32_t)(number >> 32 * i);
}

/* Residues in words of 32 bits. */
class DeviceRows : public Backend {
  protected:
    /* Adds the products of factors below f n and g n, at the ends of words and at random. */
    void add(uint128 n, unsigned f, unsigned g) {
        for (unsigned i = 0; i < 24; i++)
            for (unsigned k = 0; k < 24; k++) {
                fg_row_operands each;
                split(n, each.n);
                split(factor_below(f * n, i), each.a);
                split(factor_below(g * n, k), each.b);
                operands_.push_back(each);
            }
    }
    void check(uint32_t words) {
        std::vector<fg_row_outcome> outcomes(operands_.size());
        ASSERT_EQ(fg_test_device_rows(words, operands_.data(), outcomes.data(), operands_.size()),
                  cudaSuccess);
        for (size_t i = 0; i < operands_.size() && !HasFailure(); i++) {
            SCOPED_TRACE("operands " + std::to_string(i));
            expect_products(words, operands_[i], outcomes[i]);
            if (words == FG_ROW_ANY)
                expect_reduced_sums(operands_[i], outcomes[i]);
            else
                expect_sums(words, operands_[i], outcomes[i]);
        }
        operands_.clear();
    }
    RandomNumbers random_;

  private:
    /* The first ones have words of 0 and of all ones. 2^32 below the end there is room for a lowest
     * word of all ones. */
    uint128 factor_below(uint128 end, unsigned which) {
        uint32_t words[4];
        for (unsigned i = 0; i < 4; i++)
            words[i] = which < 16 ? 0 - (which >> i & 1) : (uint32_t)random_.of_any_size();
        const uint128 last = end - (UINT64_C(1) << 32);
        if (which >= 20)
            return last - words[0] % 4;
        return join(words) % (last + 1);
    }
    static void expect_products(uint32_t words, const fg_row_operands &in,
                                const fg_row_outcome &out) {
        const uint128 n = join(in.n);
        for (unsigned i = 0; i < FG_ROW_PRODUCTS; i++) {
            fg_row_operands known = in;
            if (i == 1 || i == 2)
                known.b[i - 1] = 0;
            if (i == 3 || i == 4)
                known.a[i == 3 ? 0 : words == 3 ? 2 : 3] = 0;
            if (i == 5)
                known.b[0] = UINT32_MAX;
            if (i == 6)
                split(1, known.b);
            const uint128 product = join(out.products[i]);
            EXPECT_TRUE(product_modulo(product, power_modulo(words, n), n) ==
                        product_modulo(join(known.a), join(known.b), n))
                << i;
            EXPECT_TRUE(words == FG_ROW_ANY ? product < n : product < 2 * n) << i;
            if (words == FG_ROW_ANY)
                continue;
            uint32_t plain[4] = {0, 0, 0, 0};
            fg_rows_mul_plain(words, known.a, known.b, in.n, 0 - fg_inverse32(in.n[0]), plain);
            EXPECT_TRUE(product == join(plain)) << i;
        }
    }
    static void expect_sums(uint32_t words, const fg_row_operands &in, const fg_row_outcome &out) {
        const uint128 n = join(in.n), x = join(out.products[0]), y = join(out.products[1]);
        EXPECT_TRUE(join(out.sum) == x + y);
        EXPECT_TRUE(join(out.difference) == x + 2 * n - y);
        EXPECT_TRUE(join(out.difference_of_sum) == x + 4 * n - 2 * y);
        EXPECT_TRUE(join(out.tight) == (x + y >= 2 * n ? x + y - 2 * n : x + y));
        EXPECT_TRUE(join(out.one) == power_modulo(words, n));
        EXPECT_EQ(out.is_zero[0], x % n == 0);
        EXPECT_EQ(out.is_zero[1], 1u);
    }
    /* Those of the form for any modulus, in which everything is below n. */
    static void expect_reduced_sums(const fg_row_operands &in, const fg_row_outcome &out) {
        const uint128 n = join(in.n), x = join(out.products[0]), y = join(out.products[1]);
        EXPECT_TRUE(join(out.sum) == sum_modulo(x, y, n));
        EXPECT_TRUE(join(out.difference) == difference_modulo(x, y, n));
        EXPECT_TRUE(join(out.difference_of_sum) == difference_modulo(x, sum_modulo(y, y, n), n));
        EXPECT_TRUE(join(out.tight) == join(out.sum));
        EXPECT_TRUE(join(out.one) == power_modulo(FG_ROW_ANY, n));
        EXPECT_EQ(out.is_zero[0], x == 0);
        EXPECT_EQ(out.is_zero[1], 1u);
    }
    /* R = 2^(32 words) modulo n. */
    static uint128 power_modulo(uint32_t words, uint128 n) {
        return product_modulo((uint128)1 << 64, (uint128)1 << (words == 3 ? 32 : 64), n);
    }
    std::vector<fg_row_operands> operands_;
};

/* Moduli at both ends of a form's range, with words of 0 and of all ones, and factors at the ends
 * of the ranges that a product allows. */
TEST_P(DeviceRows, FactorsAtTheEndsOfTheirRanges) {
    SCOPED_TRACE(random_.trace());
    const uint128 one = 1;
    for (const uint32_t words : {3u, 4u}) {
        const uint32_t bits = 32 * words - 5;
        for (const uint128 n : {(one << bits) - 1, (one << bits) - 19, (one << (bits - 1)) + 1,
                                (one << 65) + 131, (one << bits) - (one << 64) + 1,
                                (one << (bits - 1)) + ((uint128)random_.of_any_size() | 1)})
            for (const auto &[f, g] : {std::pair<unsigned, unsigned>{8, 4}, {4, 8}, {5, 6}, {2, 2}})
                add(n, f, g);
        check(words);
    }
}

/* Factors modulo numbers of every size to 2^128, with words that let sums pass it. */
TEST_P(DeviceRows, FactorsModuloAnyNumber) {
    SCOPED_TRACE(random_.trace());
    const uint128 one = 1, last = 0 - one;
    for (const uint128 n : {last, last - 158, last - (one << 96) + 2, last - (one << 64),
                            (last >> 96 << 96) + 1, (one << 127) + 1, (one << 123) + 1,
                            (one << 65) + 131, (one << 127) + ((uint128)random_.of_any_size() | 1)})
        add(n, 1, 1);
    check(FG_ROW_ANY);
}

FG_INSTANTIATE_FOR_BACKENDS(DeviceRows);

} // namespace
