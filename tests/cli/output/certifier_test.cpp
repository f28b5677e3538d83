// SPDX-License-Identifier: MIT
// The certificates of primes above 2^64: tools/check_certificates.py, which shares nothing with the
// program, accepts all of them and rejects every mutation, and PARI says that they are primes.
#include "cli/output/certifier.h"
#include "factor_gpu.h"
#include "support/random_numbers.h"
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "text/decimal.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <jansson.h>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

const char python[] = "/usr/bin/python3", pari[] = "/usr/bin/gp";
const char checker[] = FG_SOURCE_FOLDER "/tools/check_certificates.py";

std::string decimal(fg_uint128 n) {
    char text[FG_DECIMAL_WIDE_ROOM];
    return std::string(text, fg_decimal_write_wide(text, n));
}

/* A prime with so many bits, above 64. */
fg_uint128 random_prime(RandomNumbers *random, unsigned bits) {
    for (;;) {
        fg_certificate certificate = {};
        fg_error error;
        const fg_uint128 n = {random->any() | 1, random->with_bits(bits - 64)};
        EXPECT_EQ(fg_prove_prime(n, &certificate, &error), FG_OK) << error.message;
        if (certificate.kind != FG_CERTIFICATE_NONE)
            return n;
    }
}

std::vector<fg_uint128> random_primes(RandomNumbers *random, size_t count) {
    std::vector<fg_uint128> primes;
    while (primes.size() < count)
        primes.push_back(random_prime(random, (unsigned)random->between(65, 100)));
    return primes;
}

/* Takes answers, one for each list. */
fg_status take(fg_certifier *certifier, fg_answer answer,
               const std::vector<std::vector<fg_uint128>> &lists, fg_error *error) {
    std::vector<uint64_t> words;
    std::vector<size_t> offsets = {0};
    for (const std::vector<fg_uint128> &list : lists) {
        for (const fg_uint128 value : list)
            words.insert(words.end(), {value.low, value.high});
        offsets.push_back(offsets.back() + list.size());
    }
    fg_results results = {};
    results.answer = answer;
    results.words = 2;
    results.count = lists.size();
    results.offsets = offsets.data();
    results.values = words.data();
    return fg_certifier_take(certifier, &results, error);
}

/* Takes each prime as the answer to itself. */
fg_status take_primes(fg_certifier *certifier, const std::vector<fg_uint128> &primes,
                      fg_error *error) {
    std::vector<std::vector<fg_uint128>> lists;
    for (const fg_uint128 prime : primes)
        lists.push_back({prime});
    return take(certifier, FG_ANSWER_PRIMES, lists, error);
}

