// SPDX-License-Identifier: MIT
// --total of ranges against sums that others have computed: to 10^9, and to 10^10 by FG_TEST_ALL.
#include "cli/output/totals_program.h"

#include <gtest/gtest.h>

namespace {

// Sums up to 10^6, 10^7 .. 10^10.
struct Published {
    const char *column;
    std::vector<std::string> sums;
};

// OEIS A064018, A057494 and A072692.
const std::vector<Published> products = {
    {"phi",
     {"303963552392", "30396356427242", "3039635516365908", "303963551173008414",
      "30396355092886216366"}},
    {"count", {"13970034", "162725364", "1857511568", "20877697634", "231802823220"}},
    {"sigma",
     {"822468118437", "82246711794796", "8224670422194237", "822467034112360628",
      "82246703352400266400"}},
};

// OEIS A084237, A064182, A071811, A071172, A090410 and A006880.
const std::vector<Published> counts = {
    {"mobius", {"212", "1037", "1928", "-222", "-33722"}},
    {"omega", {"2853708", "30130317", "315037281", "3271067968", "33787242719"}},
    {"bigomega", {"3626619", "37861249", "392351272", "4044220058", "41518796555"}},
    {"squarefree", {"607926", "6079291", "60792694", "607927124", "6079270942"}},
    {"liouville", {"-530", "-842", "-3884", "-25216", "-116026"}},
    {"is_prime", {"78498", "664579", "5761455", "50847534", "455052511"}},
};

// The highest power of ten to which a test goes.
size_t last_power() {
    return every_case() ? 10 : sanitized() ? 7 : 9;
}

std::string totals_to_the_last(const std::string &columns) {
    const spawn::Result result = program({"--total-every=1000000", "-f", "csv", "-s", columns,
                                          "1..10^" + std::to_string(last_power())});
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
}

// Expects what a column's row for 1 .. 10^power begins with, from its sum on.
void expect_row(const std::string &csv, const std::string &column, size_t power,
                const std::string &values) {
    const std::string end = "1" + std::string(power, '0');
    const std::string row = "\n1," + end + "," + column + "," + end + ",";
    const size_t at = csv.find(row);
    ASSERT_NE(at, std::string::npos) << row;
    EXPECT_EQ(csv.substr(at + row.size(), values.size()), values) << row;
}

void expect_sums(const std::string &csv, const std::vector<Published> &columns) {
    for (const Published &each : columns)
        for (size_t power = 6; power <= last_power(); power++)
            expect_row(csv, each.column, power, each.sums[power - 6] + ",");
}

TEST(CliPublishedTotals, OfProducts) {
    const std::string csv = totals_to_the_last("phi,count,sigma,smooth=5,smooth=7");
    expect_sums(csv, products);
    const std::vector<std::string> most_divisors = {"240", "448", "768", "1344", "2304"}; // A066150
    for (size_t power = 6; power <= last_power(); power++)
        expect_row(csv, "count", power,
                   products[1].sums[power - 6] + ",1,1," + most_divisors[power - 6] + ",");
    expect_row(csv, "smooth=5", 6, "507,");  // A071520
    expect_row(csv, "smooth=7", 6, "1273,"); // A071604
    if (last_power() >= 9) {
        expect_row(csv, "smooth=5", 9, "1530,");
        expect_row(csv, "smooth=7", 9, "5194,");
    }
}

// Below 2^32 phi alone has a sieve of its own.
TEST(CliPublishedTotals, OfPhiAlone) {
    expect_sums(totals_to_the_last("phi"), {products[0]});
}

TEST(CliPublishedTotals, OfCounts) {
    expect_sums(totals_to_the_last("mobius,omega,bigomega,squarefree,liouville,is_prime"), counts);
}

// Sums of another sieve, which shares no code with this one.
TEST(CliPublishedTotals, HighUp) {
    const std::string header = csv_header;
    EXPECT_EQ(program({"--total", "-s", "phi", "-f", "csv", "10^9..+9999999"})
                  .out.find("1000000000,1009999999,phi,10000000,6109667404577546,"),
              header.size());
    EXPECT_EQ(program({"--total", "-s", "phi", "-f", "csv", "10^12..+9999999"})
                  .out.find("1000000000000,1000009999999,phi,10000000,6079301697751364424,"),
              header.size());
    if (sanitized())
        return;
    const std::string text =
        program({"--total", "-s", "mobius,squarefree,count,omega,bigomega", "10^12..+99999999"})
            .out;
    for (const char *const column :
         {"mobius: sum 612,", "squarefree: sum 60792724,", "count: sum 2878546764,",
          "omega: sum 360123531,", "bigomega: sum 437439151,"})
        EXPECT_NE(text.find(std::string("\n") + column), std::string::npos) << text;
}

} // namespace
