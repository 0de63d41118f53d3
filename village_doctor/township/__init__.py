"""The receiving desk of the township health centre (乡镇卫生院): a program of its own from the same package."""
