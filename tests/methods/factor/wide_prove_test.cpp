// SPDX-License-Identifier: MIT
/*
 * wide_prove_test.cpp: certificates of primes, whose every claim is computed again by GMP, and
 * numbers that are not prime.
 */
#include "factor_gpu.h"
#include "support/random_numbers.h"
#include "support/wide_numbers.h"
#include "support/wide_oracle.h"

#include <gmp.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace {

using oracle::decimal;
using oracle::Wide;

/* An integer of GMP's with the operators that the checks need. */
class Integer {
  public:
    explicit Integer(Wide n) {
        const uint64_t words[] = {static_cast<uint64_t>(n), static_cast<uint64_t>(n >> 64)};
        mpz_init(value_);
        mpz_import(value_, 2, -1, sizeof words[0], 0, 0, words);
    }
    ~Integer() { mpz_clear(value_); }
    Integer(const Integer &) = delete;
    Integer &operator=(const Integer &) = delete;
    mpz_ptr get() { return value_; }

  private:
    mpz_t value_;
};

Wide value_of(fg_uint128 n) {
    return static_cast<Wide>(n.high) << 64 | n.low;
}

fg_uint128 words_of(Wide n) {
    return {static_cast<uint64_t>(n), static_cast<uint64_t>(n >> 64)};
}

fg_certificate prove(Wide n) {
    fg_certificate certificate;
    fg_error error;
    certificate.size = sizeof certificate;
    EXPECT_EQ(fg_prove_prime(words_of(n), &certificate, &error), FG_OK) << error.message;
    EXPECT_EQ(certificate.size, sizeof certificate);
    EXPECT_EQ(value_of(certificate.number), n);
    return certificate;
}

/* gcd(a^e - 1, n). */
Wide gcd_of_power(int64_t a, Wide e, Wide n, bool *is_one) {
    Integer base(static_cast<Wide>(a)), exponent(e), modulus(n), power(0);
    mpz_powm(power.get(), base.get(), exponent.get(), modulus.get());
    *is_one = mpz_cmp_ui(power.get(), 1) == 0;
    mpz_sub_ui(power.get(), power.get(), 1);
    mpz_gcd(power.get(), power.get(), modulus.get());
    return mpz_get_ui(power.get());
}

/* gcd(U_e(p, q), n), U by multiplying in Z[x] / (x^2 - p x + q). */
Wide gcd_of_sequence(int64_t p, int64_t q, Wide e, Wide n, bool *is_zero) {
    Integer modulus(n), a(1), b(0), c(0), t(0); /* a + b x */
    for (int bit = 127; bit >= 0; bit--) {
        const auto multiply = [&](mpz_ptr u, mpz_ptr v) { /* by u + v x */
                                                          mpz_mul(c.get(), b.get(), v);
                                                          mpz_mul(t.get(), a.get(), v);
                                                          mpz_addmul(t.get(), b.get(), u);
                                                          mpz_mul(a.get(), a.get(), u);
                                                          mpz_mul_si(b.get(), c.get(), p);
                                                          mpz_add(b.get(), b.get(), t.get());
                                                          mpz_mul_si(c.get(), c.get(), -q);
                                                          mpz_add(a.get(), a.get(), c.get());
                                                          mpz_mod(a.get(), a.get(), modulus.get());
                                                          mpz_mod(b.get(), b.get(), modulus.get());
        };
        Integer u(0), v(1);
        mpz_set(u.get(), a.get());
        mpz_set(v.get(), b.get());
        multiply(u.get(), v.get());
        if ((e >> bit & 1) != 0) {
            mpz_set_ui(u.get(), 0);
            mpz_set_ui(v.get(), 1);
            multiply(u.get(), v.get());
        }
    }
    *is_zero = mpz_sgn(b.get()) == 0;
    mpz_gcd(b.get(), b.get(), modulus.get());
    return mpz_get_ui(b.get());
}

