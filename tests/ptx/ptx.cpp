// SPDX-License-Identifier: MIT
/*
 * ptx.cpp: see ptx.h.
 */
#include "ptx.h"

#include "counts.h"
#include "fault.h"
#include "machine.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace fg_ptx {

namespace {

/* Returns a kernel's name without blanks, brackets around it, and namespaces. */
std::string canonical(const std::string &name) {
    std::string word, result;
    for (const char c : name) {
        if (std::strchr(" \t\n()", c) != nullptr) {
            continue;
        }
        word += c;
        if (word.size() >= 2 && word.compare(word.size() - 2, 2, "::") == 0) {
            word.clear();
        } else if (std::strchr("<>,", c) != nullptr) {
            result += word;
            word.clear();
        }
    }
    return result + word;
}

std::string without_arguments(const std::string &name) {
    return name.substr(0, name.find('<'));
}

} // namespace

Program::Program() = default;
Program::~Program() = default;

void Program::add(std::unique_ptr<Module> module) {
    modules_.push_back(std::move(module));
}

void Program::add_file(const std::string &path) {
    add(read_module(path));
}

void Program::add_text(const std::string &path, const std::string &text) {
    add(parse_module(path, text));
}

Kernel &Program::kernel(const std::string &name) const {
    const std::string wanted = canonical(name);
    const bool has_arguments = wanted.find('<') != std::string::npos;
    std::vector<Kernel *> found;
    for (const std::unique_ptr<Module> &module : modules_) {
        for (const std::unique_ptr<Kernel> &kernel : module->kernels) {
            const std::string its_name = canonical(kernel->name);
            if ((has_arguments ? its_name : without_arguments(its_name)) == wanted) {
                found.push_back(kernel.get());
            }
        }
    }
    if (found.size() == 1) {
        return *found[0];
    }
    std::string why = "there is no PTX of the kernel '" + name + "'";
    if (!found.empty()) {
        why = "the PTX of '" + name + "' is not unique:";
        for (const Kernel *const kernel : found) {
            why += " " + kernel->name + " (" + kernel->module->path + ")";
        }
    }
    throw Fault(why);
}

std::vector<std::string> Program::kernel_names() const {
    std::vector<std::string> names;
    for (const std::unique_ptr<Module> &module : modules_) {
        for (const std::unique_ptr<Kernel> &kernel : module->kernels) {
            names.push_back(kernel->name);
        }
    }
    return names;
}

void Program::check() const {
    for (const std::unique_ptr<Module> &module : modules_) {
        for (const std::unique_ptr<Kernel> &kernel : module->kernels) {
            translate(*kernel);
        }
    }
}

std::uint32_t Program::variable(const std::string &name) const {
    for (const std::unique_ptr<Module> &module : modules_) {
        const auto found = module->variables.find(name);
        if (found != module->variables.end() && found->second.bytes == sizeof(std::uint32_t) &&
            found->second.memory != nullptr) {
            std::uint32_t value;
            std::memcpy(&value, found->second.memory, sizeof value);
            return value;
        }
    }
    throw Fault("no PTX file has the variable '" + name + "' of 32 bits");
}

void Program::write_counts(std::ostream &stream) const {
    std::vector<const Kernel *> launched;
    for (const std::unique_ptr<Module> &module : modules_) {
        for (const std::unique_ptr<Kernel> &kernel : module->kernels) {
            if (kernel->launches > 0) {
                launched.push_back(kernel.get());
            }
        }
    }
    write_json(launched, stream);
}

unsigned max_threads(const Kernel &kernel) {
    translate(const_cast<Kernel &>(kernel));
    return kernel.max_threads;
}

