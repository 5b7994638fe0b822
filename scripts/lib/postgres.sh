# A private PostgreSQL cluster in the cache, or the server that PGHOST or DATABASE_URL names. Sourced, never run.
# shellcheck shell=bash

prepare_postgres() {
    if [[ -n ${DATABASE_URL:-} ]]; then use_database_url; fi
    if [[ -n ${PGHOST:-} ]]; then
        OWN_POSTGRES=1
        return
    fi
    OWN_POSTGRES=
    unset PGPASSWORD PGDATABASE PGSERVICE PGOPTIONS PGHOSTADDR
    choose_postgres_user
    choose_postgres_home
    find_postgres_programs
    [[ -e $PG_HOME/complete ]] || step "Making a private PostgreSQL cluster" make_cluster
    # Shared lock: whoever uses the server holds it till its end; see stop_postgres_when_unused.sh.
    exec 8>>"$PG_HOME/users.lock"
    flock -s 8
    server_answers || start_server
    watch_for_last_user
    export PGHOST PGPORT=5432 PGUSER=odoo
}

use_database_url() {
    local url
    url=$("$VENV_PYTHON" "$LIB/db.py" url) || die "DATABASE_URL cannot be read."
    eval "$url" # lines of "export NAME=value", quoted by shlex
}

# PostgreSQL refuses to run as root; the cluster's owner is then an unprivileged user. A cluster that is
# already there keeps its owner, whoever made it.
choose_postgres_user() {
    local user
    PG_UID=$(id -u) PG_GID=$(id -g)
    ((EUID == 0)) || return 0
    for user in postgres nobody; do
        if id "$user" >/dev/null 2>&1; then
            PG_UID=$(id -u "$user") PG_GID=$(id -g "$user")
            break
        fi
    done
    if [[ -d $CACHE/pg/data ]]; then
        PG_UID=$(stat -c %u "$CACHE/pg/data") PG_GID=$(stat -c %g "$CACHE/pg/data")
    fi
}

as_postgres() {
    if ((EUID == 0)); then
        (cd / && setpriv --reuid "$PG_UID" --regid "$PG_GID" --clear-groups env HOME=/ "$@")
    else
        (cd / && "$@")
    fi
}

# Root's home is closed to other users; a project in there keeps its cluster outside.
choose_postgres_home() {
    PG_HOME=$CACHE/pg
    if ! as_postgres test -x "$CACHE"; then
        PG_HOME=/var/tmp/collections-pg-$(short_hash "$CACHE")
        [[ ! -d $PG_HOME/data ]] || PG_UID=$(stat -c %u "$PG_HOME/data") PG_GID=$(stat -c %g "$PG_HOME/data")
    fi
    mkdir -p "$PG_HOME"
    [[ -O $PG_HOME || $PG_HOME == "$CACHE/pg" ]] || die "$PG_HOME belongs to somebody else."
    PG_DATA=$PG_HOME/data
}

# Debian's postgresql package makes and starts a cluster "main" when it is installed, and only a file in
# /etc would keep it from that. So, where the machine has no server, the package and the libraries it lacks
# are unpacked in the cache instead: nothing is installed, no user or service is made, no root is needed.
find_postgres_programs() {
    PG_LIBRARIES=
    PG_BIN=$(newest_postgres_bin)
    [[ -z $PG_BIN ]] || return 0
    [[ -e $PG_HOME/dist ]] || {
        have apt-get && have dpkg-deb || die "There is no PostgreSQL server program here and no apt to get one." \
            "Install PostgreSQL 13 or newer, or name a server:  PGHOST=… $0"
        [[ -n $(debian_mirror) ]] || refresh_index || true
        step "Downloading PostgreSQL" unpack_postgres
    }
    PG_BIN=$(compgen -G "$PG_HOME/dist/usr/lib/postgresql/*/bin" | sort -V | tail -n 1)
    PG_LIBRARIES=$(compgen -G "$PG_HOME/dist/usr/lib/*-linux-gnu*" | head -n 1)
    export PATH=$PG_HOME/bin:$PATH
}

newest_postgres_bin() {
    local folder
    for folder in $(compgen -G '/usr/lib/postgresql/*/bin' | sort -rV); do
        if [[ -x $folder/initdb && -x $folder/postgres ]]; then
            echo "$folder"
            return
        fi
    done
    if have initdb && have postgres; then dirname "$(command -v initdb)"; fi
}

