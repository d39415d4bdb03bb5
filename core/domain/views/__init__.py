"""Views: what a page is shown, a file a page; `storage/views` fills them. Nothing here can be changed."""
