// SPDX-License-Identifier: MIT
/*
 * fiber.cpp: stacks from mmap, each above a guard page, and the switch between them.
 */
#include "fiber.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <sys/mman.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FG_ADDRESS_SANITIZER 1
#endif
#if __has_feature(thread_sanitizer)
#define FG_THREAD_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define FG_ADDRESS_SANITIZER 1
#endif
#if defined(__SANITIZE_THREAD__)
#define FG_THREAD_SANITIZER 1
#endif

#ifdef FG_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#ifdef FG_THREAD_SANITIZER
/* In the runtime library of both compilers, but in only one's header. */
extern "C" void *__tsan_get_current_fiber(void);
extern "C" void *__tsan_create_fiber(unsigned flags);
extern "C" void __tsan_destroy_fiber(void *fiber);
extern "C" void __tsan_switch_to_fiber(void *fiber, unsigned flags);
#endif

#ifdef FG_EMULATOR_OWN_SWITCH
/* Saves the registers that a function must keep on the stack, and its top in *from; then goes on
 * from the other top. By the System V ABI these are rbx, rbp and r12 to r15. */
extern "C" void fg_emulator_switch(void **from, void *to);
__asm__(".text\n"
        ".p2align 4\n"
        ".type fg_emulator_switch, @function\n"
        "fg_emulator_switch:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size fg_emulator_switch, . - fg_emulator_switch\n");
#endif

namespace fg_emulator {

namespace {

constexpr std::size_t stack_bytes = 256 << 10; /* touched pages only are memory */

/* The fiber that made the latest switch. Fibers run under the machine's lock, so one is enough. */
Fiber *switched_from = nullptr;

std::size_t page_bytes() {
    return static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

} // namespace

Fiber::Fiber() {
#ifdef FG_THREAD_SANITIZER
    sanitizers_.fiber = __tsan_get_current_fiber();
#endif
}

Fiber::Fiber(void (*entry)()) : stack_bytes_(stack_bytes) {
    mapping_ = mmap(nullptr, page_bytes() + stack_bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (mapping_ == MAP_FAILED || mprotect(mapping_, page_bytes(), PROT_NONE) != 0) {
        std::perror("emulated device: no stack for a device thread");
        std::abort();
    }
    char *const bottom = static_cast<char *>(mapping_) + page_bytes();
    stack_bottom_ = bottom;
    prepare(bottom, entry);
#ifdef FG_THREAD_SANITIZER
    sanitizers_.fiber = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
    if (mapping_ == nullptr) {
        return;
    }
#ifdef FG_THREAD_SANITIZER
    __tsan_destroy_fiber(sanitizers_.fiber);
#endif
#ifdef FG_ADDRESS_SANITIZER
    /* The frames that end here never return, so nothing else clears their red zones. */
    ASAN_UNPOISON_MEMORY_REGION(stack_bottom_, stack_bytes_);
#endif
    munmap(mapping_, page_bytes() + stack_bytes_);
}

void Fiber::switch_to(Fiber &other) {
    switched_from = this;
#ifdef FG_ADDRESS_SANITIZER
    __sanitizer_start_switch_fiber(&sanitizers_.shadow_stack, other.stack_bottom_,
                                   other.stack_bytes_);
#endif
#ifdef FG_THREAD_SANITIZER
    __tsan_switch_to_fiber(other.sanitizers_.fiber, 0);
#endif
    change_stacks(other);
    arrive(sanitizers_.shadow_stack);
}

#ifdef FG_EMULATOR_OWN_SWITCH
/* The new stack looks as if fg_emulator_switch() had been called from the first instruction of
 * `entry`, which has no caller. */
void Fiber::prepare(char *bottom, void (*entry)()) {
    constexpr std::size_t saved_registers = 6;
    std::uintptr_t *const top = reinterpret_cast<std::uintptr_t *>(bottom + stack_bytes) - 2;
    top[0] = reinterpret_cast<std::uintptr_t>(entry);
    top[1] = 0;
    top_ = top - saved_registers;
}

void Fiber::change_stacks(Fiber &other) {
    fg_emulator_switch(&top_, other.top_);
}
#else
void Fiber::prepare(char *bottom, void (*entry)()) {
    if (getcontext(&context_) != 0) {
        std::perror("emulated device: getcontext");
        std::abort();
    }
    context_.uc_stack.ss_sp = bottom;
    context_.uc_stack.ss_size = stack_bytes;
    context_.uc_link = nullptr;
    makecontext(&context_, entry, 0);
#ifdef FG_ADDRESS_SANITIZER
    /* swapcontext() clears the shadow of a stack whose size it knows, at each switch. The calls
     * around each switch say all that it needs to know. */
    context_.uc_stack.ss_size = 0;
#endif
}

void Fiber::change_stacks(Fiber &other) {
    if (swapcontext(&context_, &other.context_) != 0) {
        std::perror("emulated device: swapcontext");
        std::abort();
    }
}
#endif

void Fiber::started() {
    arrive(nullptr);
}

/* Ends a switch, in the fiber that it reaches. It also reports the stack of the fiber that was
 * left, which is needed to go back. */
void Fiber::arrive(void *shadow_stack) {
#ifdef FG_ADDRESS_SANITIZER
    __sanitizer_finish_switch_fiber(shadow_stack, &switched_from->stack_bottom_,
                                    &switched_from->stack_bytes_);
#else
    (void)shadow_stack;
#endif
}

} // namespace fg_emulator
