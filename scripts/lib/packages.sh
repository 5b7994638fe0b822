# Debian packages: only what is missing, only by the machine's own apt. Sourced, never run.
# shellcheck shell=bash

package_is_there() {
    case $1 in
        python3-venv) /usr/bin/python3 -c 'import ensurepip, venv' 2>/dev/null ;;
        poppler-utils) have pdftotext ;;
        chromium) have chromium || have chromium-browser || have google-chrome || have google-chrome-stable ;;
        fonts-dejavu-core) [[ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ]] ;;
        fonts-noto-core) compgen -G '/usr/share/fonts/truetype/noto/NotoSans-Regular.*' >/dev/null ;;
        *) have "$1" ;;
    esac
}

as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# sudo may ask for a password, which has to happen before a step hides its output.
can_be_root() {
    ((EUID == 0)) && return
    have sudo && { sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo -v; }; }
}

apt_install() {
    as_root apt-get update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# need_packages PACKAGE…: install those that are missing, or say which.
need_packages() {
    local package missing=()
    for package in "$@"; do
        package_is_there "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    have apt-get && can_be_root || die \
        "These programs are missing and cannot be installed from here (no apt-get, or no root):" \
        "    ${missing[*]}" \
        "Have them installed, on Debian by:  apt-get install ${missing[*]}"
    step "Installing ${missing[*]}" apt_install "${missing[@]}"
}

# unpack_packages FOLDER FILE.deb…: into a folder of ours; nothing is installed.
unpack_packages() {
    local folder=$1 package
    shift
    for package in "$@"; do
        dpkg-deb --fsys-tarfile "$package" | tar -x --no-same-owner -C "$folder" \
            --exclude='./usr/lib/python3/dist-packages/addons' \
            --exclude='./usr/lib/python3/dist-packages/doc' \
            --exclude='./usr/lib/python3/dist-packages/setup' \
            --exclude='./usr/share/doc' --exclude='./usr/share/man'
    done
}
