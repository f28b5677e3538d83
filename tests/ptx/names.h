/* SPDX-License-Identifier: MIT */
/*
 * names.h: the names that a kernel's text uses, and the registers that its code gets.
 */
#ifndef FG_PTX_NAMES_H
#define FG_PTX_NAMES_H

#include "program.h"

#include <unordered_map>

namespace fg_ptx {

struct Symbol {
    enum class Kind {
        reg,     /* value: its index */
        address, /* value: the address: of a parameter, of a variable, in shared memory */
        local,   /* value: the offset in a thread's local memory */
    };
    Kind kind = Kind::reg;
    std::uint64_t value = 0;
};

class Names {
  public:
    /* The names of the kernel's module are known; its own are declared as its text is read. */
    explicit Names(Kernel &kernel);

    void open_scope();
    void close_scope();
    bool is_outermost() const { return scopes_.size() == 1; }
    void declare(const std::string &name, Symbol symbol);
    /* Declares a register, or `count` of them that are called name0, name1 and so on. */
    void declare_register(const std::string &name);
    void declare_registers(const std::string &prefix, std::size_t count);
    /* Returns the symbol that `name` means here; null if there is none. */
    const Symbol *find(const std::string &name) const;

    /* Hides the scopes that are open until show_again(), for the body of a called function. */
    void hide();
    void show_again();

    std::uint32_t new_register() { return kernel_.register_count++; }
    /* Returns the register of a constant. */
    std::uint32_t constant(std::uint64_t value);
    /* Returns the register that an operand writes or reads; throws if it is none. */
    std::uint32_t written(const std::string &operand);
    std::uint32_t read(const std::string &operand);

  private:
    using Scope = std::unordered_map<std::string, Symbol>;

    Kernel &kernel_;
    std::vector<Scope> scopes_;
    std::vector<std::vector<Scope>> hidden_;
    Scope module_;
    std::unordered_map<std::uint64_t, std::uint32_t> constants_;
};

/* Translates an instruction, without its label, in the scopes that are open. A branch has no target
 * yet. Throws a Fault if it is not known. */
Instruction read_instruction(Names &names, const std::string &text);

} // namespace fg_ptx

#endif