/* Checks the witnesses of a certificate by n - 1, n + 1 or both. */
void expect_witnesses(const fg_certificate &certificate) {
    const Wide n = value_of(certificate.number);
    Wide factored[] = {1, 1}; /* of n - 1 and n + 1 */
    std::set<int64_t> discriminants;
    ASSERT_GE(certificate.factor_count, 1u);
    ASSERT_LE(certificate.factor_count, (size_t)FG_CERTIFICATE_FACTORS);
    ASSERT_EQ(value_of(certificate.factors[0].prime), 2u);
    for (size_t i = 0; i < certificate.factor_count; i++) {
        const fg_certificate_factor &factor = certificate.factors[i];
        const Wide prime = value_of(factor.prime);
        const bool below = factor.base != 0;
        const Wide whole = below ? n - 1 : n + 1;
        Wide &product = factored[below ? 0 : 1];
        bool whole_is, part_is;
        ASSERT_TRUE(oracle::is_proved_wide_prime(prime)) << decimal(n);
        ASSERT_TRUE(whole % prime == 0 && product % prime != 0) << decimal(n);
        for (Wide rest = whole; rest % prime == 0; rest /= prime)
            product *= prime;
        if (below) {
            ASSERT_EQ(gcd_of_power(factor.base, whole / prime, n, &part_is), 1u) << decimal(n);
            gcd_of_power(factor.base, whole, n, &whole_is);
        } else {
            discriminants.insert(factor.p * factor.p - 4 * factor.q);
            ASSERT_EQ(gcd_of_sequence(factor.p, factor.q, whole / prime, n, &part_is), 1u);
            gcd_of_sequence(factor.p, factor.q, whole, n, &whole_is);
        }
        ASSERT_TRUE(whole_is && !part_is) << decimal(n);
    }
    ASSERT_LE(discriminants.size(), 1u);
    ASSERT_EQ(factored[0] > 1, certificate.kind != FG_CERTIFICATE_PLUS_1);
    ASSERT_EQ(factored[1] > 1, certificate.kind != FG_CERTIFICATE_MINUS_1);
    if (certificate.kind == FG_CERTIFICATE_BOTH) {
        const Wide together = factored[0] / 2 * factored[1];
        ASSERT_GT(together, n / together / together) << decimal(n);
    } else if (factored[0] * factored[1] >> 43 == 0) {
        ASSERT_GT(4 * factored[0] * factored[0] * factored[0] * factored[1] * factored[1] *
                      factored[1],
                  n)
            << decimal(n);
    }
}

/* Checks the certificate of a prime, and those that it stands on. Returns the kind of its own. */
fg_certificate_kind expect_proved(Wide n) {
    const fg_certificate_kind kind = prove(n).kind;
    while (n != 0) {
        const fg_certificate certificate = prove(n);
        EXPECT_TRUE(oracle::is_proved_wide_prime(n)) << decimal(n);
        EXPECT_NE(certificate.kind, FG_CERTIFICATE_NONE) << decimal(n);
        n = 0;
        if (certificate.kind >= FG_CERTIFICATE_MINUS_1) {
            expect_witnesses(certificate);
            for (size_t i = 0; i < certificate.factor_count; i++)
                if (certificate.factors[i].prime.high != 0) {
                    EXPECT_EQ(i, certificate.factor_count - 1);
                    n = value_of(certificate.factors[i].prime);
                }
        } else {
            EXPECT_EQ(certificate.factor_count, 0u);
        }
    }
    return kind;
}

TEST(WideProve, EverySmallNumberIsDecided) {
    for (Wide n = 0; n < 2000; n++) {
        const bool is_prime = n > 1 && oracle::is_wide_prime(n);
        EXPECT_EQ(prove(n).kind, is_prime ? FG_CERTIFICATE_SMALL : FG_CERTIFICATE_NONE);
    }
}

