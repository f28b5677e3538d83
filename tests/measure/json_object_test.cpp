// SPDX-License-Identifier: MIT
/*
 * json_object_test.cpp: what a script reads: values without loss, and null for what is not known.
 */
#include <gtest/gtest.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <string>

#include "measure/json_object.h"

namespace {

/* The object as it is written; "" if it is not. */
std::string written(const fg_json_object &object,
                    bool (*write)(const fg_json_object *, FILE *) = fg_json_write) {
    char *text = nullptr;
    std::size_t size = 0;
    FILE *const stream = open_memstream(&text, &size);
    const bool fine = write(&object, stream);
    fclose(stream);
    const std::string result = fine ? std::string(text, size) : "";
    free(text);
    return result;
}

TEST(JsonObject, HoldsEveryKindOfValue) {
    fg_json_object object = fg_json_object_begin(), inner = fg_json_object_begin();
    fg_json_set(&inner, "count", fg_json_integer(3));
    fg_json_set(&object, "largest", fg_json_integer(UINT64_MAX));
    fg_json_set(&object, "infinite", fg_json_real(INFINITY));
    fg_json_set(&object, "unknown", fg_json_string(nullptr));
    fg_json_set(&object, "text", fg_json_string("a\xff\n"));
    const double samples[] = {0.25, NAN};
    fg_json_set_reals(&object, "samples", samples, 2);
    fg_json_set_object(&object, "inner", inner);
    json_t *const array = json_array();
    fg_json_append_object(&object, array, fg_json_object_begin());
    fg_json_set(&object, "objects", array);
    EXPECT_EQ(written(object), "{\n"
                               "  \"largest\": 1.844674407371e19,\n"
                               "  \"infinite\": null,\n"
                               "  \"unknown\": null,\n"
                               "  \"text\": \"a\\\\xff\\\\x0a\",\n"
                               "  \"samples\": [\n    0.25,\n    null\n  ],\n"
                               "  \"inner\": {\n    \"count\": 3\n  },\n"
                               "  \"objects\": [\n    {}\n  ]\n"
                               "}\n");
    json_decref(object.json);
}

TEST(JsonObject, FitsOnALine) {
    fg_json_object object = fg_json_object_begin();
    fg_json_set(&object, "text", fg_json_string("a\n\"b\""));
    fg_json_set(&object, "rate", fg_json_real(0.25));
    EXPECT_EQ(written(object, fg_json_write_line),
              "{\"text\":\"a\\\\x0a\\\"b\\\"\",\"rate\":0.25}\n");
    fg_json_set(&object, "missing", nullptr);
    EXPECT_EQ(written(object, fg_json_write_line), "");
    EXPECT_EQ(errno, ENOMEM);
    json_decref(object.json);
}

/* An object that lacks something is never written. */
TEST(JsonObject, IsNotCompleteWhereMemoryWasShort) {
    for (int where = 0; where < 3; where++) {
        fg_json_object object = fg_json_object_begin(), inner = fg_json_object_begin();
        fg_json_set(where == 0 ? &object : &inner, "missing", nullptr);
        if (where == 2) {
            json_t *const array = json_array();
            fg_json_append_object(&object, array, inner);
            fg_json_set(&object, "array", array);
        } else {
            fg_json_set_object(&object, "inner", inner);
        }
        EXPECT_FALSE(object.complete);
        errno = 0;
        EXPECT_EQ(written(object), "");
        EXPECT_EQ(errno, ENOMEM);
        json_decref(object.json);
    }
}

TEST(JsonObject, WritingFailsAloud) {
    fg_json_object object = fg_json_object_begin();
    FILE *const full = fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    setvbuf(full, nullptr, _IONBF, 0);
    EXPECT_FALSE(fg_json_write(&object, full));
    EXPECT_EQ(errno, ENOSPC);
    fclose(full);
    json_decref(object.json);
}

} // namespace
