#!/bin/sh
# Makes the settings at the first start, waits for the tables, then runs the command that is given.
# Where the services are comes from the environment (CKAN_SQLALCHEMY_URL and its like).
set -eu

if [ "${INDEP_PREPARE:-}" = yes ]; then
    if [ ! -f "$CKAN_INI" ]; then
        ckan generate config "$CKAN_INI.partial"
        ckan config-tool "$CKAN_INI.partial" -f stack/city.ini
        mv "$CKAN_INI.partial" "$CKAN_INI"
    fi
    ckan db init
    ckan db upgrade
    ckan search-index rebuild
fi

exec "$@"
