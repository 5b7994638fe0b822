# A virtual environment in the cache. Sourced, never run.
# shellcheck shell=bash

# The pinned packages have wheels for these series.
python_fits() { "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; }

use_python() {
    BASE_PYTHON=$(command -v "$1")
    VENV=$CACHE/venv-$(short_hash "$BASE_PYTHON" "$("$BASE_PYTHON" -V)" "$OWN_ODOO_PYTHON")
    VENV_PYTHON=$VENV/bin/python
}

choose_python() {
    local candidate
    if [[ -n $OWN_ODOO_PYTHON ]]; then
        use_python "$OWN_ODOO_PYTHON"
        return
    fi
    for candidate in ${PYTHON:+"$PYTHON"} /usr/bin/python3 python3 python3.12 python3.11 python3.10; do
        if have "$candidate" && python_fits "$candidate"; then
            use_python "$candidate"
            return
        fi
    done
    die "Odoo 19 needs Python 3.10, 3.11 or 3.12 and none was found." \
        "If it is somewhere unusual, name it:  PYTHON=/path/to/python3.11 $0"
}

make_venv() {
    rm -rf "$VENV"
    "$BASE_PYTHON" -m venv "$VENV"
    if [[ -n $OWN_ODOO_PYTHON ]]; then
        # "--system-site-packages" would be wrong if that interpreter is a virtual environment itself:
        # it shows the packages of the base Python. addsitedir also follows editable installs.
        local site target
        site=$("$BASE_PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
        target=$("$VENV_PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
        printf 'import site; site.addsitedir(%s)\n' \
            "$("$BASE_PYTHON" -c 'import sys; print(repr(sys.argv[1]))' "$site")" >"$target/odoo_of_the_user.pth"
    fi
    touch "$VENV/complete"
}

pip_install() {
    "$VENV_PYTHON" -m pip install --disable-pip-version-check --no-input --use-pep517 --prefer-binary "$@"
}

# need_requirements NAME: install scripts/requirements-NAME.txt unless exactly that was done before.
need_requirements() {
    local name=$1 file=$ROOT/scripts/requirements-$1.txt
    cmp -s "$file" "$VENV/$name.installed" && return
    # What the tests need may not move what Odoo needs.
    step "Installing the Python packages of $(basename "$file")" \
        pip_install -r "$file" -c "$ROOT/scripts/requirements-odoo.txt"
    cp "$file" "$VENV/$name.installed"
}

# The bridge to it is tested with the real one. Its own requirement of "odoo" would fetch a second Odoo.
need_queue_job() {
    local wanted=odoo-addon-queue-job==19.0.2.4.0.1
    [[ -e $VENV/queue_job.installed && $(<"$VENV/queue_job.installed") == "$wanted" ]] && return
    step "Installing queue_job, for the tests of its bridge" pip_install --no-deps "$wanted"
    echo "$wanted" >"$VENV/queue_job.installed"
}

prepare_python() {
    choose_python
    if [[ ! -e $VENV/complete ]]; then
        "$BASE_PYTHON" -c 'import ensurepip, venv' 2>/dev/null || need_packages python3-venv
        step "Making a virtual environment" make_venv
    fi
    # Who brings an Odoo interpreter brings Odoo's packages with it.
    [[ -n $OWN_ODOO_PYTHON ]] || need_requirements odoo
    export PYTHONPATH=$ODOO_ROOT${PYTHONPATH:+:$PYTHONPATH}
    export PATH=$VENV/bin:$PATH
}
