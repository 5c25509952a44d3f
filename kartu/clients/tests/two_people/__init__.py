"""Two people who edit one record at the same time, against a model that is a plain dictionary."""
