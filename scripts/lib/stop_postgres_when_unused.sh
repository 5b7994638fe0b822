#!/usr/bin/env bash
# Waits till no script holds the lock on the private PostgreSQL, then stops it, so that nothing of ours
# runs on when the last demo or test has ended, however it ended. Started by postgres.sh.
set -euo pipefail
# shellcheck source=scripts/lib/postgres.sh
source "$(dirname "${BASH_SOURCE[0]}")/postgres.sh"

exec 7>>"$PG_HOME/watcher.lock"
flock -n 7 || exit 0 # one watcher is enough
exec 8>>"$PG_HOME/users.lock"
flock -x 8
socket_folder=$(sed -n 5p "$PG_DATA/postmaster.pid")
server_program pg_ctl stop -m fast -D "$PG_DATA"
[[ $socket_folder != /tmp/collections-pg.* ]] || rm -rf "$socket_folder"
