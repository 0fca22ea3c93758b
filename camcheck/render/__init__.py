"""A report as text, JSON, HTML: pure functions from Report to str."""
