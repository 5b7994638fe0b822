# Template, test and demo databases. A database carries as its comment a key of what it was made from, so
# that an unchanged one is used again and a half-made one never is. Sourced, never run.
# shellcheck shell=bash

# What the addon depends on; installing these is the slow part, done once.
TEMPLATE_MODULES=account,account_payment,calendar,phone_validation,sms

db() { "$VENV_PYTHON" "$LIB/db.py" "$@"; }

check_server() {
    [[ -n $OWN_POSTGRES ]] || return 0
    db ping || die "The PostgreSQL server that PGHOST or DATABASE_URL names cannot be used; see the line above."
}

addon_key() {
    short_hash "$TEMPLATE_KEY" "$(cd "$ROOT" && find "$ADDON" -type f ! -name '*.pyc' -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum)"
}

drop_database() {
    db drop "$1"
    rm -rf "$CACHE/data/filestore/$1"
}

# The filestore's files are named by their content and never rewritten, so links do.
clone_database() {
    db clone "$1" "$2"
    rm -rf "$CACHE/data/filestore/$2"
    mkdir -p "$CACHE/data/filestore"
    [[ ! -d $CACHE/data/filestore/$1 ]] || cp -al "$CACHE/data/filestore/$1" "$CACHE/data/filestore/$2"
}

# A template is made under another name first: what has the right name is whole.
build_template() {
    local name=$1
    shift
    drop_database "${name}_new"
    odoo -d "${name}_new" -i "$TEMPLATE_MODULES" --stop-after-init --no-http --log-level=warn "$@"
    [[ $(db state "${name}_new" account) == installed ]]
    rm -rf "$CACHE/data/filestore/$name"
    [[ ! -d $CACHE/data/filestore/${name}_new ]] ||
        mv "$CACHE/data/filestore/${name}_new" "$CACHE/data/filestore/$name"
    db rename "${name}_new" "$name"
    db annotate "$name" "$TEMPLATE_KEY"
}

# need_template plain|demo: sets TEMPLATE, TEMPLATE_KEY and TEMPLATE_OPTIONS.
need_template() {
    local kind=$1 old
    TEMPLATE_KEY=$kind-$(short_hash "$ODOO_KEY" "$TEMPLATE_MODULES" "$(<"$ROOT/scripts/requirements-odoo.txt")")
    TEMPLATE=collections_template_${TEMPLATE_KEY/-/_}
    TEMPLATE_OPTIONS=()
    [[ $kind != demo ]] || TEMPLATE_OPTIONS=(--with-demo)
    [[ $(db note "$TEMPLATE") == absent ]] || return 0
    if [[ -z $OWN_POSTGRES ]]; then
        for old in $(db find "collections_template_${kind}_"); do drop_database "$old"; done
    fi
    step "Installing Odoo's own modules ($kind template database)" \
        build_template "$TEMPLATE" "${TEMPLATE_OPTIONS[@]}"
}

# change_addon install|update DATABASE: fails on what Odoo only logs.
change_addon() {
    local flag=-i log=$CACHE/log/odoo_$2.log
    [[ $1 != update ]] || flag=-u
    odoo -d "$2" "$flag" "$ADDON" --stop-after-init --no-http --log-level=warn \
        "${TEMPLATE_OPTIONS[@]}" 2>&1 | tee "$log"
    if grep -E '^[-0-9]+ [0-9:,]+ [0-9]+ (ERROR|CRITICAL) ' "$log"; then
        echo "Odoo logged the errors above while installing $ADDON."
        return 1
    fi
    [[ $(db state "$2" "$ADDON") == installed ]]
}

show_warnings() {
    local log=$CACHE/log/odoo_$1.log
    grep -E '^[-0-9]+ [0-9:,]+ [0-9]+ WARNING ' "$log" 2>/dev/null | cut -c1-300 | head -n 10 >&2 || true
}

build_bundles() { odoo shell -d "$1" --no-http --log-level=warn <"$LIB/build_bundles.py"; }

# Always from the template, never by an update: a test database has no history.
need_test_database() {
    local name=$1 key
    need_template plain
    key=$(addon_key)
    [[ $(db note "$name") != "$key" ]] || return 0
    drop_database "$name"
    clone_database "$TEMPLATE" "$name"
    step "Installing $ADDON in $name" change_addon install "$name"
    show_warnings "$name"
    step "Building the web client's bundles" build_bundles "$name"
    db annotate "$name" "$key"
}

# The demo keeps what its user typed: a changed addon is updated in it. Sets DEMO_KEY.
need_demo_database() {
    local name=$1 note action=install
    need_template demo
    DEMO_KEY=$(addon_key)
    note=$(db note "$name")
    [[ $note != "$DEMO_KEY" ]] || return 0
    if [[ $note == absent || $note == unfinished ]]; then
        drop_database "$name"
        clone_database "$TEMPLATE" "$name"
    else
        action=update
        say "  The addon has changed. If its update fails, start afresh:  ./scripts/demo --fresh"
    fi
    step "${action^}ing $ADDON in $name" change_addon "$action" "$name"
    show_warnings "$name"
    step "Building the web client's bundles" build_bundles "$name"
    db annotate "$name" "$DEMO_KEY"
}
