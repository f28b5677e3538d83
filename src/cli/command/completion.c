/* SPDX-License-Identifier: MIT */
/*
 * completion.c: the table of options in the words of three shells.
 *
 * An option's value is completed from its choices (in bash each one of a list of them), as a file
 * name if --help calls it FILE, and not at all otherwise; operands are completed as file names.
 */
#include "cli/command/completion.h"

#include "cli/command/option_table.h"

#include <string.h>

/* The choices with a space between two. */
static void print_choices(FILE *out, const struct fg_option_entry *entry) {
    for (size_t i = 0; entry->choice(i) != NULL; i++)
        fprintf(out, "%s%s", i > 0 ? " " : "", entry->choice(i));
}

/* `text` between single quotes, with a backslash before each character of `special`, and a single
 * quote as the shell spells it there. */
static void print_escaped(FILE *out, const char *text, const char *special, const char *quote) {
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs(quote, out);
            continue;
        }
        if (strchr(special, *text) != NULL)
            fputc('\\', out);
        fputc(*text, out);
    }
}

/* The pattern of a case: the option in all its spellings. */
static void print_bash_pattern(FILE *out, const struct fg_option_entry *entry) {
    fprintf(out, "    --%s", entry->name);
    if (entry->letter != 0)
        fprintf(out, " | -%c", entry->letter);
    fputs(")\n", out);
}

/* Prints the lines of the script that complete the value of an option. */
static void print_bash_value(FILE *out, const struct fg_option_entry *entry) {
    print_bash_pattern(out, entry);
    if (entry->choice != NULL) {
        fputs("        choices='", out);
        print_choices(out, entry);
        fputs("'\n", out);
        if (fg_option_takes_list(entry))
            fputs("        [[ $word != *,* ]] || prefix+=${word%,*}, word=${word##*,}\n", out);
    } else if (fg_option_takes_file(entry)) {
        fputs("        return\n", out);
    }
    fputs("        ;;\n", out);
}

static void print_bash(FILE *out) {
    fputs("# bash completion for factor-gpu, written by factor-gpu --completion=bash.\n"
          "\n"
          "# With an empty COMPREPLY bash completes file names (-o default).\n"
          "_factor_gpu() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "    local prefix='' choices='' i\n"
          "    COMPREPLY=()\n"
          "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
          "        [[ ${COMP_WORDS[i]} != -- ]] || return 0\n"
          "    done\n"
          "    # bash takes '=' for a word of its own where COMP_WORDBREAKS has it.\n"
          "    if [[ $word == --*=* ]]; then\n"
          "        option=${word%%=*} prefix=${word%%=*}= word=${word#*=}\n"
          "    elif [[ $word == = ]]; then\n"
          "        word=''\n"
          "    elif [[ $option == = ]] && ((COMP_CWORD >= 2)); then\n"
          "        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
          "    fi\n"
          "    case $option in\n",
          out);
    for (size_t i = 0; i < fg_option_count; i++)
        if (fg_option_takes_value(&fg_option_entries[i]))
            print_bash_value(out, &fg_option_entries[i]);
    fputs("    *)\n"
          "        [[ $word == -* && -z $prefix ]] || return 0\n"
          "        choices='",
          out);
    for (size_t i = 0; i < fg_option_count; i++)
        fprintf(out, "%s--%s%s", i > 0 ? " " : "", fg_option_entries[i].name,
                fg_option_takes_value(&fg_option_entries[i]) ? "=" : "");
    fputs("'\n"
          "        ;;\n"
          "    esac\n"
          "    compopt +o default 2>/dev/null\n"
          "    mapfile -t COMPREPLY < <(compgen -P \"$prefix\" -W \"$choices\" -- \"$word\")\n"
          "    [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] ||\n"
          "        compopt -o nospace 2>/dev/null\n"
          "    return 0\n"
          "}\n"
          "complete -o default -F _factor_gpu factor-gpu\n",
          out);
}

/* One specification of _arguments: '(-s --show)'{-s+,--show=}'[help]:show:(divisors primes)'. */
static void print_zsh_option(FILE *out, const struct fg_option_entry *entry) {
    const bool value = fg_option_takes_value(entry);
    if (entry->letter != 0)
        fprintf(out, " \\\n    '(-%c --%s)'{-%c%s,--%s%s}'[", entry->letter, entry->name,
                entry->letter, value ? "+" : "", entry->name, value ? "=" : "");
    else
        fprintf(out, " \\\n    '--%s%s[", entry->name, value ? "=" : "");
    print_escaped(out, entry->help, "[]\\", "'\\''");
    fputc(']', out);
    if (value) {
        fprintf(out, ":%s:", entry->name);
        if (entry->choice != NULL) {
            fputc('(', out);
            print_choices(out, entry);
            fputc(')', out);
        } else {
            fputs(fg_option_takes_file(entry) ? "_files" : " ", out);
        }
    }
    fputc('\'', out);
}

static void print_zsh(FILE *out) {
    fputs("#compdef factor-gpu\n"
          "# zsh completion for factor-gpu, written by factor-gpu --completion=zsh.\n"
          "_arguments -s -S",
          out);
    for (size_t i = 0; i < fg_option_count; i++)
        print_zsh_option(out, &fg_option_entries[i]);
    fputs(" \\\n    '*:number, range or file:_files'\n", out);
}

static void print_fish_option(FILE *out, const struct fg_option_entry *entry) {
    fputs("complete -c factor-gpu", out);
    if (entry->letter != 0)
        fprintf(out, " -s %c", entry->letter);
    fprintf(out, " -l %s", entry->name);
    if (entry->choice != NULL) {
        fputs(" -x -a '", out);
        print_choices(out, entry);
        fputc('\'', out);
    } else if (fg_option_takes_value(entry)) {
        fputs(fg_option_takes_file(entry) ? " -r -F" : " -x", out);
    }
    fputs(" -d '", out);
    print_escaped(out, entry->help, "\\", "\\'");
    fputs("'\n", out);
}

static void print_fish(FILE *out) {
    fputs("# fish completion for factor-gpu, written by factor-gpu --completion=fish.\n", out);
    for (size_t i = 0; i < fg_option_count; i++)
        print_fish_option(out, &fg_option_entries[i]);
}

void fg_completion_print(enum fg_options_shell shell, FILE *out) {
    switch (shell) {
    case FG_OPTIONS_BASH:
        print_bash(out);
        break;
    case FG_OPTIONS_ZSH:
        print_zsh(out);
        break;
    case FG_OPTIONS_FISH:
        print_fish(out);
        break;
    }
}
