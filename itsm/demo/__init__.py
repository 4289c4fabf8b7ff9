"""The demo world: an invented payment company, told through the services. Nothing imports it but
the `demo_data` command and the job that fills it up."""
