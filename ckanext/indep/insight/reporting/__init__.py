"""A quarter's reporting: departments enter figures and sign them off, the office publishes."""
