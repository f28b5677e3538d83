// SPDX-License-Identifier: MIT
/*
 * translate.cpp: from the text of a kernel to its code. A call is replaced by the function's body.
 */
#include "fault.h"
#include "names.h"
#include "scanner.h"

#include <algorithm>

namespace fg_ptx {

namespace {

/* The type and the names of a declaration such as ".local .align 8 .b8 name[16]". */
struct Declaration {
    std::size_t alignment = 0;
    Type type;
    std::vector<std::string> names;
};

Declaration read_declaration(const std::vector<std::string> &words) {
    Declaration result;
    std::string names;
    for (std::size_t i = 0; i < words.size(); i++) {
        if (words[i] == ".align") {
            result.alignment = integer(words.at(++i));
        } else if (words[i][0] == '.') {
            read_type(words[i].substr(1), &result.type);
        } else {
            names += words[i];
        }
    }
    result.names = split_operands(names);
    const std::size_t natural = std::max(result.type.bytes(), 1u);
    result.alignment = result.alignment != 0 ? result.alignment : natural;
    return result;
}

std::size_t aligned(std::size_t offset, std::size_t alignment) {
    return (offset + alignment - 1) / alignment * alignment;
}

class Translator {
  public:
    explicit Translator(Kernel &kernel) : kernel_(kernel), names_(kernel) {}
    void run();

  private:
    void read_head();
    void read_body(const std::string &body, unsigned line);
    void take(const Statement &statement);
    void declare(const std::string &text);
    void declare_memory(const Declaration &declaration, std::size_t *end, Symbol::Kind kind);
    void note_source(const std::string &text);
    void add_instruction(const std::string &text, unsigned line);
    void call(const std::string &operands);
    void set_targets();

    struct Jump {
        std::size_t at;
        std::string label;
    };