TEST(WideProve, TheKindFollowsTheSize) {
    const Wide two = 2;
    EXPECT_EQ(prove(UINT64_C(18446744073709551557)).kind, FG_CERTIFICATE_SMALL);
    EXPECT_EQ(prove(oracle::next_wide_prime(two << 63)).kind, FG_CERTIFICATE_BASES);
    const Wide end = oracle::wide("3317044064679887385961981");
    EXPECT_EQ(prove(end).kind, FG_CERTIFICATE_NONE);
    EXPECT_EQ(prove(oracle::previous_wide_prime(end)).kind, FG_CERTIFICATE_BASES);
    EXPECT_GE(prove(oracle::next_wide_prime(end)).kind, FG_CERTIFICATE_MINUS_1);
    EXPECT_EQ(prove(~Wide{0}).kind, FG_CERTIFICATE_NONE);
    EXPECT_EQ(prove(~Wide{0} - 1).kind, FG_CERTIFICATE_NONE);
    EXPECT_GE(prove(~Wide{0} / 2).kind, FG_CERTIFICATE_MINUS_1); /* 2^127 - 1 */
    EXPECT_EQ(prove(two << 63).kind, FG_CERTIFICATE_NONE);
}

TEST(WideProve, CertificatesOfRandomPrimesHold) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::map<fg_certificate_kind, size_t> kinds;
    for (size_t i = 0; i < scaled(150) || (kinds.size() < 4 && i < 5000); i++)
        kinds[expect_proved(
            wide_numbers::random_prime(random, (unsigned)random.between(65, 104)))]++;
    EXPECT_EQ(kinds.size(), 4u); /* FG_CERTIFICATE_BOTH is rare */
}

/* The end of the proof by bases. */
TEST(WideProve, NumbersAroundTheEndOfTheBasesAreDecided) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const Wide end = oracle::wide("3317044064679887385961981");
    for (size_t i = 0; i < scaled(2000); i++) {
        const Wide n = end - (1 << 20) + random.between(0, 1 << 21);
        EXPECT_EQ(prove(n).kind != FG_CERTIFICATE_NONE, oracle::is_proved_wide_prime(n))
            << decimal(n);
    }
}

TEST(WideProve, PrimesAndTheirNeighboursOfEverySizeAreDecided) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (size_t i = 0; i < scaled(every_case() ? 2500 : 250); i++) {
        const Wide n = wide_numbers::random_prime(random, (unsigned)random.between(65, 128));
        EXPECT_NE(prove(n).kind, FG_CERTIFICATE_NONE) << decimal(n);
        EXPECT_EQ(prove(n - 2).kind != FG_CERTIFICATE_NONE, oracle::is_proved_wide_prime(n - 2))
            << decimal(n);
    }
}

/* p = 2 q + 1 or 2 q - 1, again and again: the proof of each stands on the one before. */
TEST(WideProve, AProofThatStandsOnPrimesAbove64BitsProvesThemToo) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t chains = 0;
    for (size_t i = 0; i < scaled(20); i++) {
        const Wide q = wide_numbers::random_prime(random, 85);
        for (Wide k = 2; k < 2000; k += 2)
            if (oracle::is_wide_prime(k * q + 1)) {
                chains++;
                expect_proved(k * q + 1);
                break;
            }
    }
    EXPECT_GT(chains, 0u);
}

TEST(WideProve, CompositesHaveNoCertificate) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const Wide n : wide_numbers::least_strong_pseudoprimes())
        EXPECT_EQ(prove(n).kind, FG_CERTIFICATE_NONE) << decimal(n);
    for (const Wide n : wide_numbers::related_products(random, scaled(150)))
        EXPECT_EQ(prove(n).kind, FG_CERTIFICATE_NONE) << decimal(n);
    for (const Wide n : wide_numbers::chernick(random, scaled(50)))
        EXPECT_EQ(prove(n).kind, FG_CERTIFICATE_NONE) << decimal(n);
    for (const Wide n : wide_numbers::any_of(random, 100, scaled(500)))
        EXPECT_EQ(prove(n).kind != FG_CERTIFICATE_NONE, oracle::is_wide_prime(n)) << decimal(n);
}

/* The certificates that an engine gives away, which several threads add to. */
struct Given {
    std::mutex lock;
    std::map<Wide, fg_certificate> certificates;
    static void take(void *context, const fg_certificate *certificate) {
        Given *const given = static_cast<Given *>(context);
        const std::lock_guard<std::mutex> guard(given->lock);
        given->certificates[value_of(certificate->number)] = *certificate;
    }
};

