// SPDX-License-Identifier: MIT
/*
 * counts.cpp: see counts.h.
 */
#include "counts.h"

#include <map>
#include <utility>

namespace fg_ptx {

namespace {

void add(Count &sum, const Count &count) {
    sum.runs += count.runs;
    sum.lanes += count.lanes;
    sum.splits += count.splits;
    sum.sectors += count.sectors;
    sum.wavefronts += count.wavefronts;
    sum.constant_words += count.constant_words;
    sum.same_address += count.same_address;
}

/* "mul.lo.s64" of "@%p1 mul.lo.s64 %rd1, %rd2, %rd3". */
std::string opcode_of(const std::string &text) {
    const std::size_t begin = text[0] == '@' ? text.find_first_not_of(' ', text.find(' ')) : 0;
    return text.substr(begin, text.find(' ', begin) - begin);
}

void write_text(const std::string &text, std::ostream &stream) {
    stream << '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            stream << '\\';
        }
        stream << c;
    }
    stream << '"';
}

void write_count(const Count &count, std::ostream &stream) {
    stream << "\"runs\": " << count.runs << ", \"lanes\": " << count.lanes;
    const std::pair<const char *, std::uint64_t> others[] = {
        {"splits", count.splits},
        {"sectors", count.sectors},
        {"wavefronts", count.wavefronts},
        {"constant_words", count.constant_words},
        {"same_address", count.same_address},
    };
    for (const auto &other : others) {
        if (other.second != 0) {
            stream << ", \"" << other.first << "\": " << other.second;
        }
    }
}

/* Writes one object for each key, in the array `name`; `write_key` writes its first members. */
template <class Map, class Write>
void write_array(const char *name, const Map &counts, Write write_key, std::ostream &stream) {
    stream << ",\n   \"" << name << "\": [";
    const char *separator = "\n    {";
    for (const auto &entry : counts) {
        stream << separator;
        write_key(entry.first);
        write_count(entry.second, stream);
        stream << '}';
        separator = ",\n    {";
    }
    stream << ']';
}

/* Writes each instruction that ran, with its line of the PTX file. */
void write_instructions(const Kernel &kernel, std::ostream &stream) {
    stream << ",\n   \"instructions\": [";
    const char *separator = "\n    {";
    for (std::size_t i = 0; i < kernel.code.size(); i++) {
        if (kernel.counts[i].runs > 0) {
            stream << separator << "\"line\": " << kernel.code[i].line << ", \"opcode\": ";
            write_text(opcode_of(kernel.texts[i]), stream);
            stream << ", ";
            write_count(kernel.counts[i], stream);
            stream << '}';
            separator = ",\n    {";
        }
    }
    stream << ']';
}

void write_kernel(const Kernel &kernel, std::ostream &stream) {
    std::map<std::string, Count> opcodes;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Count> lines;
    Count all;
    for (std::size_t i = 0; i < kernel.code.size(); i++) {
        if (kernel.counts[i].runs > 0) {
            const Instruction &instruction = kernel.code[i];
            add(opcodes[opcode_of(kernel.texts[i])], kernel.counts[i]);
            add(lines[{instruction.source_file, instruction.source_line}], kernel.counts[i]);
            add(all, kernel.counts[i]);
        }
    }
    stream << "{\"kernel\": ";
    write_text(kernel.name, stream);
    stream << ", \"mangled\": ";
    write_text(kernel.mangled, stream);
    stream << ", \"ptx\": ";
    write_text(kernel.module->path, stream);
    stream << ",\n   \"launches\": " << kernel.launches << ", \"blocks\": " << kernel.blocks
           << ", \"warps\": " << kernel.warps << ", \"threads\": " << kernel.threads
           << ", \"local_bytes\": " << kernel.local_bytes
           << ", \"shared_bytes\": " << kernel.shared_bytes << ",\n   ";
    write_count(all, stream);
    write_array(
        "opcodes", opcodes,
        [&](const std::string &opcode) {
            stream << "\"opcode\": ";
            write_text(opcode, stream);
            stream << ", ";
        },
        stream);
    write_array(
        "lines", lines,
        [&](const std::pair<std::uint32_t, std::uint32_t> &line) {
            const auto file = kernel.module->files.find(line.first);
            stream << "\"file\": ";
            write_text(file == kernel.module->files.end() ? "" : file->second, stream);
            stream << ", \"line\": " << line.second << ", ";
        },
        stream);
    write_instructions(kernel, stream);
    stream << '}';
}

} // namespace

void write_json(const std::vector<const Kernel *> &kernels, std::ostream &stream) {
    stream << "{\"format\": 1,\n \"kernels\": [";
    const char *separator = "\n  ";
    for (const Kernel *const kernel : kernels) {
        stream << separator;
        write_kernel(*kernel, stream);
        separator = ",\n  ";
    }
    stream << "]}\n";
}

} // namespace fg_ptx