/* The lines that a certifier writes for these primes. */
std::vector<std::string> certify(const ScratchFolder &folder,
                                 const std::vector<fg_uint128> &primes) {
    const std::string path = folder.path("certificates");
    fg_certifier *certifier;
    fg_error error;
    EXPECT_EQ(fg_certifier_open(&certifier, path.c_str(), nullptr, nullptr, &error), FG_OK);
    EXPECT_EQ(take_primes(certifier, primes, &error), FG_OK) << error.message;
    EXPECT_EQ(fg_certifier_flush(certifier, &error), FG_OK) << error.message;
    fg_certifier_close(certifier);
    std::vector<std::string> lines;
    std::istringstream text(folder.read("certificates"));
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

spawn::Result check(const std::vector<std::string> &lines) {
    std::string text;
    for (const std::string &line : lines)
        text += line + "\n";
    return spawn::run({python, checker}, text);
}

class Certifier : public testing::Test {
  protected:
    void SetUp() override {
        if (access(python, X_OK) != 0)
            GTEST_SKIP() << "there is no " << python << " for tools/check_certificates.py";
    }
    RandomNumbers random;
    testing::ScopedTrace trace{__FILE__, __LINE__, random.trace()};
    ScratchFolder folder{ScratchFolder::in_memory};
};

using Json = std::unique_ptr<json_t, void (*)(json_t *)>;

Json parse(const std::string &line) {
    json_error_t why;
    Json object(json_loads(line.c_str(), 0, &why), json_decref);
    EXPECT_NE(object, nullptr) << why.text << ": " << line;
    return object;
}

std::string text_of(const json_t *object) {
    char *const text = json_dumps(object, JSON_COMPACT);
    const std::string copy = text;
    free(text);
    return copy;
}

TEST_F(Certifier, TheCheckerAcceptsEveryLineAndEachPrimeHasOne) {
    const std::vector<fg_uint128> primes = random_primes(&random, scaled(500));
    const std::vector<std::string> lines = certify(folder, primes);
    const spawn::Result result = check(lines);
    EXPECT_EQ(result.status, 0) << result.err;
    std::set<std::string> certified;
    std::map<std::string, size_t> kinds;
    for (const std::string &line : lines) {
        const Json object = parse(line);
        certified.insert(json_string_value(json_object_get(object.get(), "n")));
        kinds[json_string_value(json_object_get(object.get(), "proof"))]++;
    }
    for (const fg_uint128 prime : primes)
        EXPECT_EQ(certified.count(decimal(prime)), 1u) << decimal(prime);
    EXPECT_GE(kinds.size(), 3u); /* "both" is rare */
    EXPECT_NE(result.out.find(", 0 rejected"), std::string::npos) << result.out;
}

TEST_F(Certifier, PariAgrees) {
    if (access(pari, X_OK) != 0)
        GTEST_SKIP() << "there is no " << pari << " (Debian: pari-gp)";
    std::string script = "default(factor_proven, 1); v = [";
    const std::vector<std::string> lines = certify(folder, random_primes(&random, scaled(200)));
    for (const std::string &line : lines)
        script += std::string(script.back() == '[' ? "" : ", ") +
                  json_string_value(json_object_get(parse(line).get(), "n"));
    const spawn::Result result =
        spawn::run({pari, "-q", "-f"}, script + "]; print(sum(i = 1, #v, isprime(v[i])));\n");
    EXPECT_EQ(result.out, std::to_string(lines.size()) + "\n") << result.err;
}

/* Everything that can be wrong with a line; each result proves nothing. */
std::vector<std::string> mutations(const std::string &line) {
    std::vector<std::string> mutated;
    const auto change = [&](auto edit) {
        const Json object = parse(line);
        if (edit(object.get())) {
            mutated.push_back(text_of(object.get()));
            EXPECT_NE(mutated.back(), text_of(parse(line).get()));
        }
    };
    const auto set_number = [](json_t *object, const char *key, long value) {
        return json_object_get(object, key) != nullptr &&
               json_object_set_new(object, key, json_integer(value)) == 0;
    };
    const auto factor_of = [](json_t *object, size_t index) {
        return json_array_get(json_object_get(object, "factors"), index);
    };
    const size_t factors = json_array_size(json_object_get(parse(line).get(), "factors"));
    change([](json_t *object) { /* a composite: it ends with 5 */
                                std::string n = json_string_value(json_object_get(object, "n"));
                                return json_object_set_new(object, "n",
                                                           json_string((n + "5").c_str())) == 0;
    });
    change([](json_t *object) { return json_object_del(object, "n") == 0; });
    change([](json_t *object) {
        return json_object_set_new(object, "proof", json_string("none")) == 0;
    });
    change(
        [](json_t *object) { return json_array_remove(json_object_get(object, "bases"), 3) == 0; });
    /* The factors that were chosen are enough only all together: without the last of each side. */
    change([&](json_t *object) {
        json_t *const list = json_object_get(object, "factors");
        for (const char *const witness : {"base", "p"})
            for (size_t i = factors; i-- > 0;)
                if (json_object_get(json_array_get(list, i), witness) != nullptr) {
                    json_array_remove(list, i);
                    break;
                }
        return factors > 0;
    });
    change([&](json_t *object) {
        return factors > 1 && json_array_remove(json_object_get(object, "factors"), 0) == 0;
    });
    for (size_t i = 0; i < factors; i++) {
        change([&](json_t *object) { return set_number(factor_of(object, i), "base", 1); });
        change([&](json_t *object) { return set_number(factor_of(object, i), "base", 0); });
        change([&](json_t *object) { return set_number(factor_of(object, i), "q", 0); });
        change([&](json_t *object) { /* the discriminant 0 */
                                     return set_number(factor_of(object, i), "p", 2) &&
                                            set_number(factor_of(object, i), "q", 1);
        });
        change([&](json_t *object) { /* the same factor again */
                                     return json_array_append_new(
                                                json_object_get(object, "factors"),
                                                json_deep_copy(factor_of(object, i))) == 0;
        });
        change([&](json_t *object) { /* a number that is no factor, or not prime */
                                     std::string prime = json_string_value(
                                         json_object_get(factor_of(object, i), "prime"));
                                     prime += "0";
                                     return json_object_set_new(factor_of(object, i), "prime",
                                                                json_string(prime.c_str())) == 0;
        });
        change([&](json_t *object) { /* the product of two primes, which divides */
                                     const std::string first = json_string_value(
                                         json_object_get(factor_of(object, 0), "prime"));
                                     const std::string prime = json_string_value(
                                         json_object_get(factor_of(object, i), "prime"));
                                     if (i == 0 || prime.size() > 18 || first != "2")
                                         return false;
                                     const std::string product =
                                         std::to_string(2 * std::stoull(prime));
                                     return json_object_set_new(factor_of(object, i), "prime",
                                                                json_string(product.c_str())) == 0;
        });
        change([&](json_t *object) { return json_object_del(factor_of(object, i), "prime") == 0; });
    }
    mutated.push_back(line.substr(0, line.size() / 2)); /* half a line */
    return mutated;
}

TEST_F(Certifier, TheCheckerRejectsEveryMutation) {
    std::vector<std::string> mutated;
    for (const std::string &line : certify(folder, random_primes(&random, scaled(150))))
        for (const std::string &other : mutations(line))
            mutated.push_back(other);
    ASSERT_GT(mutated.size(), scaled(150) * 4);
    const spawn::Result result = check(mutated);
    EXPECT_EQ(result.status, 1);
    std::set<std::string> rejected;
    std::istringstream messages(result.err);
    for (std::string message; std::getline(messages, message);)
        if (message.find(": rejected: ") != std::string::npos)
            rejected.insert(message.substr(0, message.find(": rejected: ")));
    for (size_t i = 0; i < mutated.size(); i++)
        EXPECT_EQ(rejected.count("-:" + std::to_string(i + 1)), 1u) << mutated[i];
    EXPECT_NE(result.out.find(" of 0 primes"), std::string::npos) << result.out;
}

/* Composites with everything else as it must be: psi_13, which passes the bases, and a product
 * (a F + 1)(b F + 1), whose discriminant is a square. */
TEST_F(Certifier, TheCheckerRejectsCompositesThatPassTheirTests) {
    const spawn::Result result = check({
        R"({"n":"3317044064679887385961981","proof":"bases","bases":[2,3,5,7,11,13,17,19,23,29,31,37,41]})",
        R"({"n":"3215031751","proof":"n-1","factors":[{"prime":"2","base":3}]})",
        R"({"n":"561","proof":"n-1","factors":[{"prime":"2","base":2},{"prime":"5","base":2},{"prime":"7","base":2}]})",
        R"({"n":"4","proof":"bases","bases":[2,3,5,7,11,13,17,19,23,29,31,37,41]})",
        "[]",
        "",
        "{}",
    });
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.out.find("7 certificates of 0 primes, 7 rejected"), std::string::npos)
        << result.out << result.err;
}

