// SPDX-License-Identifier: MIT
/*
 * scanner.cpp: see scanner.h.
 */
#include "scanner.h"

#include "fault.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <sstream>

namespace fg_ptx {

namespace {

bool is_space(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

bool is_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::strchr("_$%.", c) != nullptr;
}

/* Returns the text with blanks for its comments, so that every line keeps its number. */
std::string without_comments(std::string text) {
    for (std::size_t i = 0; i + 1 < text.size(); i++) {
        if (text[i] == '"') {
            const std::size_t end = text.find('"', i + 1);
            i = end == std::string::npos ? text.size() : end;
            continue;
        }
        if (text[i] != '/' || (text[i + 1] != '/' && text[i + 1] != '*')) {
            continue;
        }
        const bool is_line = text[i + 1] == '/';
        std::size_t end = is_line ? text.find('\n', i) : text.find("*/", i + 2);
        end = end == std::string::npos ? text.size() : end + (is_line ? 0 : 2);
        for (; i < end; i++) {
            if (text[i] != '\n') {
                text[i] = ' ';
            }
        }
        i--;
    }
    return text;
}

} // namespace

std::string trimmed(const std::string &text) {
    std::size_t begin = 0, end = text.size();
    while (begin < end && is_space(text[begin])) {
        begin++;
    }
    while (end > begin && is_space(text[end - 1])) {
        end--;
    }
    return text.substr(begin, end - begin);
}

std::vector<std::string> split_operands(const std::string &text) {
    std::vector<std::string> parts;
    std::string part;
    int depth = 0;
    for (const char c : text) {
        depth += std::strchr("{[(", c) != nullptr;
        depth -= std::strchr("}])", c) != nullptr;
        if (c == ',' && depth == 0) {
            parts.push_back(trimmed(part));
            part.clear();
        } else {
            part += c;
        }
    }
    part = trimmed(part);
    if (!part.empty()) {
        parts.push_back(part);
    }
    return parts;
}

std::vector<std::string> split_words(const std::string &text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

unsigned long long integer(const std::string &text) {
    char *end = nullptr;
    const bool negative = !text.empty() && text[0] == '-';
    std::string digits = text.substr(negative ? 1 : 0);
    if (!digits.empty() && (digits.back() == 'U' || digits.back() == 'u')) {
        digits.pop_back();
    }
    const unsigned long long value = std::strtoull(digits.c_str(), &end, 0);
    if (digits.empty() || std::isdigit(static_cast<unsigned char>(digits[0])) == 0 ||
        *end != '\0') {
        throw Fault("'" + text + "' is not an integer");
    }
    return negative ? 0 - value : value;
}

std::string array_name(const std::string &text, std::size_t *count) {
    const std::size_t bracket = text.find('[');
    *count = 1;
    if (bracket == std::string::npos) {
        return text;
    }
    const std::size_t close = text.find(']', bracket);
    if (close == std::string::npos || close == bracket + 1) {
        throw Fault("the array '" + text + "' has no length: dynamic shared memory is not known");
    }
    *count = integer(trimmed(text.substr(bracket + 1, close - bracket - 1)));
    return trimmed(text.substr(0, bracket));
}

Scanner::Scanner(const std::string &text, unsigned line)
    : text_(without_comments(text)), line_(line) {}

void Scanner::skip_space() {
    for (; at_ < text_.size() && is_space(text_[at_]); at_++) {
        line_ += text_[at_] == '\n';
    }
}

bool Scanner::begins_with(const char *word) const {
    const std::size_t length = std::strlen(word);
    return text_.compare(at_, length, word) == 0 &&
           (at_ + length == text_.size() || !is_name(text_[at_ + length]));
}

Statement Scanner::until(Statement::Kind kind, const char *ends, bool takes_end) {
    Statement statement;
    statement.kind = kind;
    statement.line = line_;
    const std::size_t end = std::min(text_.find_first_of(ends, at_), text_.size());
    for (std::size_t i = at_; i < end; i++) {
        line_ += text_[i] == '\n';
        statement.text += is_space(text_[i]) ? ' ' : text_[i];
    }
    statement.text = trimmed(statement.text);
    at_ = end;
    if (takes_end && at_ < text_.size() && text_[at_] != '\n') {
        at_++;
    }
    return statement;
}

/* Takes a label, if one is next. */
bool Scanner::label(Statement *statement) {
    std::size_t end = at_;
    while (end < text_.size() && is_name(text_[end])) {
        end++;
    }
    if (end == at_ || end >= text_.size() || text_[end] != ':') {
        return false;
    }
    statement->kind = Statement::Kind::label;
    statement->text = text_.substr(at_, end - at_);
    statement->line = line_;
    at_ = end + 1;
    return true;
}

/* Skips a section for debuggers, which is in braces. */
void Scanner::skip_section() {
    until(Statement::Kind::plain, "{", true);
    unsigned line;
    rest_of_block(&line);
}

std::string Scanner::rest_of_block(unsigned *line) {
    *line = line_;
    const std::size_t begin = at_;
    int depth = 1;
    for (; at_ < text_.size(); at_++) {
        line_ += text_[at_] == '\n';
        depth += text_[at_] == '{';
        depth -= text_[at_] == '}';
        if (depth == 0) {
            at_++;
            return text_.substr(begin, at_ - 1 - begin);
        }
    }
    throw Fault("line " + std::to_string(*line) + ": a brace is never closed");
}

Statement Scanner::next() {
    Statement statement;
    for (;;) {
        skip_space();
        statement.line = line_;
        if (at_ >= text_.size()) {
            return statement;
        }
        if (!begins_with(".section")) {
            break;
        }
        skip_section();
    }
    if (text_[at_] == '{' || text_[at_] == '}') {
        statement.kind = text_[at_] == '{' ? Statement::Kind::open : Statement::Kind::close;
        at_++;
        return statement;
    }
    for (const char *word : {".loc", ".file", ".version", ".target", ".address_size"}) {
        if (begins_with(word)) {
            return until(Statement::Kind::directive, "\n", true);
        }
    }
    if (label(&statement)) {
        return statement;
    }
    const std::size_t end = std::min(text_.find_first_of(";{", at_), text_.size());
    const std::string start = text_.substr(at_, end - at_);
    for (const char *word : {".entry ", ".func "}) {
        if (start[0] == '.' && start.find(word) != std::string::npos) {
            return until(Statement::Kind::head, ";{", false);
        }
    }
    return until(Statement::Kind::plain, ";", true);
}

} // namespace fg_ptx
