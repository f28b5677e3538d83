// SPDX-License-Identifier: MIT
// The library from C++: prime factors, handed over as they are found, and the errors.
#include <factor_gpu.h>

#include <iostream>
#include <memory>
#include <vector>

namespace {

struct Close {
    void operator()(fg_engine *engine) const { fg_engine_close(engine); }
};

// The products of the prime factors that were handed over, number by number.
void multiply(void *context, size_t first, fg_results *results) {
    auto &products = *static_cast<std::vector<uint64_t> *>(context);
    for (size_t i = 0; i < results->count; i++) {
        products[first + i] = 1;
        for (size_t k = results->offsets[i]; k < results->offsets[i + 1]; k++)
            products[first + i] *= results->values[k];
    }
}

} // namespace

int main() {
    const std::vector<uint64_t> numbers = {12, 97, 18446744073709551557u};
    std::vector<uint64_t> products(numbers.size());
    fg_config config = {};
    config.backend = "threads";
    config.answer = FG_ANSWER_PRIMES;
    fg_engine *opened = nullptr;
    fg_error error;
    if (fg_engine_open(&config, &opened, &error) != FG_OK) {
        std::cerr << error.message << '\n';
        return 1;
    }
    const std::unique_ptr<fg_engine, Close> engine(opened);
    if (fg_factor_batch_to(engine.get(), numbers.data(), numbers.size(), multiply, &products,
                           &error) != FG_OK ||
        products != numbers)
        return 1;
    const fg_build_info *const build = fg_library_build_info();
    std::cout << "factor-gpu " << build->version << ": " << products.size() << " numbers\n";
    return 0;
}
