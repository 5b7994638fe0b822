# Paths, messages, progress and locks. Sourced by every script, never run.
# shellcheck shell=bash

set -euo pipefail
umask 022 # the database server may run as another user and has to read what we unpack

ADDON=collections_followup
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
LIB=$ROOT/scripts/lib
CACHE=${COLLECTIONS_CACHE:-$ROOT/.cache}
SETUP_STARTED=$SECONDS

say() { printf '%s\n' "$@" >&2; }
die() {
    printf '\n' >&2
    printf '%s\n' "$@" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
short_hash() { printf '%s\n' "$@" | sha256sum | cut -c1-12; }

open_cache() {
    mkdir -p "$CACHE/log" 2>/dev/null || true
    [[ -w $CACHE/log ]] || die \
        "$CACHE cannot be written by user $(id -un)." \
        "It probably was made by another user: run this as that user, remove the folder," \
        "or name another one: COLLECTIONS_CACHE=/some/folder $0"
    # Odoo separates the folders of its addons path by commas.
    [[ $ROOT$CACHE != *,* ]] || die "Odoo cannot work in a folder whose path has a comma: $ROOT"
}

# One set-up at a time; a second one waits for the first and then finds the work done.
lock_setup() {
    exec 9>"$CACHE/setup.lock"
    flock -n 9 && return
    say "Another set-up is at work in this folder; waiting for it…"
    flock 9
}
unlock_setup() { exec 9>&-; }

# Lives in the background beside a long step and stops with its parent.
show_progress() {
    local text=$1 seconds=0
    while sleep 1 && kill -0 $$ 2>/dev/null; do
        seconds=$((seconds + 1))
        if [[ -t 2 ]]; then
            printf '\r  %s (%s s)' "$text" "$seconds" >&2
        elif ((seconds % 15 == 0)); then
            printf '    … %s s\n' "$seconds" >&2
        fi
    done
}

# step TEXT COMMAND…: run a command with its output in a log, and show that time passes.
# Never call it in a condition or before "||": bash would then ignore "set -e" inside the command.
step() {
    local text=$1 log beat status started=$SECONDS
    shift
    log=$CACHE/log/$1.log
    if [[ -t 2 ]]; then printf '  %s' "$text" >&2; else say "  $text"; fi
    show_progress "$text" 7>&- 8>&- 9>&- &
    beat=$!
    set +e
    (
        set -e
        "$@"
    ) >"$log" 2>&1 </dev/null
    status=$?
    set -e
    kill "$beat" 2>/dev/null || true
    wait "$beat" 2>/dev/null || true
    if ((status != 0)); then
        say "" && say "FAILED: $text" && tail -n 25 "$log" >&2
        die "The whole output: $log"
    fi
    if [[ -t 2 ]]; then
        printf '\r  %s (%s s)\n' "$text" "$((SECONDS - started))" >&2
    elif ((SECONDS - started > 2)); then
        say "    done in $((SECONDS - started)) s"
    fi
}
