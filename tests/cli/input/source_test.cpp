// SPDX-License-Identifier: MIT
// Reading a source piece by piece.
#include "cli/input/source.h"

#include "support/spawn.h"

#include <gtest/gtest.h>
#include <memory>

namespace {

// A reader that uses nothing of a full piece must not see the end of the source in it.
TEST(Source, AFullPieceOfWhichNothingIsUsedIsNotTheEnd) {
    const spawn::TemporaryFile file(std::string(FG_SOURCE_PIECE + 1, '1'));
    const auto source = std::make_unique<fg_source>();
    fg_error error;
    size_t got;
    ASSERT_EQ(fg_source_open(source.get(), file.path().c_str(), &error), FG_OK) << error.message;
    for (size_t read = 0; read < FG_SOURCE_PIECE; read += got) {
        ASSERT_EQ(fg_source_read(source.get(), FG_SOURCE_PIECE, &got, &error), FG_OK);
        ASSERT_GT(got, 0u);
    }
    EXPECT_EQ(fg_source_read(source.get(), FG_SOURCE_PIECE, &got, &error), FG_ERROR_SYSTEM);
    EXPECT_NE(
        std::string(error.message).find("do not tell its format; name it with --input-format"),
        std::string::npos);
    EXPECT_FALSE(source->at_end);
    source->at = source->end - 1; // all but a byte is used
    ASSERT_EQ(fg_source_read(source.get(), FG_SOURCE_PIECE, &got, &error), FG_OK);
    EXPECT_EQ(got, 1u);
    fg_source_close(source.get());
}

} // namespace
