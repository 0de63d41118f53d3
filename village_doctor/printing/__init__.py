"""Paper: PDF pages drawn from plain contents, with shipped fonts. Knows millimetres and fonts, no records."""
