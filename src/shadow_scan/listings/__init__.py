"""What people ask the derived tables: one named statement a listing, one result for all outputs."""
