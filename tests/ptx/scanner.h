/* SPDX-License-Identifier: MIT */
/*
 * scanner.h: PTX text cut into statements.
 */
#ifndef FG_PTX_SCANNER_H
#define FG_PTX_SCANNER_H

#include <cstddef>
#include <string>
#include <vector>

namespace fg_ptx {

struct Statement {
    enum class Kind {
        end,       /* of the text */
        open,      /* { */
        close,     /* } */
        label,     /* text: its name */
        directive, /* up to the end of its line: .loc, .file, .version, .target, .address_size */
        head,      /* of a kernel or a function, up to the brace or semicolon behind it */
        plain,     /* an instruction or a declaration, up to its semicolon */
    };
    Kind kind = Kind::end;
    std::string text; /* without comments, on one line */
    unsigned line = 0;
};

/* Returns `text` without the white space around it. */
std::string trimmed(const std::string &text);
/* Returns the parts of `text` between commas that are in no bracket, each trimmed. */
std::vector<std::string> split_operands(const std::string &text);
/* Returns the words of `text`. */
std::vector<std::string> split_words(const std::string &text);
/* Returns the integer that `text` is, of any base that C knows; throws a Fault if it is none. */
unsigned long long integer(const std::string &text);
/* Splits "name[12]" into the name and 12, "name" into itself and 1. */
std::string array_name(const std::string &text, std::size_t *count);

class Scanner {
  public:
    /* Scans `text`, whose first line has the number `line`. */
    Scanner(const std::string &text, unsigned line);
    Statement next();
    /* Returns the text up to the brace that closes the one just opened, and its first line. */
    std::string rest_of_block(unsigned *line);

  private:
    void skip_space();
    bool begins_with(const char *word) const;
    Statement until(Statement::Kind kind, const char *ends, bool takes_end);
    bool label(Statement *statement);
    void skip_section();

    const std::string text_;
    std::size_t at_ = 0;
    unsigned line_;
};

} // namespace fg_ptx

#endif