unpack_postgres() {
    local new=$PG_HOME/dist.new version packages program
    version=$(apt-cache depends postgresql | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p')
    # libperl and LLVM serve Debian's wrappers and the query compiler, which is off here.
    packages=$(apt-get -s install --no-install-recommends "postgresql-$version" |
        awk '$1 == "Inst" && $2 ~ /^(postgresql-(client-)?[0-9]+$|lib)/ && $2 !~ /perl|llvm|libz3/ {print $2}')
    rm -rf "$new" "$PG_HOME/debs"
    mkdir -p "$new" "$PG_HOME/debs"
    # shellcheck disable=SC2086 # a list of package names
    (cd "$PG_HOME/debs" && apt-get -o APT::Sandbox::User="$(id -un)" download $packages)
    unpack_packages "$new" "$PG_HOME"/debs/*.deb
    rm -rf "$PG_HOME/debs"
    mkdir -p "$PG_HOME/bin"
    for program in psql createdb dropdb pg_dump pg_restore; do
        write_wrapper "$program" "$version"
    done
    mv "$new" "$PG_HOME/dist"
}

# The unpacked client programs find their libraries only when told where.
write_wrapper() {
    cat >"$PG_HOME/bin/$1" <<WRAPPER
#!/bin/sh
here=\$(dirname "\$0")/../dist/usr/lib
for folder in "\$here"/*-linux-gnu*; do export LD_LIBRARY_PATH="\$folder"; done
exec "\$here/postgresql/$2/bin/$1" "\$@"
WRAPPER
    chmod +x "$PG_HOME/bin/$1"
}

server_program() {
    local program=$1
    shift
    as_postgres env LC_ALL=C.UTF-8 ${PG_LIBRARIES:+LD_LIBRARY_PATH="$PG_LIBRARIES"} "$PG_BIN/$program" "$@"
}

make_cluster() {
    rm -rf "$PG_DATA"
    mkdir "$PG_DATA"
    chmod 700 "$PG_DATA"
    ((EUID != 0)) || chown "$PG_UID:$PG_GID" "$PG_DATA"
    # "trust" lets in whoever reaches the socket, which lies in a folder of the owner's alone.
    server_program initdb -D "$PG_DATA" -U odoo -E UTF8 --locale=C.UTF-8 --auth=trust --no-sync
    cat >>"$PG_DATA/postgresql.conf" <<'CONF'

# Only the Unix socket that pg_ctl is told of; no network.
listen_addresses = ''
# Test and demo data that the scripts can make again: speed before safety. A power cut can cost the
# cluster; then remove the folder .cache/pg. Never copy these lines to a server with real data.
fsync = off
full_page_writes = off
synchronous_commit = off
shared_buffers = 256MB
max_wal_size = 2GB
jit = off
CONF
    touch "$PG_HOME/complete"
}

# postmaster.pid: line 1 is the process, line 5 the socket's folder. The process counts only if it is at
# home in our data folder: after a restart of the machine its number may be anybody's.
server_answers() {
    local pid
    [[ -e $PG_DATA/postmaster.pid ]] || return 1
    pid=$(sed -n 1p "$PG_DATA/postmaster.pid")
    PGHOST=$(sed -n 5p "$PG_DATA/postmaster.pid")
    if [[ $(readlink "/proc/$pid/cwd") != "$PG_DATA" ]]; then
        rm -f "$PG_DATA/postmaster.pid"
        [[ ! $PGHOST =~ ^/tmp/collections-pg\.[A-Za-z0-9]+$ ]] || rm -rf "$PGHOST"
        return 1
    fi
    [[ -S $PGHOST/.s.PGSQL.5432 ]]
}

start_server() {
    # A socket's whole path may have 107 bytes, so it cannot lie in the project.
    PGHOST=$(mktemp -d /tmp/collections-pg.XXXXXX)
    ((EUID != 0)) || chown "$PG_UID:$PG_GID" "$PGHOST"
    step "Starting PostgreSQL" run_server "$PGHOST"
}

# The server must not keep our locks open.
run_server() {
    server_program pg_ctl start -w -s -D "$PG_DATA" -l "$PG_DATA/server.log" -o "-k $1" \
        7>&- 8>&- 9>&- || {
        tail -n 20 "$PG_DATA/server.log"
        echo "If the cluster is damaged, remove $PG_HOME and run again; the scripts make everything anew."
        return 1
    }
}

watch_for_last_user() {
    export PG_HOME PG_DATA PG_BIN PG_LIBRARIES PG_UID PG_GID
    # In a subshell, so that it is no child of what runs next: Odoo's browser tests end their own
    # process's children.
    (setsid "$LIB/stop_postgres_when_unused.sh" </dev/null >/dev/null 2>&1 7>&- 8>&- 9>&- &)
}
