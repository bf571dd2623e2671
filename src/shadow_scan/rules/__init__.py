"""The rules: what is known of AI services, as data. Pure: knows no database and no screen."""
