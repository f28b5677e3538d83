# Runs commands that end with the script that started them. Sourced by ./dev and by the scripts that
# need a GPU.
# shellcheck shell=bash

# supervised COMMAND...: the command and its status. It runs in the background, because a shell that
# waits for the foreground hears of a signal only when that has ended; a Ctrl-C or SIGTERM that ends
# this script ends the command first.
child=
supervised() {
    local result=0
    # They stay: where SIGINT came ignored, as in the background, `trap -` would have it kill.
    trap 'end_with INT' INT
    trap 'end_with TERM' TERM
    trap 'end_with HUP' HUP
    "$@" &
    child=$!
    wait "$child" || result=$?
    child=
    return "$result"
}

# Ends the supervised command and then this shell, as one that the signal has ended.
end_with() {
    trap - INT TERM HUP
    if [ -n "$child" ]; then
        kill -TERM "$child" 2>/dev/null || true
        wait "$child" || true
    fi
    kill -s "$1" $$
    # A shell that was started in the background does not take SIGINT.
    exit 130
}

# bounded SECONDS COMMAND...: the same for no longer than that, with all the processes it starts; 124
# where that was too short, 137 where it also ignored to be told.
bounded() {
    [ "$1" -gt 0 ] || return 124
    supervised timeout -k 10 "$@"
}
