# SPDX-License-Identifier: MIT
# Runs commands that end with the script that started them. Sourced by ./dev and by the scripts that
# need a GPU.
# shellcheck shell=bash

# supervised COMMAND...: the command and its status. It runs in the background, because a shell that
# waits for a foreground command handles a signal only when that command has ended. A Ctrl-C or SIGTERM
# that ends this script ends the command first.
child=
supervised() {
    local result=0
    # The traps stay: if SIGINT was ignored when this shell began, as in the background, `trap -` would
    # make it kill the shell.
    trap 'end_with INT' INT
    trap 'end_with TERM' TERM
    trap 'end_with HUP' HUP
    "$@" &
    child=$!
    wait "$child" || result=$?
    child=
    return "$result"
}

# Ends the supervised command and then this shell, with the status of a shell that the signal ended.
end_with() {
    trap - INT TERM HUP
    if [ -n "$child" ]; then
        kill -TERM "$child" 2>/dev/null || true
        wait "$child" || true
    fi
    kill -s "$1" $$
    # A shell that was started in the background ignores SIGINT.
    exit 130
}

# bounded SECONDS COMMAND...: the same for at most that time, with all processes that the command
# starts. The status is 124 if the time was too short, 137 if the command also ignored SIGTERM.
bounded() {
    [ "$1" -gt 0 ] || return 124
    supervised timeout -k 10 "$@"
}
