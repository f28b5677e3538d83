// SPDX-License-Identifier: MIT
/*
 * module.cpp: what stands in a PTX file outside of the kernels' bodies.
 */
#include "fault.h"
#include "program.h"
#include "scanner.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <fstream>
#include <iterator>

namespace fg_ptx {

namespace {

/* Returns "kernel<int>" of "void (anonymous namespace)::kernel<int>(int*)". */
std::string plain_name(const std::string &mangled) {
    int status = 0;
    char *const demangled = abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status);
    std::string name = status == 0 ? demangled : mangled;
    std::free(demangled);
    const std::string anonymous = "(anonymous namespace)::";
    for (std::size_t at; (at = name.find(anonymous)) != std::string::npos;) {
        name.erase(at, anonymous.size());
    }
    int depth = 0;
    std::size_t begin = 0, end = name.size();
    for (std::size_t i = 0; i < name.size(); i++) {
        depth += name[i] == '<';
        depth -= name[i] == '>';
        if (depth == 0 && name[i] == '(') {
            end = i;
            break;
        }
        if (depth == 0 && (name[i] == ' ' || name.compare(i, 2, "::") == 0)) {
            begin = i + (name[i] == ' ' ? 1 : 2);
        }
    }
    return name.substr(begin, end - begin);
}

unsigned char *new_memory(Module &module, std::size_t bytes, std::size_t alignment) {
    module.storage.push_back(std::make_unique<unsigned char[]>(bytes + alignment));
    unsigned char *const block = module.storage.back().get();
    const std::size_t over = reinterpret_cast<std::uintptr_t>(block) % alignment;
    return block + (over == 0 ? 0 : alignment - over);
}

/* Fills a variable with the values of "{1, 2, 3}" or "5". */
void initialise(Variable &variable, Type type, std::string values) {
    std::replace(values.begin(), values.end(), '{', ' ');
    std::replace(values.begin(), values.end(), '}', ' ');
    std::size_t at = 0;
    for (const std::string &text : split_operands(values)) {
        const std::uint64_t value = integer(text);
        if (at + type.bytes() > variable.bytes) {
            throw Fault("more values than the variable has");
        }
        std::memcpy(variable.memory + at, &value, type.bytes()); /* little-endian */
        at += type.bytes();
    }
}

/* Reads ".visible .const .align 4 .b8 name[64] = {1, 2}". */
void read_variable(Module &module, const std::string &text) {
    const std::size_t equals = text.find('=');
    Variable variable;
    Type type;
    std::string name;
    const std::vector<std::string> words = split_words(text.substr(0, equals));
    for (std::size_t i = 0; i < words.size(); i++) {
        if (words[i] == ".align") {
            variable.alignment = integer(words.at(++i));
        } else if (words[i] == ".const") {
            variable.space = Space::constant;
        } else if (words[i] == ".shared") {
            variable.space = Space::shared;
        } else if (words[i] == ".extern") {
            throw Fault("a variable of another file");
        } else if (words[i][0] == '.') {
            read_type(words[i].substr(1), &type);
        } else {
            name += words[i];
        }
    }
    std::size_t count;
    name = array_name(name, &count);
    variable.bytes = count * type.bytes();
    variable.alignment = std::max<std::size_t>(variable.alignment, type.bytes());
    if (variable.space != Space::shared) {
        variable.memory = new_memory(module, variable.bytes, variable.alignment);
        if (equals != std::string::npos) {
            initialise(variable, type, text.substr(equals + 1));
        }
    }
    module.variables[name] = variable;
}

/* The last word of each declaration in "(.param .b64 a, .param .b64 b)". */
std::vector<std::string> declared_names(const std::string &list) {
    std::vector<std::string> names;
    for (const std::string &declaration : split_operands(list)) {
        names.push_back(split_words(declaration).back());
    }
    return names;
}

/* Reads ".func (.param .b64 result) name(parameters)". */
void read_function(Module &module, const std::string &head, const std::string &body,
                   unsigned line) {
    const std::size_t keyword = head.find(".func") + 5;
    std::size_t at = keyword;
    Function function;
    const std::string rest = trimmed(head.substr(keyword));
    if (rest[0] == '(') {
        const std::size_t open = head.find('(', keyword), close = head.find(')', open);
        function.result = declared_names(head.substr(open + 1, close - open - 1)).at(0);
        at = close + 1;
    }
    const std::size_t open = head.find('(', at), close = head.find(')', open);
    if (open == std::string::npos || close == std::string::npos) {
        throw Fault("a function without a list of parameters");
    }
    function.parameters = declared_names(head.substr(open + 1, close - open - 1));
    function.body = body;
    function.line = line;
    module.functions[trimmed(head.substr(at, open - at))] = function;
}

void read_kernel(Module &module, const Statement &head, const std::string &body, unsigned line) {
    auto kernel = std::make_unique<Kernel>();
    const std::size_t begin = head.text.find(".entry") + 6;
    const std::size_t end = std::min(head.text.find('('), head.text.size());
    kernel->mangled = split_words(head.text.substr(begin, end - begin)).at(0);
    kernel->name = plain_name(kernel->mangled);
    kernel->module = &module;
    kernel->head = head.text;
    kernel->head_line = head.line;
    kernel->body = body;
    kernel->body_line = line;
    module.kernels.push_back(std::move(kernel));
}

/* Reads a definition; a declaration, which ends in a semicolon, says nothing. */
void read_definition(Module &module, Scanner &scanner, const Statement &head) {
    if (scanner.next().kind != Statement::Kind::open) {
        return;
    }
    unsigned line;
    const std::string body = scanner.rest_of_block(&line);
    if (head.text.find(".entry") != std::string::npos) {
        read_kernel(module, head, body, line);
    } else {
        read_function(module, head.text, body, line);
    }
}

/* Remembers the path of ".file 1 "path"", by which .loc names it. */
void read_directive(Module &module, const std::string &text) {
    const std::vector<std::string> words = split_words(text);
    const std::size_t open = text.find('"'), close = text.find('"', open + 1);
    if (words.size() >= 3 && words[0] == ".file" && close != std::string::npos) {
        module.files[static_cast<unsigned>(integer(words[1]))] =
            text.substr(open + 1, close - open - 1);
    }
}

void read_statement(Module &module, Scanner &scanner, const Statement &statement) {
    switch (statement.kind) {
    case Statement::Kind::directive:
        read_directive(module, statement.text);
        break;
    case Statement::Kind::head:
        read_definition(module, scanner, statement);
        break;
    case Statement::Kind::plain:
        if (!statement.text.empty()) {
            if (statement.text[0] != '.') {
                throw Fault("an instruction outside of a kernel");
            }
            read_variable(module, statement.text);
        }
        break;
    default:
        throw Fault("a brace or a label outside of a kernel");
    }
}

} // namespace

