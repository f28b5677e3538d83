/* SPDX-License-Identifier: MIT */
/*
 * terminal_line.c: asks the terminal for its width each time, so that a changed window needs no
 * handler of SIGWINCH. The last column stays empty, because some terminals wrap once it is written.
 */
#include "terminal/terminal_line.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define USUAL_COLUMNS 80
/* Max columns that are drawn and erased. */
#define COLUMNS_MAX 1000

bool fg_terminal_redraws(FILE *out) {
    const char *const name = getenv("TERM");
    return isatty(fileno(out)) && name != NULL && *name != '\0' && strcmp(name, "dumb") != 0 &&
           strcmp(name, "unknown") != 0;
}

/* Returns what COLUMNS says; 0 if that is no number of columns. */
static size_t environment_columns(void) {
    const char *const text = getenv("COLUMNS");
    if (text == NULL || *text == '\0' || text[strspn(text, "0123456789")] != '\0')
        return 0;
    const unsigned long columns = strtoul(text, NULL, 10);
    return columns < COLUMNS_MAX ? columns : COLUMNS_MAX;
}

size_t fg_terminal_columns(FILE *out) {
    struct winsize window = {0};
    const size_t said = environment_columns();
    if (ioctl(fileno(out), TIOCGWINSZ, &window) != 0 || window.ws_col == 0)
        return said > 0 ? said : USUAL_COLUMNS;
    return said > 0 && said < window.ws_col ? said : window.ws_col;
}

bool fg_terminal_takes_line(FILE *out, int wait_ms) {
    struct pollfd stream = {.fd = fileno(out), .events = POLLOUT};
    if (stream.fd < 0) /* no file, but memory */
        return true;
    return poll(&stream, 1, wait_ms) == 1 && (stream.revents & (POLLERR | POLLNVAL)) == 0;
}

size_t fg_terminal_fit(const char *text, size_t size, size_t columns) {
    if (size <= columns)
        return size;
    size_t word_end = 0, part_end = 0;
    for (size_t i = 0; i <= columns; i++) {
        if (text[i] == ' ' && (i == 0 || text[i - 1] != ','))
            word_end = i;
        if (text[i] == ',')
            part_end = i;
    }
    return part_end > 0 ? part_end : word_end;
}

/* Returns whether the process may draw on the terminal under the shell's eyes. True also if the
 * terminal is not the one that controls the process. */
static bool is_in_foreground(FILE *out) {
    const pid_t group = tcgetpgrp(fileno(out));
    return group < 0 || group == getpgrp();
}

size_t fg_terminal_erasing(size_t columns, char *text) {
    if (columns == 0)
        return 0;
    text[0] = '\r';
    memset(text + 1, ' ', columns);
    text[columns + 1] = '\r';
    return FG_TERMINAL_ERASE_ROOM(columns);
}

static void write_at_once(FILE *out, const char *text, size_t size) {
    fwrite(text, 1, size, out);
    fflush(out);
}

void fg_terminal_line_draw(struct fg_terminal_line *line, const char *text, size_t size) {
    char drawn[1 + COLUMNS_MAX] = "\r";
    const size_t width = fg_terminal_columns(line->out) - 1;
    const size_t columns = width < COLUMNS_MAX ? width : COLUMNS_MAX;
    if (!is_in_foreground(line->out)) {
        line->drawn_columns = 0;
        return;
    }
    const size_t fits = fg_terminal_fit(text, size, columns);
    const size_t before = line->drawn_columns < columns ? line->drawn_columns : columns;
    const size_t covered = fits > before ? fits : before;
    if (covered == 0 || !fg_terminal_takes_line(line->out, 0))
        return;
    memcpy(drawn + 1, text, fits);
    memset(drawn + 1 + fits, ' ', covered - fits);
    write_at_once(line->out, drawn, 1 + covered);
    line->drawn_columns = fits;
}

void fg_terminal_line_erase(struct fg_terminal_line *line) {
    char text[FG_TERMINAL_ERASE_ROOM(COLUMNS_MAX)];
    if (line->drawn_columns == 0)
        return;
    const size_t width = fg_terminal_columns(line->out) - 1;
    const size_t columns = line->drawn_columns < width ? line->drawn_columns : width;
    const size_t size = fg_terminal_erasing(columns, text);
    if (is_in_foreground(line->out))
        write_at_once(line->out, text, size);
    line->drawn_columns = 0;
}
