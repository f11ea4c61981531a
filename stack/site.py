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
# One for each process of the unit and integration tests.
UNIT = tuple(Site(f"unit{n}", number, settings="testing = true") for n, number in ((0, 1), (1, 3)))
STOCK = Site("stock", 2, settings="ckan.plugins = datastore datatables_view")
