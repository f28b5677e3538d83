// SPDX-License-Identifier: MIT
/*
 * names.cpp: see names.h.
 */
#include "names.h"

#include "fault.h"
#include "scanner.h"

#include <cctype>
#include <cstdlib>

namespace fg_ptx {

Names::Names(Kernel &kernel) : kernel_(kernel), scopes_(1) {
    for (const auto &entry : kernel.module->variables) {
        const Variable &variable = entry.second;
        Symbol symbol;
        symbol.kind = Symbol::Kind::address;
        if (variable.memory != nullptr) {
            symbol.value = reinterpret_cast<std::uint64_t>(variable.memory);
        } else { /* shared: each kernel has its own */
            std::size_t &end = kernel.shared_bytes;
            end = (end + variable.alignment - 1) / variable.alignment * variable.alignment;
            symbol.value = end;
            end += variable.bytes;
        }
        module_[entry.first] = symbol;
    }
}

void Names::open_scope() {
    scopes_.emplace_back();
}

void Names::close_scope() {
    if (is_outermost()) {
        throw Fault("a brace is closed that was never opened");
    }
    scopes_.pop_back();
}

void Names::declare(const std::string &name, Symbol symbol) {
    scopes_.back()[name] = symbol;
}

void Names::declare_register(const std::string &name) {
    declare(name, {Symbol::Kind::reg, new_register()});
}

void Names::declare_registers(const std::string &prefix, std::size_t count) {
    for (std::size_t i = 0; i < count; i++) {
        declare_register(prefix + std::to_string(i));
    }
}

const Symbol *Names::find(const std::string &name) const {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
        const auto found = scope->find(name);
        if (found != scope->end()) {
            return &found->second;
        }
    }
    const auto found = module_.find(name);
    return found == module_.end() ? nullptr : &found->second;
}

void Names::hide() {
    hidden_.push_back(std::move(scopes_));
    scopes_.assign(1, {});
}

void Names::show_again() {
    scopes_ = std::move(hidden_.back());
    hidden_.pop_back();
}

std::uint32_t Names::constant(std::uint64_t value) {
    const auto found = constants_.find(value);
    if (found != constants_.end()) {
        return found->second;
    }
    const std::uint32_t reg = new_register();
    constants_[value] = reg;
    kernel_.constants.emplace_back(reg, value);
    return reg;
}

std::uint32_t Names::written(const std::string &operand) {
    if (operand == "_") {
        return new_register();
    }
    const Symbol *const symbol = find(operand);
    if (symbol == nullptr || symbol->kind != Symbol::Kind::reg) {
        throw Fault("'" + operand + "' is not a register");
    }
    return static_cast<std::uint32_t>(symbol->value);
}

std::uint32_t Names::read(const std::string &operand) {
    const Symbol *const symbol = find(operand);
    if (symbol != nullptr) {
        if (symbol->kind == Symbol::Kind::local) {
            throw Fault("the address of '" + operand + "' can only be moved");
        }
        return symbol->kind == Symbol::Kind::reg ? static_cast<std::uint32_t>(symbol->value)
                                                 : constant(symbol->value);
    }
    const bool is_floating = operand.size() > 2 && operand[0] == '0' &&
                             std::string("dDfF").find(operand[1]) != std::string::npos;
    if (is_floating) { /* the bits of the number */
        return constant(integer("0x" + operand.substr(2)));
    }
    const std::size_t digit = !operand.empty() && operand[0] == '-' ? 1 : 0;
    if (operand.size() <= digit || std::isdigit(static_cast<unsigned char>(operand[digit])) == 0) {
        throw Fault("the operand '" + operand + "' is not known");
    }
    return constant(integer(operand));
}

} // namespace fg_ptx