void run(Kernel &kernel, Size grid, Size threads, const std::vector<Argument> &arguments,
         const Memory &memory, const Settings &settings) {
    translate(kernel);
    if (arguments.size() != kernel.parameters.size()) {
        throw Fault(kernel.name + ": its PTX has " + std::to_string(kernel.parameters.size()) +
                    " parameters, the launch " + std::to_string(arguments.size()) + " arguments");
    }
    for (std::size_t i = 0; i < arguments.size(); i++) {
        const Parameter &parameter = kernel.parameters[i];
        if (arguments[i].size() != parameter.bytes) {
            throw Fault(kernel.name + ": parameter " + std::to_string(i) + " has " +
                        std::to_string(parameter.bytes) + " bytes, the argument " +
                        std::to_string(arguments[i].size()));
        }
        std::memcpy(kernel.parameter_memory.data() + parameter.offset, arguments[i].data(),
                    parameter.bytes);
    }
    const unsigned count = threads.x * threads.y * threads.z;
    if (kernel.max_threads != 0 && count > kernel.max_threads) {
        throw Fault(kernel.name + ": compiled for blocks of " + std::to_string(kernel.max_threads) +
                    " threads, launched with " + std::to_string(count));
    }
    Launch(kernel, grid, threads, memory, settings).run();
}

/* ---- By the environment ---- */

namespace {

std::uint64_t environment_number(const char *variable, std::uint64_t otherwise) {
    const char *const text = std::getenv(variable);
    if (text == nullptr) {
        return otherwise;
    }
    char *end = nullptr;
    const unsigned long long number = std::strtoull(text, &end, 10);
    if (end == text || *end != '\0') {
        std::cerr << variable << "='" << text << "' is not a number\n";
        std::exit(2);
    }
    return number;
}

/* Writes the counts to the file of FG_PTX_STATS when the process ends. */
void write_environment_counts() {
    const char *const path = std::getenv("FG_PTX_STATS");
    std::ofstream stream(path);
    environment_program()->write_counts(stream);
    stream.close();
    if (!stream) {
        std::cerr << "FG_PTX_STATS: " << path << " cannot be written\n";
    }
}

/* Adds a file, or every .ptx file of a folder. */
void add_path(Program *program, const std::string &path) {
    if (!std::filesystem::is_directory(path)) {
        program->add_file(path);
        return;
    }
    std::vector<std::string> files;
    for (const auto &entry : std::filesystem::directory_iterator(path)) {
        if (entry.path().extension() == ".ptx") {
            files.push_back(entry.path().string());
        }
    }
    if (files.empty()) {
        throw Fault(path + ": no file in it ends in .ptx");
    }
    std::sort(files.begin(), files.end());
    for (const std::string &file : files) {
        program->add_file(file);
    }
}

/* Reads the files and folders that FG_PTX lists, with colons between them. If one cannot be read,
 * the process ends, because it would test something else. */
Program *read_environment_program() {
    const char *const list = std::getenv("FG_PTX");
    if (list == nullptr) {
        return nullptr;
    }
    Program *const program = new Program; /* never destroyed: it is used until the process ends */
    const std::string paths = list;
    try {
        for (std::size_t begin = 0; begin <= paths.size();) {
            const std::size_t end = std::min(paths.find(':', begin), paths.size());
            add_path(program, paths.substr(begin, end - begin));
            begin = end + 1;
        }
    } catch (const std::exception &error) {
        std::cerr << "FG_PTX: " << error.what() << '\n';
        std::exit(2);
    }
    if (std::getenv("FG_PTX_STATS") != nullptr) {
        std::atexit(write_environment_counts);
    }
    return program;
}

} // namespace

Program *environment_program() {
    static Program *const program = read_environment_program();
    return program;
}

const Settings &environment_settings() {
    static const Settings settings = [] {
        Settings chosen;
        const std::uint64_t schedule = environment_number("FG_PTX_SCHEDULE", 0);
        if (schedule > 2) {
            std::cerr << "FG_PTX_SCHEDULE is 0, 1 or 2\n";
            std::exit(2);
        }
        chosen.schedule = static_cast<Schedule>(schedule);
        chosen.seed = static_cast<unsigned>(environment_number("FG_PTX_SEED", chosen.seed));
        chosen.max_steps = environment_number("FG_PTX_STEPS", chosen.max_steps);
        chosen.counts_memory = std::getenv("FG_PTX_STATS") != nullptr;
        return chosen;
    }();
    return settings;
}

} // namespace fg_ptx
