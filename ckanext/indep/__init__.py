"""Open data portal of a city: schema, governance, performance measures, catalog."""
