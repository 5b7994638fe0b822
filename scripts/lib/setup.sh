# The one way into the set-up, for every script. Sourced, never run.
# shellcheck shell=bash

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
for part in packages odoo_source python postgres database node rtlcss; do
    # shellcheck source=/dev/null
    source "$LIB/$part.sh"
done

# Odoo and its Python; all that the tests without a database need.
prepare_odoo() {
    locate_odoo
    prepare_python
    write_odoo_config
}

# Fonts for the letters, among them Arabic; a PDF engine.
prepare_printing() { need_packages wkhtmltopdf fonts-dejavu-core fonts-noto-core; }

prepare_database_server() {
    prepare_postgres
    check_server
}