    Kernel &kernel_;
    Names names_;
    std::map<std::string, std::uint32_t> labels_;
    std::vector<Jump> jumps_;
    std::string prefix_; /* of labels: each copy of a function has its own */
    unsigned copies_ = 0;
    std::uint32_t source_file_ = 0, source_line_ = 0;
};

/* Reads the parameters, and what the kernel was compiled for. */
void Translator::read_head() {
    const std::string &head = kernel_.head;
    const std::size_t open = head.find('(');
    const std::size_t close = head.find(')');
    std::size_t &end = kernel_.parameter_bytes;
    if (open != std::string::npos && close != std::string::npos) {
        for (const std::string &text : split_operands(head.substr(open + 1, close - open - 1))) {
            const Declaration declaration = read_declaration(split_words(text));
            std::size_t count;
            const std::string name = array_name(declaration.names.at(0), &count);
            const std::size_t offset = aligned(end, declaration.alignment);
            kernel_.parameters.push_back({name, offset, count * declaration.type.bytes()});
            end = offset + count * declaration.type.bytes();
        }
    }
    const std::size_t told = head.find(".maxntid");
    if (told != std::string::npos) {
        kernel_.max_threads = 1;
        for (const std::string &size :
             split_operands(head.substr(told + 8, head.find('.', told + 8) - told - 8))) {
            kernel_.max_threads *= static_cast<unsigned>(integer(size));
        }
    }
    kernel_.parameter_memory.resize(end + 16);
    const std::uint64_t base = reinterpret_cast<std::uint64_t>(kernel_.parameter_memory.data());
    for (const Parameter &parameter : kernel_.parameters) {
        names_.declare(parameter.name, {Symbol::Kind::address, base + parameter.offset});
    }
}

void Translator::declare_memory(const Declaration &declaration, std::size_t *end,
                                Symbol::Kind kind) {
    for (const std::string &text : declaration.names) {
        std::size_t count;
        const std::string name = array_name(text, &count);
        const std::size_t offset = aligned(*end, declaration.alignment);
        names_.declare(name, {kind, offset});
        *end = offset + count * declaration.type.bytes();
    }
}

/* Takes .reg, .param (of a call), .local and .shared; other directives say nothing to us. */
void Translator::declare(const std::string &text) {
    const std::vector<std::string> words = split_words(text);
    if (words[0] == ".pragma") {
        return;
    }
    const Declaration declaration = read_declaration(words);
    if (words[0] == ".local") {
        declare_memory(declaration, &kernel_.local_bytes, Symbol::Kind::local);
    } else if (words[0] == ".shared") {
        declare_memory(declaration, &kernel_.shared_bytes, Symbol::Kind::address);
    } else if (words[0] == ".reg" || words[0] == ".param") {
        for (const std::string &name : declaration.names) {
            const std::size_t range = name.find('<');
            if (range == std::string::npos) {
                names_.declare_register(name);
            } else {
                const std::size_t close = name.find('>');
                names_.declare_registers(name.substr(0, range),
                                         integer(name.substr(range + 1, close - range - 1)));
            }
        }
    } else {
        throw Fault("unknown declaration");
    }
}

/* Reads ".loc FILE LINE COLUMN". */
void Translator::note_source(const std::string &text) {
    const std::vector<std::string> words = split_words(text);
    if (words.size() >= 3 && words[0] == ".loc") {
        source_file_ = static_cast<std::uint32_t>(integer(words[1]));
        source_line_ = static_cast<std::uint32_t>(integer(words[2]));
    }
}

void Translator::add_instruction(const std::string &text, unsigned line) {
    Instruction instruction = read_instruction(names_, text);
    instruction.line = line;
    instruction.source_file = source_file_;
    instruction.source_line = source_line_;
    std::size_t at = kernel_.code.size();
    if (instruction.control == Control::branch) {
        jumps_.push_back({at, prefix_ + text.substr(text.rfind(' ') + 1)});
    }
    if (instruction.control == Control::leave && !prefix_.empty()) { /* back to the caller */
        instruction.control = Control::branch;
        jumps_.push_back({at, prefix_ + "(end)"});
    }
    kernel_.code.push_back(instruction);
    kernel_.texts.push_back(text);
}

/* Puts the body of a function here: "(result), name, (arguments)", or without a result. */
void Translator::call(const std::string &operands) {
    const std::vector<std::string> parts = split_operands(operands);
    const std::size_t name = parts.size() == 3 ? 1 : 0; /* its place */
    const auto found = parts.size() == name + 2 ? kernel_.module->functions.find(parts[name])
                                                : kernel_.module->functions.end();
    if (found == kernel_.module->functions.end()) {
        throw Fault("a call of a function that this file does not define");
    }
    const Function &function = found->second;
    const auto inner = [](const std::string &list) { return list.substr(1, list.size() - 2); };
    const std::vector<std::string> arguments = split_operands(inner(parts[name + 1]));
    if (arguments.size() != function.parameters.size() || function.result.empty() != (name == 0)) {
        throw Fault("a call with another number of arguments or results");
    }
    std::vector<std::pair<std::string, Symbol>> bound;
    if (name == 1) {
        bound.emplace_back(function.result,
                           Symbol{Symbol::Kind::reg, names_.written(inner(parts[0]))});
    }
    for (std::size_t i = 0; i < arguments.size(); i++) {
        bound.emplace_back(function.parameters[i],
                           Symbol{Symbol::Kind::reg, names_.written(arguments[i])});
    }
    const std::string caller = prefix_;
    names_.hide();
    for (const auto &entry : bound) {
        names_.declare(entry.first, entry.second);
    }
    prefix_ = "(call " + std::to_string(++copies_) + ")";
    read_body(function.body, function.line);
    labels_[prefix_ + "(end)"] = static_cast<std::uint32_t>(kernel_.code.size());
    names_.show_again();
    prefix_ = caller;
}

void Translator::take(const Statement &statement) {
    const std::string &text = statement.text;
    switch (statement.kind) {
    case Statement::Kind::open:
        names_.open_scope();
        break;
    case Statement::Kind::close:
        names_.close_scope();
        break;
    case Statement::Kind::label:
        labels_[prefix_ + text] = static_cast<std::uint32_t>(kernel_.code.size());
        break;
    case Statement::Kind::directive:
        note_source(text);
        break;
    default:
        if (text.empty()) {
            break;
        }
        if (text[0] == '.') {
            declare(text);
        } else if (text.compare(0, 9, "call.uni ") == 0 || text.compare(0, 5, "call ") == 0) {
            call(text.substr(text.find(' ')));
        } else {
            add_instruction(text, statement.line);
        }
    }
}

void Translator::read_body(const std::string &body, unsigned line) {
    Scanner scanner(body, line);
    for (;;) {
        const Statement statement = scanner.next();
        if (statement.kind == Statement::Kind::end) {
            return;
        }
        try {
            take(statement);
        } catch (const std::exception &error) {
            const std::string what = error.what();
            if (what.find(kernel_.module->path) == 0) { /* from the body of a function */
                throw;
            }
            throw Fault(kernel_.module->path + ":" + std::to_string(statement.line) + ": `" +
                        statement.text + "`: " + what);
        }
    }
}

void Translator::set_targets() {
    for (const Jump &jump : jumps_) {
        const auto found = labels_.find(jump.label);
        if (found == labels_.end()) {
            throw Fault(kernel_.module->path + ":" + std::to_string(kernel_.code[jump.at].line) +
                        ": there is no label '" + jump.label + "'");
        }
        kernel_.code[jump.at].target = found->second;
    }
}

void Translator::run() {
    read_head();
    read_body(kernel_.body, kernel_.body_line);
    const std::uint32_t line =
        kernel_.body_line +
        static_cast<std::uint32_t>(std::count(kernel_.body.begin(), kernel_.body.end(), '\n'));
    add_instruction("ret", line); /* labels may lie behind the last instruction */
    set_targets();
    kernel_.counts.resize(kernel_.code.size());
}

} // namespace

void translate(Kernel &kernel) {
    if (!kernel.translated) {
        Translator(kernel).run();
        kernel.translated = true;
        kernel.body.clear();
    }
}

} // namespace fg_ptx
