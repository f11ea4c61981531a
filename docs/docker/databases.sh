#!/bin/sh
# Runs once, when PostgreSQL's volume is new: the two databases and their users.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
    -v ckan="$CKAN_PASSWORD" -v reader="$READER_PASSWORD" <<'SQL'
CREATE ROLE ckan LOGIN PASSWORD :'ckan';
CREATE ROLE datastore_reader LOGIN PASSWORD :'reader';
CREATE DATABASE ckan OWNER ckan;
CREATE DATABASE datastore OWNER ckan;
SQL