/* Answers the numbers, and returns the primes above 2^64 of the answers. */
std::set<Wide> answer(const char *backend, const std::vector<fg_uint128> &numbers, Given *given) {
    fg_config config = {};
    config.backend = backend;
    config.jobs = 2;
    config.answer = FG_ANSWER_PRIMES;
    config.take_certificate = Given::take;
    config.certificate_context = given;
    fg_engine *engine;
    fg_results results = {};
    fg_error error;
    std::set<Wide> primes;
    EXPECT_EQ(fg_engine_open(&config, &engine, &error), FG_OK) << error.message;
    EXPECT_EQ(fg_factor_wide_batch(engine, numbers.data(), numbers.size(), &results, &error), FG_OK)
        << error.message;
    EXPECT_EQ(results.count, numbers.size());
    for (size_t i = 0; i < results.offsets[results.count]; i++)
        if (results.values[2 * i + 1] != 0)
            primes.insert(value_of({results.values[2 * i], results.values[2 * i + 1]}));
    fg_results_free(&results);
    fg_engine_close(engine);
    return primes;
}

/* Few numbers take scalar code, and many the lanes. */
TEST(WideProve, AnEngineGivesAwayTheCertificateOfEveryPrime) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const char *const backend : {"serial", "threads", "fork", "pool"})
        for (const size_t count : {1, 3, 100}) {
            std::vector<fg_uint128> numbers;
            for (size_t i = 0; i < count; i++) {
                const unsigned bits = (unsigned)random.between(65, 104);
                numbers.push_back(words_of(wide_numbers::random_prime(random, bits)));
                numbers.push_back({random.any(), random.any() >> random.between(24, 62) | 1});
            }
            Given given;
            const std::set<Wide> primes = answer(backend, numbers, &given);
            EXPECT_GE(primes.size(), count);
            for (const Wide prime : primes)
                EXPECT_EQ(given.certificates.count(prime), 1u) << decimal(prime);
            for (const auto &[n, certificate] : given.certificates) {
                EXPECT_TRUE(oracle::is_proved_wide_prime(n)) << decimal(n);
                EXPECT_EQ(certificate.kind == FG_CERTIFICATE_BASES,
                          n < oracle::wide("3317044064679887385961981"));
                if (certificate.kind == FG_CERTIFICATE_BASES)
                    EXPECT_EQ(certificate.factor_count, 0u);
                else
                    expect_witnesses(certificate);
            }
        }
}

struct Countdown {
    int polls;
    static bool stop(void *context) { return --static_cast<Countdown *>(context)->polls < 0; }
};

TEST(WideProve, AProofEndsOnRequest) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    size_t cancelled = 0, proved = 0;
    for (int i = 0; i < 60; i++) {
        const Wide n = wide_numbers::random_prime(random, 128);
        fg_certificate certificate = {};
        fg_error error;
        Countdown countdown = {i / 2};
        const fg_status status =
            fg_prove_prime_until(words_of(n), Countdown::stop, &countdown, &certificate, &error);
        EXPECT_EQ(status == FG_OK, countdown.polls >= 0) << decimal(n);
        if (status == FG_OK) {
            EXPECT_NE(certificate.kind, FG_CERTIFICATE_NONE) << decimal(n);
            proved++;
        } else {
            EXPECT_EQ(status, FG_ERROR_CANCELLED);
            EXPECT_STREQ(error.message, "the proof was cancelled");
            cancelled++;
        }
    }
    EXPECT_GT(cancelled, 0u);
    EXPECT_GT(proved, 0u);
}

TEST(WideProve, AStructOfNoVersionIsRefused) {
    fg_certificate certificate;
    fg_error error;
    certificate.size = 8;
    EXPECT_EQ(fg_prove_prime({7, 0}, &certificate, &error), FG_ERROR_ARGUMENT);
    EXPECT_NE(std::string(error.message).find("certificate.size is 8"), std::string::npos);
    certificate.size = 0;
    EXPECT_EQ(fg_prove_prime({7, 0}, &certificate, &error), FG_OK);
    EXPECT_EQ(certificate.kind, FG_CERTIFICATE_SMALL);
}

} // namespace
