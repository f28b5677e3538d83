// SPDX-License-Identifier: MIT
/*
 * window_test.cpp: the kernels of kernels/candidates/window.cu alone, against `%`: windows and
 * tiles that end anywhere, and candidates whose arithmetic is special.
 */
#include "kernels/candidates/window_launch.h"
#include "support/backend_fixture.h"
#include "support/random_numbers.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace {

struct Form {
    cudaError_t (*launch)(const fg_window *, const fg_hit_list *, cudaStream_t);
    bool wide;
    uint64_t step;
};

const Form forms[] = {
    {fg_launch_trial32, false, 2},
    {fg_launch_trial64, true, 2},
    {fg_launch_exhaustive32, false, 1},
    {fg_launch_exhaustive64, true, 1},
};

using Hits = std::vector<std::pair<uint32_t, uint64_t>>; /* index and divisor, ascending */

class Window : public Backend {
  protected:
    void TearDown() override {
        for (void *const block : blocks)
            cudaFree(block);
        blocks.clear();
    }

    template <class T> T *on_device(const std::vector<T> &values) {
        void *block = nullptr;
        EXPECT_EQ(cudaMalloc(&block, values.size() * sizeof(T)), cudaSuccess);
        blocks.push_back(block);
        EXPECT_EQ(
            cudaMemcpy(block, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice),
            cudaSuccess);
        return static_cast<T *>(block);
    }

    /* Returns what the kernel finds for numbers with `counts` candidates in the window [begin,
     * end). */
    Hits found(const Form &form, const std::vector<uint64_t> &numbers,
               const std::vector<uint64_t> &counts, uint64_t begin, uint64_t end) {
        std::vector<uint64_t> tile_counts;
        for (size_t i = 0; i < counts.size(); i += FG_TILE_NUMBERS)
            tile_counts.push_back(*std::max_element(
                counts.begin() + i, counts.begin() + std::min(i + FG_TILE_NUMBERS, counts.size())));
        std::vector<fg_hit> hits(4096);
        std::vector<unsigned long long> hit_count(1, 0);
        fg_window window = {};
        window.dividends = on_device(numbers);
        window.counts = on_device(counts);
        window.tile_counts = on_device(tile_counts);
        window.number_count = static_cast<uint32_t>(numbers.size());
        window.begin = begin;
        window.end = end;
        const fg_hit_list list = {on_device(hit_count), on_device(hits), hits.size()};
        EXPECT_EQ(form.launch(&window, &list, nullptr), cudaSuccess);
        EXPECT_EQ(
            cudaMemcpy(hit_count.data(), list.count, sizeof hit_count[0], cudaMemcpyDeviceToHost),
            cudaSuccess);
        EXPECT_EQ(cudaMemcpy(hits.data(), list.hits, hits.size() * sizeof hits[0],
                             cudaMemcpyDeviceToHost),
                  cudaSuccess);
        EXPECT_LE(hit_count[0], hits.size());
        Hits sorted;
        for (size_t i = 0; i < std::min<size_t>(hit_count[0], hits.size()); i++)
            sorted.emplace_back(hits[i].index, hits[i].divisor);
        std::sort(sorted.begin(), sorted.end());
        return sorted;
    }

    static Hits expected(const Form &form, const std::vector<uint64_t> &numbers,
                         const std::vector<uint64_t> &counts, uint64_t begin, uint64_t end) {
        Hits hits;
        for (uint32_t i = 0; i < numbers.size(); i++)
            for (uint64_t c = begin; c < end && c < counts[i]; c++)
                if (numbers[i] % (1 + form.step * c) == 0)
                    hits.emplace_back(i, 1 + form.step * c);
        return hits;
    }

  private:
    std::vector<void *> blocks;
};

TEST_P(Window, EndsAnywhere) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const Form &form : forms)
        for (size_t i = 0; i < scaled(64); i++) {
            std::vector<uint64_t> numbers(random.between(1, 2 * FG_TILE_NUMBERS + 3)), counts;
            for (uint64_t &number : numbers) {
                number = random.of_any_size(form.wide ? 64 : 32);
                counts.push_back(std::min<uint64_t>((number + 1) / form.step,
                                                    random.between(0, 3 * FG_BLOCK_CANDIDATES)));
            }
            const uint64_t begin = random.between(0, FG_BLOCK_CANDIDATES);
            const uint64_t end = begin + random.between(1, 2 * FG_BLOCK_CANDIDATES);
            ASSERT_EQ(found(form, numbers, counts, begin, end),
                      expected(form, numbers, counts, begin, end))
                << numbers.size() << " numbers, [" << begin << ", " << end << ")";
        }
}

/* A window of candidates beside `middle`, and multiples of those next to it. */
TEST_P(Window, FindsMultiplesOfSpecialCandidates) {
    for (const Form &form : forms)
        for (const uint64_t middle :
             {UINT64_C(1) << 16, UINT64_C(1) << 31, (UINT64_C(1) << 32) - 400, UINT64_C(1) << 32,
              UINT64_C(3) << 32, UINT64_C(1) << 48, UINT64_C(1) << 63, UINT64_MAX - 301}) {
            const uint64_t top = form.wide ? UINT64_MAX : UINT32_MAX;
            if (middle > top)
                continue;
            const uint64_t begin = (middle - 300) / form.step;
            const uint64_t end = begin + std::min<uint64_t>(600, (top - 1) / form.step + 1 - begin);
            std::vector<uint64_t> numbers;
            for (uint64_t c = begin + 290 / form.step; c < begin + 310 && c < end; c++) {
                const uint64_t d = 1 + form.step * c;
                for (const uint64_t times : {UINT64_C(1), top / d / 2, top / d})
                    if (times > 0)
                        numbers.push_back(d * times);
            }
            const std::vector<uint64_t> counts(numbers.size(), end);
            const Hits hits = found(form, numbers, counts, begin, end);
            EXPECT_GE(hits.size(), numbers.size());
            EXPECT_EQ(hits, expected(form, numbers, counts, begin, end)) << middle;
        }
}

FG_INSTANTIATE_FOR_BACKENDS(Window);

} // namespace
