"""WSGI application for gunicorn; the environment variable CKAN_INI names the settings."""

import gc
import os
from importlib import import_module

from ckan.cli import CKANConfigLoader

# Reading the ini sets up logging and switches off every logger that is there already. The
# middleware comes after it, or no error of a request would ever reach the log.
_config = CKANConfigLoader(os.environ["CKAN_INI"]).get_config()
application = import_module("ckan.config.middleware").make_app(_config)

# What is loaded by now stays. Each full round of the collector would look at all of it again,
# which stops a request for about 0.2 s.
gc.collect()
gc.freeze()
