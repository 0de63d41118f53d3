"""What would be true with pen and paper: records, rules, duties. No clock, no files, no SQL, no Qt."""
