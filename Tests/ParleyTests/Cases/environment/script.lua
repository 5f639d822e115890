t:listen "/nonexistent/api"
