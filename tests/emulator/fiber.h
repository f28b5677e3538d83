/* SPDX-License-Identifier: MIT */
/*
 * fiber.h: a stack of its own on which code can stop in the middle and go on later.
 *
 * Device threads that meet at a barrier need it. A switch is a few instructions on x86-64;
 * elsewhere it is swapcontext(), whose system call for the signal mask takes most of the time.
 * AddressSanitizer and ThreadSanitizer hear of each switch, because both keep an account of each
 * stack.
 */
#ifndef FG_EMULATOR_FIBER_H
#define FG_EMULATOR_FIBER_H

#include <cstddef>

#if defined(__x86_64__)
#define FG_EMULATOR_OWN_SWITCH 1
#else
#include <ucontext.h>
#endif

namespace fg_emulator {

class Fiber {
  public:
    /* The stack that the caller is running on. */
    Fiber();
    /* A new stack. The first switch to it calls `entry`, which must call started() and not return.
     */
    explicit Fiber(void (*entry)());
    ~Fiber();
    Fiber(const Fiber &) = delete;
    Fiber &operator=(const Fiber &) = delete;

    /* Go on with `other`; returns when something switches back to this fiber, which runs now. */
    void switch_to(Fiber &other);
    static void started();

  private:
    void prepare(char *bottom, void (*entry)());
    void change_stacks(Fiber &other);
    static void arrive(void *shadow_stack);

#ifdef FG_EMULATOR_OWN_SWITCH
    void *top_ = nullptr; /* of its stack while it is not running */
#else
    ucontext_t context_ = {};
#endif
    void *mapping_ = nullptr; /* guard page and stack; null: a stack that was there before */
    const void *stack_bottom_ = nullptr;
    std::size_t stack_bytes_ = 0;
    struct {
        void *shadow_stack = nullptr; /* AddressSanitizer's */
        void *fiber = nullptr;        /* ThreadSanitizer's */
    } sanitizers_;
};

} // namespace fg_emulator

#endif
