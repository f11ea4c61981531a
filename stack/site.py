"""CKAN sites of a stack: each has databases, a Solr core and settings of its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """One CKAN.

    Args:
        name: names its ini, databases, Solr core, storage and port.
        redis_database: number of its Redis database.
        settings: lines of its ini that differ from stack/city.ini.
    """

    name: str
    redis_database: int
    settings: str = ""

    @property
    def database(self) -> str:
        return self.name

    @property
    def datastore(self) -> str:
        return f"{self.name}_datastore"


# The portal has the sample city, whose departments are in ckanext/indep/sample/city.yaml.
PORTAL = Site("portal", 0, settings="ckanext.indep.insight.office = performance-office")
UNIT = Site("unit", 1, settings="testing = true")
STOCK = Site("stock", 2, settings="ckan.plugins = datastore datatables_view")
