// SPDX-License-Identifier: MIT
// The digest of an input's numbers: the bytes that its header describes, however the numbers come.
#include "cli/run/number_digest.h"

#include "cli/input/number_lists.h"
#include "text/digest.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

class Digest {
  public:
    Digest() { fg_number_digest_start(&digest_); }
    Digest &numbers(const std::vector<uint64_t> &numbers) {
        number_lists::List list(numbers.size() + 1);
        for (const uint64_t n : numbers)
            fg_number_list_add(&list, {n, 0});
        fg_number_digest_add(&digest_, &list, 0, list.count);
        return *this;
    }
    Digest &wide(fg_uint128 number) {
        number_lists::List list(2, 2);
        fg_number_list_add(&list, number);
        fg_number_digest_add(&digest_, &list, 0, 1);
        return *this;
    }
    // The numbers first + begin .. first + end - 1 of a range.
    Digest &range(uint64_t first, size_t begin, size_t end) {
        number_lists::List list(1);
        list.range_capacity = SIZE_MAX;
        fg_number_list_set_range(&list, first, end);
        fg_number_digest_add(&digest_, &list, begin, end);
        return *this;
    }
    std::string hex() const {
        char text[FG_DIGEST_HEX];
        fg_number_digest_hex(&digest_, text);
        return text;
    }

  private:
    fg_number_digest digest_;
};

// SHA-256 of the words, the lowest byte first, and of a byte 1.
std::string sha256(const std::vector<uint64_t> &words, bool has_end) {
    fg_digest digest;
    char text[FG_DIGEST_HEX];
    fg_digest_start(&digest);
    fg_digest_numbers(&digest, words.data(), words.size());
    if (has_end)
        fg_digest_bytes(&digest, "\1", 1);
    fg_digest_hex(&digest, text);
    return text;
}

TEST(NumberDigest, HasTheBytesThatItsHeaderDescribes) {
    EXPECT_EQ(Digest().hex(), sha256({}, false));
    EXPECT_EQ(Digest().numbers({5, 0, 7}).hex(), sha256({5, 0, 7}, false));
    EXPECT_EQ(Digest().numbers({5}).wide({3, 9}).numbers({7}).hex(),
              sha256({5, 3, 9, 1, 7, 1}, true));
    EXPECT_EQ(Digest().range(10, 0, 5000).hex(), sha256({10, 5000, 0, 0, 0}, true));
    EXPECT_EQ(Digest().numbers({5, 6}).range(10, 0, 5000).numbers({7}).wide({3, 9}).hex(),
              sha256({5, 6, 10, 5000, 0, 2, 7, 3, 9, 1, 0}, true));
}

// A run that was resumed, or whose texts end elsewhere, has the same digest.
TEST(NumberDigest, DoesNotDependOnWhereARangeIsCut) {
    const std::string whole = Digest().range(10, 0, 5000).range(10000, 0, 9000).hex();
    EXPECT_EQ(Digest()
                  .range(10, 0, 1)
                  .range(10, 1, 4000)
                  .range(4010, 0, 1000)
                  .range(10000, 0, 8999)
                  .range(10000, 8999, 9000)
                  .hex(),
              whole);
    EXPECT_NE(Digest().range(10, 0, 5000).range(10000, 0, 8999).hex(), whole);
    EXPECT_NE(Digest().range(10, 0, 5001).range(10000, 0, 9000).hex(), whole);
    // Later numbers change nothing of the digest so far.
    Digest digest;
    const std::string half = digest.range(10, 0, 2500).hex();
    EXPECT_EQ(half, digest.hex());
    EXPECT_EQ(digest.range(10, 2500, 5000).range(10000, 0, 9000).hex(), whole);
}

TEST(NumberDigest, TellsRangesFromLists) {
    std::vector<uint64_t> numbers;
    for (uint64_t n = 10; n < 5010; n++)
        numbers.push_back(n);
    EXPECT_NE(Digest().numbers(numbers).hex(), Digest().range(10, 0, 5000).hex());
    EXPECT_NE(Digest().range(1, 0, 5).numbers({7}).hex(),
              Digest().numbers({7}).range(1, 0, 5).hex());
    EXPECT_NE(Digest().range(1, 0, 5).hex(), Digest().wide({1, 5}).hex());
}

} // namespace