TEST_F(Certifier, TheCheckerSaysWhatIsWrongWithALine) {
    const std::string n = R"({"n":"18446744073709551629")";
    const std::pair<std::string, std::string> cases[] = {
        {"{", "it is no JSON, or not all of its line (Expecting property name "},
        {"[7]", "a JSON object with \"n\" is missing"},
        {R"({"n":7})", "\"n\" is no string of digits"},
        {R"({"n":")" + std::string(5000, '1') + R"("})", "\"n\" has 5000 digits, too many "},
        {n + "}", "a JSON object with \"proof\" is missing"},
        {n + R"(,"proof":["n-1"]})", "the proof is of no known kind"},
        {n + R"(,"proof":"n+1"})", "a JSON object with \"factors\" is missing"},
        {n + R"(,"proof":"both","factors":[5]})", "\"factors\" is no list of objects"},
        {n + R"(,"proof":"n-1","factors":[{}]})", "a JSON object with \"prime\" is missing"},
        {n + R"(,"proof":"n+1","factors":[{"prime":"2","p":3}]})",
         "a JSON object with \"q\" is missing"},
        {n + R"(,"proof":"n-1","factors":[{"prime":"2","base":1.5}]})",
         "the witness \"base\" is no whole number"},
    };
    for (const auto &[line, message] : cases) {
        const spawn::Result result = check({line});
        EXPECT_EQ(result.status, 1) << line;
        EXPECT_EQ(result.err.find("-:1: rejected: " + message), 0u) << line << "\n" << result.err;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    }
    EXPECT_NE(spawn::run({python, checker, "--help"}).out.find("usage: "), std::string::npos);
}

TEST_F(Certifier, TheCheckerGoesOnAfterALineThatIsNestedTooDeep) {
    const std::vector<std::string> lines = certify(folder, {random_prime(&random, 80)});
    const spawn::Result whole = check(lines);
    ASSERT_EQ(whole.status, 0) << whole.err;
    std::vector<std::string> nested = lines;
    nested.insert(nested.begin(), std::string(100000, '['));
    const spawn::Result result = check(nested);
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.err.compare(0, 15, "-:1: rejected: "), 0) << result.err;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_NE(result.out.find(" of 1 primes, 1 rejected"), std::string::npos) << result.out;
}

