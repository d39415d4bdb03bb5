"""Migrations: the tables, and how an older home becomes the present one. Their indexes hold the promises."""
