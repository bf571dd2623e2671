"""What the policies find in the derived tables, and whether somebody has answered it."""