/* 2 q + 1 and the like, for a prime q above the bound of the bases. */
TEST_F(Certifier, APrimeThatAProofStandsOnNeedsALine) {
    for (;;) {
        const fg_uint128 q = random_prime(&random, 96);
        __extension__ typedef unsigned __int128 Wide;
        Wide n = 0;
        fg_certificate certificate = {};
        for (Wide k = 2; k < 600 && certificate.kind == FG_CERTIFICATE_NONE; k += 2) {
            fg_error error;
            n = k * (static_cast<Wide>(q.high) << 64 | q.low) + 1;
            EXPECT_EQ(fg_prove_prime({(uint64_t)n, (uint64_t)(n >> 64)}, &certificate, &error),
                      FG_OK);
        }
        if (certificate.factor_count == 0 ||
            certificate.factors[certificate.factor_count - 1].prime.high < (1 << 20))
            continue; /* n + 1 was enough, with primes that the checker proves by the bases */
        std::vector<std::string> lines = certify(folder, {certificate.number});
        ASSERT_GE(lines.size(), 2u);
        EXPECT_EQ(check(lines).status, 0);
        std::reverse(lines.begin(), lines.end()); /* the order does not matter */
        EXPECT_EQ(check(lines).status, 0);
        const spawn::Result alone = check({lines.back()});
        EXPECT_EQ(alone.status, 1);
        EXPECT_NE(alone.err.find("which has no line"), std::string::npos) << alone.err;
        return;
    }
}

TEST_F(Certifier, PrimesBelow64BitsAndRepeatedOnesAddNoLines) {
    const fg_uint128 prime = random_prime(&random, 70);
    const std::vector<std::string> lines =
        certify(folder, {{2, 0}, prime, {UINT64_C(18446744073709551557), 0}, prime, prime});
    EXPECT_EQ(lines.size(), 1u);
    EXPECT_EQ(certify(folder, {}).size(), 1u); /* appends nothing */
    EXPECT_EQ(certify(folder, {prime}).size(), 2u);
}

TEST_F(Certifier, DivisorsAndLongListsGiveTheirOnePrime) {
    const fg_uint128 prime = random_prime(&random, 70), other = random_prime(&random, 80);
    const fg_uint128 twice = {prime.low << 1, prime.high << 1 | prime.low >> 63};
    fg_certifier *certifier;
    fg_error error;
    const std::string path = folder.path("certificates");
    ASSERT_EQ(fg_certifier_open(&certifier, path.c_str(), nullptr, nullptr, &error), FG_OK);
    EXPECT_EQ(
        take(certifier, FG_ANSWER_DIVISORS, {{{1, 0}, {2, 0}, prime, twice}, {{1, 0}}}, &error),
        FG_OK);
    /* 2^65: no divisor above 2^64 is prime. */
    EXPECT_EQ(take(certifier, FG_ANSWER_DIVISORS, {{{1, 0}, {2, 0}, {0, 1}, {0, 2}}}, &error),
              FG_OK);
    EXPECT_EQ(take(certifier, FG_ANSWER_PRIMES, {{{2, 0}, {2, 0}, {3, 0}, other}, {}}, &error),
              FG_OK);
    EXPECT_EQ(fg_certifier_flush(certifier, &error), FG_OK) << error.message;
    fg_certifier_close(certifier);
    const std::string text = folder.read("certificates");
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
    EXPECT_EQ(spawn::run({python, checker, path}).status, 0);
}

/* A line that was noted is written as it is, which a composite shows: proving it would fail. */
TEST_F(Certifier, WhatTheEngineHasProvedIsNotProvedAgain) {
    const fg_uint128 prime = random_prime(&random, 70);
    fg_certificate noted = {};
    noted.number = {1, 1};
    noted.kind = FG_CERTIFICATE_MINUS_1;
    noted.factor_count = 1;
    noted.factors[0].prime = prime;
    noted.factors[0].base = 3;
    fg_certifier *certifier;
    fg_error error;
    const std::string path = folder.path("certificates");
    ASSERT_EQ(fg_certifier_open(&certifier, path.c_str(), nullptr, nullptr, &error), FG_OK);
    fg_certifier_note(certifier, &noted);
    fg_certifier_note(certifier, &noted);
    EXPECT_EQ(take_primes(certifier, {{1, 1}}, &error), FG_OK) << error.message;
    fg_certifier_note(certifier, &noted); /* after its line was added */
    EXPECT_EQ(take_primes(certifier, {{1, 1}, {2, 0}}, &error), FG_OK) << error.message;
    EXPECT_EQ(fg_certifier_flush(certifier, &error), FG_OK) << error.message;
    fg_certifier_close(certifier);
    const std::string text = folder.read("certificates");
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
    EXPECT_EQ(text.find("{\"n\":\"18446744073709551617\",\"proof\":\"n-1\""), 0u) << text;
    EXPECT_NE(text.find("\"" + decimal(prime) + "\",\"proof\":\"bases\""), std::string::npos)
        << text;
}

