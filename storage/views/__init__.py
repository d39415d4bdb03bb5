"""Views: what a page is shown. A file a page: its query, and how its words (`core/domain/views`) are read."""
