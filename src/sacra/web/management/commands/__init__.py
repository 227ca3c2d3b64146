"""Each is run by its name, from cron or by hand; see docs/how-to/run-the-app.md."""
