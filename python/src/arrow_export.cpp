// SPDX-License-Identifier: MIT
#include "arrow_export.h"

#include <array>

namespace factor_gpu {

namespace {

// The structs of the Arrow C data interface, whose layout its specification fixes for ever.
struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    ArrowSchema **children;
    ArrowSchema *dictionary;
    void (*release)(ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    ArrowArray **children;
    ArrowArray *dictionary;
    void (*release)(ArrowArray *);
    void *private_data;
};

constexpr int64_t nullable = 2;
constexpr char schema_name[] = "arrow_schema", array_name[] = "arrow_array";

// A list and its values: a parent with one child. A consumer can take the child and release the
// parent, so each counts for itself.
struct SchemaParts {
    ArrowSchema values{};
    ArrowSchema *child = &values;
};

struct ArrayParts {
    std::shared_ptr<const Answers> answers;
    ArrowArray values{};
    ArrowArray *child = &values;
    std::array<const void *, 2> list_buffers{};
};

// The data of a child array, which may outlive its parent.
struct ValueParts {
    std::shared_ptr<const Answers> answers;
    std::array<const void *, 2> buffers{};
};

void release_value_schema(ArrowSchema *schema) {
    schema->release = nullptr;
}

void release_list_schema(ArrowSchema *schema) {
    auto *const parts = static_cast<SchemaParts *>(schema->private_data);
    if (parts->values.release != nullptr)
        parts->values.release(&parts->values);
    delete parts;
    schema->release = nullptr;
}

void release_value_array(ArrowArray *array) {
    delete static_cast<ValueParts *>(array->private_data);
    array->release = nullptr;
}

void release_list_array(ArrowArray *array) {
    auto *const parts = static_cast<ArrayParts *>(array->private_data);
    if (parts->values.release != nullptr)
        parts->values.release(&parts->values);
    delete parts;
    array->release = nullptr;
}

// Frees the struct of a capsule, and the data that it still owns.
template <typename Struct> void free_capsule(PyObject *capsule, const char *name) {
    auto *const held = static_cast<Struct *>(PyCapsule_GetPointer(capsule, name));
    if (held->release != nullptr)
        held->release(held);
    delete held;
}

nb::object capsule_of(void *held, const char *name, PyCapsule_Destructor destructor) {
    PyObject *const capsule = PyCapsule_New(held, name, destructor);
    if (capsule == nullptr)
        throw nb::python_error();
    return nb::steal(capsule);
}

nb::object export_schema(const Answers &answers) {
    auto *const parts = new SchemaParts;
    parts->values.format = answers.words() == 2 ? "w:16" : "L";
    parts->values.name = "item";
    parts->values.flags = nullable; // none is null, but so says the usual type of a list
    parts->values.release = release_value_schema;
    auto *const schema = new ArrowSchema{};
    schema->format = "+L";
    schema->name = "";
    schema->n_children = 1;
    schema->children = &parts->child;
    schema->release = release_list_schema;
    schema->private_data = parts;
    return capsule_of(schema, schema_name,
                      [](PyObject *capsule) { free_capsule<ArrowSchema>(capsule, schema_name); });
}

nb::object export_array(const std::shared_ptr<const Answers> &answers, size_t first, size_t count) {
    static const uint64_t nothing = 0;
    auto *const values = new ValueParts{answers, {nullptr, answers->values()}};
    if (values->buffers[1] == nullptr) // a buffer of no bytes has an address
        values->buffers[1] = &nothing;
    auto *const parts = new ArrayParts{answers, {}, nullptr, {nullptr, answers->offsets()}};
    parts->child = &parts->values;
    parts->values.length = static_cast<int64_t>(answers->value_count());
    parts->values.n_buffers = 2;
    parts->values.buffers = values->buffers.data();
    parts->values.release = release_value_array;
    parts->values.private_data = values;
    auto *const array = new ArrowArray{};
    array->length = static_cast<int64_t>(count);
    array->offset = static_cast<int64_t>(first);
    array->n_buffers = 2;
    array->n_children = 1;
    array->buffers = parts->list_buffers.data();
    array->children = &parts->child;
    array->release = release_list_array;
    array->private_data = parts;
    return capsule_of(array, array_name,
                      [](PyObject *capsule) { free_capsule<ArrowArray>(capsule, array_name); });
}

} // namespace

nb::tuple export_to_arrow(const std::shared_ptr<const Answers> &answers, size_t first,
                          size_t count) {
    return nb::make_tuple(export_schema(*answers), export_array(answers, first, count));
}

} // namespace factor_gpu
