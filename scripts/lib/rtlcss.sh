# rtlcss mirrors the style sheets for right-to-left languages. Sourced, never run.
# shellcheck shell=bash

try_rtlcss() {
    (
        set -e
        install_npm "$CACHE/node" rtlcss@4
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
    use_node
}