TEST_F(Certifier, ItEndsOnRequest) {
    const std::vector<fg_uint128> primes = random_primes(&random, 3);
    fg_certifier *certifier;
    fg_error error;
    const std::string path = folder.path("certificates");
    int polls = 1;
    const auto stop = [](void *context) { return --*static_cast<int *>(context) < 0; };
    ASSERT_EQ(fg_certifier_open(&certifier, path.c_str(), stop, &polls, &error), FG_OK);
    EXPECT_EQ(take_primes(certifier, primes, &error), FG_ERROR_CANCELLED);
    fg_certifier_close(certifier);
}

TEST_F(Certifier, AnswersWithoutSuchPrimesMakeAnEmptyFile) {
    fg_certifier *certifier;
    fg_error error;
    const std::string path = folder.path("certificates");
    ASSERT_EQ(fg_certifier_open(&certifier, path.c_str(), nullptr, nullptr, &error), FG_OK);
    EXPECT_NE(access(path.c_str(), F_OK), 0);
    EXPECT_EQ(fg_certifier_flush(certifier, &error), FG_OK);
    EXPECT_EQ(access(path.c_str(), F_OK), 0);
    fg_certifier_close(certifier);
    const spawn::Result result = spawn::run({python, checker, path});
    EXPECT_EQ(result.out, "0 certificates of 0 primes, 0 rejected\n");
    EXPECT_EQ(result.status, 0);
}

TEST_F(Certifier, ACompositeAmongTheAnswersIsReported) {
    fg_certifier *certifier;
    fg_error error;
    const std::string path = folder.path("certificates");
    ASSERT_EQ(fg_certifier_open(&certifier, path.c_str(), nullptr, nullptr, &error), FG_OK);
    EXPECT_EQ(take_primes(certifier, {{1, 1}}, &error), FG_ERROR_SELF_CHECK);
    EXPECT_EQ(std::string(error.message),
              "18446744073709551617 was answered as a prime and is none: please report it");
    fg_certifier_close(certifier);
    EXPECT_EQ(folder.read("certificates"), "");
}

TEST_F(Certifier, AFileThatCannotBeWrittenIsNamed) {
    fg_certifier *certifier;
    fg_error error;
    const std::string path = folder.path("no/certificates");
    ASSERT_EQ(fg_certifier_open(&certifier, path.c_str(), nullptr, nullptr, &error), FG_OK);
    EXPECT_EQ(take_primes(certifier, {random_prime(&random, 66)}, &error), FG_OK);
    EXPECT_EQ(fg_certifier_flush(certifier, &error), FG_ERROR_SYSTEM);
    EXPECT_NE(std::string(error.message).find("--certify="), std::string::npos) << error.message;
    fg_certifier_close(certifier);
}

TEST_F(Certifier, ThreadsShareIt) {
    const std::vector<fg_uint128> primes = random_primes(&random, 40);
    const std::string path = folder.path("certificates");
    fg_certifier *certifier;
    fg_error error;
    ASSERT_EQ(fg_certifier_open(&certifier, path.c_str(), nullptr, nullptr, &error), FG_OK);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++)
        threads.emplace_back([&] {
            fg_error own;
            EXPECT_EQ(take_primes(certifier, primes, &own), FG_OK) << own.message;
            EXPECT_EQ(fg_certifier_flush(certifier, &own), FG_OK) << own.message;
        });
    for (std::thread &thread : threads)
        thread.join();
    fg_certifier_close(certifier);
    const spawn::Result result = spawn::run({python, checker, path});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NE(result.out.find(", 0 rejected"), std::string::npos) << result.out;
}

TEST(CheckCertificates, AMissingFileIsAnError) {
    if (access(python, X_OK) != 0)
        GTEST_SKIP() << "there is no " << python;
    EXPECT_EQ(spawn::run({python, checker, "/nonexistent"}).status, 2);
}

} // namespace
