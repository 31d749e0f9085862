"""What stands between a request and every page: the idle lock, second factors, the emergency door."""
