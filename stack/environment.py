"""Environment variables for the commands and services of a stack."""

import os

from stack.layout import REPOSITORY, Layout

# What a service may inherit: the way to the network and its certificates, nothing personal.
_INHERITED = (
    "PATH", "PYTHONPYCACHEPREFIX", "LANG", "LC_ALL", "TZ", "TERM", "USER", "LOGNAME",
    "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
)  # fmt: skip
_AUTHORITIES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")


def for_services(layout: Layout) -> dict[str, str]:
    """Return the environment of services and of CKAN's command line.

    Home, caches and temporary files are below var/. libmagic is the one of a package.
    """
    magic = layout.packages / "pylibmagic"
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | {
        "HOME": str(layout.home),
        "XDG_CACHE_HOME": str(layout.cache),
        "XDG_CONFIG_HOME": str(layout.home / "config"),
        "XDG_DATA_HOME": str(layout.home / "data"),
        "XDG_RUNTIME_DIR": str(layout.run),
        "TMPDIR": str(layout.tmp),
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "LD_LIBRARY_PATH": str(magic),
        "MAGIC": str(magic / "magic.mgc"),
    }


def certificates() -> dict[str, str]:
    """Return variables that make downloads trust what this machine trusts.

    Without them pip, uv and jgo know only the authorities that they bring along, and fail behind a
    proxy that has an authority of its own. The user's variables stay as they are.
    """
    found = next((path for path in _AUTHORITIES if os.path.isfile(path)), None)
    if not found or "REQUESTS_CA_BUNDLE" in os.environ:
        return {}
    return {"REQUESTS_CA_BUNDLE": found, "UV_SYSTEM_CERTS": "1"}


def for_installers(layout: Layout) -> dict[str, str]:
    """Return the environment of pip and uv: the user's own, but what they write goes below var/."""
    return (
        os.environ
        | certificates()
        | {
            "UV_CACHE_DIR": str(layout.cache / "uv"),
            "UV_NO_PROGRESS": "1",
            "UV_PYTHON_DOWNLOADS": "never",
            "PIP_CACHE_DIR": str(layout.cache / "pip"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "TMPDIR": str(layout.tmp),
            "VIRTUAL_ENV": str(layout.venv),
        }
    )
