"""Charts that departments suggest for their measures, as Vega-Lite specifications."""
