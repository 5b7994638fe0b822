# Where Odoo 19 comes from: ODOO_PATH, PYTHON, or Debian's package unpacked in the cache. Sourced, never run.
# shellcheck shell=bash

# What odoo-19's web client loads from other packages through links in its own folders.
ODOO_PACKAGES=(libjs-jquery libjs-jquery-form libjs-underscore fonts-font-awesome fonts-roboto-unhinted
    fonts-montserrat fonts-inconsolata fonts-ocr-b)

# Sets ODOO_ROOT (the folder that holds the package "odoo"), ODOO_KEY (which Odoo this is) and
# OWN_ODOO_PYTHON (the user's interpreter, if Odoo comes with one).
locate_odoo() {
    OWN_ODOO_PYTHON=
    if [[ -n ${ODOO_PATH:-} ]]; then
        ODOO_ROOT=$(cd "$ODOO_PATH" 2>/dev/null && pwd -P) || die "ODOO_PATH=$ODOO_PATH is not a folder."
        ODOO_KEY=$ODOO_ROOT@$(git -C "$ODOO_ROOT" rev-parse HEAD 2>/dev/null || echo unknown)
    elif [[ -n ${PYTHON:-} ]] && ODOO_ROOT=$(odoo_of_python "$PYTHON"); then
        OWN_ODOO_PYTHON=$PYTHON
        ODOO_KEY=$ODOO_ROOT
    else
        ODOO_ROOT=$CACHE/odoo/usr/lib/python3/dist-packages
        unpacked_odoo_fits || fetch_odoo
        ODOO_KEY=$(<"$CACHE/odoo/packages.txt")
    fi
    check_series
}

odoo_of_python() {
    (cd / && "$1" -c 'import os, odoo.release as r; print(os.path.dirname(os.path.dirname(r.__file__)))' 2>/dev/null)
}

check_series() {
    local release=$ODOO_ROOT/odoo/release.py
    [[ -e $release ]] || die "There is no Odoo in $ODOO_ROOT (expected $release)."
    grep -Eq '^version_info *= *\(19, *0,' "$release" || die \
        "The Odoo in $ODOO_ROOT is not of the 19.0 series:" "    $(grep -m1 '^version_info' "$release")"
}

unpacked_odoo_fits() {
    [[ -e $CACHE/odoo/packages.txt ]] || return 1
    [[ -z ${ODOO_DEB_VERSION:-} ]] || grep -qF "odoo-19_${ODOO_DEB_VERSION/:/%3a}_" "$CACHE/odoo/packages.txt"
}

fetch_odoo() {
    if ! odoo_is_downloaded; then
        have apt-get && have dpkg-deb || no_odoo "This machine has no apt."
        [[ -n $(debian_mirror) ]] || refresh_index
        [[ -n $(debian_mirror) ]] || no_odoo "apt knows no Debian mirror on this machine."
        step "Downloading Odoo 19 from Debian" download_odoo
        odoo_is_downloaded || no_odoo "No Debian suite (sid, testing, stable) had odoo-19${ODOO_DEB_VERSION:+ $ODOO_DEB_VERSION}."
    fi
    step "Unpacking Odoo 19" unpack_odoo
}

odoo_is_downloaded() {
    local wanted=${ODOO_DEB_VERSION:-*}
    compgen -G "$CACHE/debs/odoo-19_${wanted/:/%3a}_all.deb" >/dev/null
}

no_odoo() {
    die "$1 Odoo 19 can also be one that you have:" \
        "    ODOO_PATH=/path/to/a/checkout/of/odoo $0" \
        "    PYTHON=/path/to/the/python/that/imports/odoo $0" \
        "What apt said, if it was asked: $CACHE/log/download_odoo.log"
}

# The mirror that this machine already uses, so that no host is written in any file of ours.
debian_mirror() {
    apt-get indextargets --format '$(LABEL)|$(SITE)' 'Created-By: Packages' 2>/dev/null |
        sed -n '/^Debian|/{s///p;q}'
}

refresh_index() {
    can_be_root && step "Reading apt's index" as_root apt-get update
}

# apt with folders of its own: the machine's sources, lists and preferences stay as they are, and apt
# checks the suite's signature and every file's hash as always.
private_apt() {
    local folder=$1
    shift
    apt-get -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$folder/sources" \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
        -o Dir::State="$folder/state" -o Dir::State::Lists="$folder/state/lists" \
        -o Dir::State::status=/dev/null -o Dir::Cache="$folder/cache" \
        -o Acquire::Languages=none -o APT::Sandbox::User=root "$@"
}

write_source() {
    local folder=$1 suite=$2 keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    mkdir -p "$folder"/{sources,state/lists/partial,cache/archives/partial}
    {
        echo "Types: deb"
        echo "URIs: $(debian_mirror)"
        echo "Suites: $suite"
        echo "Components: main"
        echo "Architectures: all" # Odoo and its scripts are all there, in an index of a quarter of the size
        [[ ! -e $keyring ]] || echo "Signed-By: $keyring"
    } >"$folder/sources/odoo.sources"
}

download_odoo() {
    local folder suite
    rm -rf "$CACHE/debs.new"
    mkdir -p "$CACHE/debs.new"
    folder=$(mktemp -d)
    for suite in sid testing stable; do
        echo "== $suite"
        rm -rf "${folder:?}"/*
        write_source "$folder" "$suite"
        if private_apt "$folder" update && (cd "$CACHE/debs.new" && private_apt "$folder" download \
            "odoo-19${ODOO_DEB_VERSION:+=$ODOO_DEB_VERSION}" "${ODOO_PACKAGES[@]}"); then
            rm -rf "$CACHE/debs"
            mv "$CACHE/debs.new" "$CACHE/debs"
            break
        fi
    done
    rm -rf "$folder" "$CACHE/debs.new"
}

unpack_odoo() {
    local new=$CACHE/odoo.new stub
    rm -rf "$new"
    mkdir -p "$new"
    unpack_packages "$new" "$CACHE"/debs/*.deb
    # Debian leaves this file out, but the web client's bundle names it: without it every page logs an
    # error and every tour fails. It only blurs the background of video calls.
    stub=$new/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js
    mkdir -p "$(dirname "$stub")"
    [[ -e $stub ]] || echo "// Not part of Debian's package; only used to blur the background of video calls." >"$stub"
    (cd "$CACHE/debs" && ls -- *.deb) >"$new/packages.txt"
    rm -rf "$CACHE/odoo"
    mv "$new" "$CACHE/odoo"
}

# Everything Odoo has to know, in a file of ours: a personal ~/.odoorc plays no part.
write_odoo_config() {
    local addons=$ROOT
    [[ ! -e $ODOO_ROOT/addons/web ]] || addons=$ODOO_ROOT/addons,$ROOT
    ODOO_RC=$CACHE/odoo-$(short_hash "$ODOO_KEY" "$ROOT").conf
    export ODOO_RC
    cat >"$ODOO_RC.$$" <<CONF
[options]
addons_path = $addons
data_dir = $CACHE/data
http_interface = 127.0.0.1
; Nothing listens there: no mail leaves this machine unless a mail server is set up in the database.
smtp_server = 127.0.0.1
smtp_port = 9
CONF
    mv "$ODOO_RC.$$" "$ODOO_RC"
}

# Never "python -m odoo": its worker processes start the same file again, outside its package, and die.
odoo() { "$VENV_PYTHON" "$LIB/run_odoo.py" "$@"; }
