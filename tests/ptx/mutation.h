/* SPDX-License-Identifier: MIT */
/*
 * mutation.h: one fault put into the PTX of a kernel, found again in what another nvcc makes of it.
 */
#ifndef FG_PTX_MUTATION_H
#define FG_PTX_MUTATION_H

#include <string>

namespace fg_ptx {

struct Mutation {
    enum class Change {
        remove,  /* the instruction */
        swap,    /* its last two operands */
        negate,  /* its predicate: @%p becomes @!%p */
        replace, /* `from` in it by `to` */
        insert,  /* `to` before it */
    };
    const char *name;
    const char *kernel; /* in its mangled name */
    const char *opcode; /* of the instruction, or how it begins */
    int which;          /* the first of its kind is 1; -1 is the last */
    Change change;
    const char *from, *to;
    const char *test; /* a filter of tests, of which one must fail */
    int schedule;
};

/* Applies it to the text of a PTX file, if that has the kernel; throws std::runtime_error if it has
 * the kernel but not the instruction. Returns whether it has the kernel. */
bool mutate(const Mutation &mutation, std::string *text);

} // namespace fg_ptx

#endif
