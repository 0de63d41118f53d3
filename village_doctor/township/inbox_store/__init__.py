"""The township's database: the only place of the township that knows tables and SQL (`township.md`)."""
