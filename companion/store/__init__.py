"""The encrypted store of approved summaries: tables, keys, migrations, and the team's copy."""
