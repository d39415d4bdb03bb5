"""What a person or a program can do with a home, by word; `runtime.Runtime` joins them."""
