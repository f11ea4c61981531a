"""The stack behind `./portal`: real PostgreSQL, Redis, Solr and CKAN in one folder.

It needs neither root nor containers.

Modules that run before the virtual environment exists import nothing but the standard library.
"""