bool read_type(const std::string &word, Type *type) {
    if (word == "pred") {
        *type = {Type::Kind::predicate, 1};
        return true;
    }
    const std::string kinds = "busf";
    const std::size_t kind = word.empty() ? std::string::npos : kinds.find(word[0]);
    const std::string bits = word.empty() ? "" : word.substr(1);
    if (kind == std::string::npos ||
        (bits != "8" && bits != "16" && bits != "32" && bits != "64")) {
        return false;
    }
    constexpr Type::Kind in_order[] = {Type::Kind::bits, Type::Kind::unsigned_integer,
                                       Type::Kind::signed_integer, Type::Kind::floating};
    *type = {in_order[kind], static_cast<std::uint8_t>(std::stoi(bits))};
    return true;
}

std::unique_ptr<Module> parse_module(const std::string &path, const std::string &text) {
    auto module = std::make_unique<Module>();
    module->path = path;
    Scanner scanner(text, 1);
    for (;;) {
        Statement statement = scanner.next();
        if (statement.kind == Statement::Kind::end) {
            return module;
        }
        try {
            read_statement(*module, scanner, statement);
        } catch (const std::exception &error) {
            throw Fault(path + ":" + std::to_string(statement.line) + ": `" +
                        statement.text.substr(0, 80) + "`: " + error.what());
        }
    }
}

std::unique_ptr<Module> read_module(const std::string &path) {
    std::ifstream stream(path);
    const std::string text((std::istreambuf_iterator<char>(stream)), {});
    if (!stream || text.empty()) {
        throw Fault(path + ": cannot be read");
    }
    return parse_module(path, text);
}

} // namespace fg_ptx
